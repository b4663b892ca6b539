namespace PhoneBridge.Media.Rtp;

/// <summary>What the sequence number of a packet says about its place in the stream (RFC 3550 appendix A.1).</summary>
public enum SequenceVerdict : byte
{
    /// <summary>The next packet, or a later one after a gap of under 3000.</summary>
    InOrder,

    /// <summary>At most 100 behind the newest: re-ordered or a duplicate.</summary>
    Behind,

    /// <summary>Far off; believed only when the next packet follows it. Drop it.</summary>
    Jumped,

    /// <summary>Second packet in a row after a jump: the sender started again, so must everything that follows the stream.</summary>
    Restarted,
}

/// <summary>Counts of one received stream, one SSRC: validity, loss and jitter (RFC 3550 appendices A.1, A.3, A.8).</summary>
/// <remarks>A mutable value, kept in a field of the leg and owned by its loop. Allocates nothing.</remarks>
public struct RtpReceptionStatistics
{
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;
    private const int SequenceModulus = 1 << 16;

    private readonly int _clockRateHz;
    private SequenceNumber _newest;
    private SequenceNumber _afterJump;
    private bool _hasJumped;
    private long _cycles;
    private long _base;
    private long _lostBeforeRestart;
    private long _expectedPrior;
    private long _receivedPrior;
    private long _received;
    private long _lastTransit;
    private long _jitterSixteenths;

    /// <summary>Starts counting a stream with its first packet.</summary>
    /// <param name="ssrc">Its synchronisation source.</param>
    /// <param name="clockRateHz">Rate of its timestamps [Hz].</param>
    /// <param name="first">First sequence number seen.</param>
    public RtpReceptionStatistics(uint ssrc, int clockRateHz, SequenceNumber first)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);
        Ssrc = ssrc;
        _clockRateHz = clockRateHz;
        Begin(first);
    }

    /// <summary>The stream's synchronisation source.</summary>
    public uint Ssrc { get; }

    /// <summary>Packets received, duplicates and late ones included; jumped ones not.</summary>
    public long PacketsReceived { get; private set; }

    /// <summary>Packets missing so far; duplicates may make it negative (RFC 3550 §6.4.1).</summary>
    public readonly long PacketsLost => _lostBeforeRestart + Expected - _received;

    /// <summary>Interarrival jitter [clock units], RFC 3550 §6.4.1.</summary>
    public readonly uint Jitter => (uint)(_jitterSixteenths >> 4);

    /// <summary>Interarrival jitter [ms].</summary>
    public readonly double JitterMs => _clockRateHz == 0 ? 0 : Jitter * 1000.0 / _clockRateHz;

    /// <summary>Highest sequence number with its count of cycles above it (RFC 3550 §6.4.1).</summary>
    public readonly uint ExtendedHighestSequence => (uint)(_cycles + _newest.Value);

    private readonly long Expected => _cycles + _newest.Value - _base + 1;

    /// <summary>Takes a packet's sequence number. Anything but <see cref="SequenceVerdict.Jumped"/> counts as received.</summary>
    public SequenceVerdict OnSequence(SequenceNumber sequence)
    {
        int ahead = (ushort)(sequence.Value - _newest.Value);
        SequenceVerdict verdict;
        if (_received == 0)
        {
            verdict = SequenceVerdict.InOrder;
        }
        else if (ahead is > 0 and < MaxDropout)
        {
            if (sequence.Value < _newest.Value)
            {
                _cycles += SequenceModulus;
            }

            _newest = sequence;
            verdict = SequenceVerdict.InOrder;
        }
        else if (ahead is 0 or >= SequenceModulus - MaxMisorder)
        {
            verdict = SequenceVerdict.Behind;
        }
        else if (_hasJumped && sequence == _afterJump)
        {
            _lostBeforeRestart = PacketsLost;
            Begin(sequence);
            verdict = SequenceVerdict.Restarted;
        }
        else
        {
            _hasJumped = true;
            _afterJump = sequence.Next;
            return SequenceVerdict.Jumped;
        }

        _hasJumped = false;
        _received++;
        PacketsReceived++;
        return verdict;
    }

    /// <summary>Takes the arrival of a voice packet for the jitter estimate (appendix A.8).</summary>
    public void OnArrival(RtpTimestamp timestamp, TimeSpan arrival)
    {
        long transit = (arrival.Ticks * _clockRateHz / TimeSpan.TicksPerSecond) - timestamp.Value;
        if (_lastTransit != 0)
        {
            long difference = Math.Abs((long)(int)(transit - _lastTransit));
            // A pause or a new origin of the timestamps is no jitter.
            if (difference < _clockRateHz)
            {
                _jitterSixteenths += difference - ((_jitterSixteenths + 8) >> 4);
            }
        }

        _lastTransit = transit;
    }

    /// <summary>Share of packets lost since the last call, in 1/256 (appendix A.3): for one receiver report.</summary>
    public byte TakeFractionLost()
    {
        long expected = Expected - _expectedPrior;
        long lost = expected - (_received - _receivedPrior);
        _expectedPrior = Expected;
        _receivedPrior = _received;
        return expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, (lost << 8) / expected);
    }

    private void Begin(SequenceNumber first)
    {
        _newest = first;
        _base = first.Value;
        _cycles = 0;
        _received = 0;
        _receivedPrior = 0;
        _expectedPrior = 0;
        _hasJumped = false;
    }
}
