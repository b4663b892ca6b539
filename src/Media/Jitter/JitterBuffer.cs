using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>What became of a packet put into the jitter buffer.</summary>
public enum JitterOutcome : byte
{
    /// <summary>It waits for its turn.</summary>
    Stored,

    /// <summary>It came after its turn; the playout delay grew so that it is played after all.</summary>
    StoredLate,

    /// <summary>The timestamps began anew; playout follows from this packet.</summary>
    Restarted,

    /// <summary>Already here or played.</summary>
    Duplicate,

    /// <summary>Later audio was played already.</summary>
    TooLate,

    /// <summary>Empty or longer than 100 ms.</summary>
    BadLength,
}

/// <summary>
/// Puts the packets of one stream in order and gives them out as PCM at the reader's pace. Any packet length up to 100 ms,
/// changing at will; nothing is held back on a clean line; late packets make the delay grow, at most to 200 ms.
/// </summary>
/// <remarks>
/// The one idea: a play point on the sender's timestamp axis that moves on with every sample read, whether there was one or
/// not. Loss, silence and underrun need no state of their own: the point moves over them. A packet that comes behind the
/// point, when nothing behind the packet was played, pulls the point back, which is how the delay grows.
/// Sans-IO, not thread safe: owned by the leg's loop. Storage is allocated once.
/// </remarks>
public sealed class JitterBuffer
{
    /// <summary>Longest packet taken [ms].</summary>
    public const int MaxPacketMs = 100;

    /// <summary>Longest playout delay [ms].</summary>
    public const int MaxDelayMs = 200;

    private readonly PacketStore _store = new();
    private readonly short[] _decoded;
    private readonly int _maxPacket;
    private readonly int _maxDelay;
    private readonly int _clockRateHz;
    private IAudioDecoder _decoder;
    private int _decodedAt;
    private int _decodedCount;
    private bool _hasStarted;
    private RtpTimestamp _play;
    private RtpTimestamp _playedEnd;
    private RtpTimestamp _newestEnd;
    private SequenceNumber _cursor;
    private SequenceNumber _newest;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="decoder">Decoder of the stream; its samples and timestamp units must be the same in number.</param>
    /// <param name="clockRateHz">Rate of the timestamps and samples [Hz].</param>
    public JitterBuffer(IAudioDecoder decoder, int clockRateHz = 8000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRateHz);
        _decoder = decoder;
        _clockRateHz = clockRateHz;
        _maxPacket = clockRateHz / 1000 * MaxPacketMs;
        _maxDelay = clockRateHz / 1000 * MaxDelayMs;
        _decoded = new short[_maxPacket];
    }

    /// <summary>Audio between the play point and the newest packet's end [samples]; 0 when it is empty.</summary>
    public int WaitingSamples => _hasStarted ? Math.Max(0, _newestEnd - _play) : 0;

    /// <summary>Audio that waits on purpose [ms].</summary>
    public int PlayoutDelayMs => WaitingSamples * 1000 / _clockRateHz;

    /// <summary>Forgets everything: a new stream or codec begins.</summary>
    public void Reset(IAudioDecoder decoder)
    {
        _decoder = decoder;
        Restart();
    }

    /// <summary>Forgets the packets and the play point: the next packet begins a stream of the same codec.</summary>
    public void Restart()
    {
        _hasStarted = false;
        _store.Clear();
        _decodedCount = 0;
    }

    /// <summary>Takes one packet. Network input: never throws.</summary>
    public JitterOutcome Put(SequenceNumber sequence, RtpTimestamp timestamp, ReadOnlySpan<byte> payload)
    {
        int duration = _decoder.DurationOf(payload);
        if (duration <= 0 || duration > _maxPacket)
        {
            return JitterOutcome.BadLength;
        }

        if (!_hasStarted)
        {
            Restart(sequence, timestamp);
            Store(sequence, timestamp, duration, payload);
            return JitterOutcome.Stored;
        }

        if (_store.Knows(sequence))
        {
            return JitterOutcome.Duplicate;
        }

        JitterOutcome outcome = Place(sequence, timestamp, duration);
        if (outcome != JitterOutcome.TooLate)
        {
            Store(sequence, timestamp, duration, payload);
        }

        return outcome;
    }

    /// <summary>Reads a run of samples and moves the play point over it.</summary>
    /// <param name="pcm">Where to write, at least one sample long.</param>
    /// <param name="isGap">True when the run was never received or is not here yet: nothing was written, conceal it.</param>
    /// <returns>Length of the run [samples], 1 to the length of <paramref name="pcm"/>.</returns>
    public int Read(Span<short> pcm, out bool isGap)
    {
        isGap = false;
        if (_decodedCount == 0 && !TryDecodeNext(out int gap))
        {
            isGap = true;
            int run = Math.Min(gap, pcm.Length);
            _play += run;
            return run;
        }

        int count = Math.Min(_decodedCount, pcm.Length);
        _decoded.AsSpan(_decodedAt, count).CopyTo(pcm);
        _decodedAt += count;
        _decodedCount -= count;
        _play += count;
        _playedEnd = _play;
        return count;
    }

    private JitterOutcome Place(SequenceNumber sequence, RtpTimestamp timestamp, int duration)
    {
        bool isNewest = sequence - _newest > 0;
        int ahead = timestamp - _play;
        if (ahead < 0)
        {
            if (timestamp - _playedEnd >= 0 && -ahead <= _maxDelay)
            {
                _play = timestamp; // silence or concealment was played here: the delay grows
                return JitterOutcome.StoredLate;
            }

            if (isNewest)
            {
                Restart(sequence, timestamp);
                return JitterOutcome.Restarted;
            }

            return ahead + duration > 0 ? JitterOutcome.Stored : JitterOutcome.TooLate;
        }

        if (ahead > _maxDelay && Math.Abs(timestamp - _newestEnd) > _maxDelay)
        {
            if (!isNewest)
            {
                return JitterOutcome.TooLate; // of the stream's time before it began anew
            }

            Restart(sequence, timestamp);
            return JitterOutcome.Restarted;
        }

        return JitterOutcome.Stored;
    }

    private void Store(SequenceNumber sequence, RtpTimestamp timestamp, int duration, ReadOnlySpan<byte> payload)
    {
        _store.Put(sequence, timestamp, duration, payload);
        if (sequence - _cursor < 0)
        {
            _cursor = sequence;
        }

        if (sequence - _newest >= 0)
        {
            _newest = sequence;
            _newestEnd = timestamp + duration;
            _cursor = _newest - _cursor < PacketStore.Slots ? _cursor : _newest + (1 - PacketStore.Slots);
            SkipTo(_newestEnd + -(_maxDelay + duration));
        }
    }

    private void SkipTo(RtpTimestamp earliest)
    {
        int skipped = earliest - _play;
        if (skipped <= 0)
        {
            return;
        }

        _play = earliest;
        int undecoded = Math.Min(skipped, _decodedCount);
        _decodedAt += undecoded;
        _decodedCount -= undecoded;
    }

    private void Restart(SequenceNumber sequence, RtpTimestamp timestamp)
    {
        _store.Clear();
        _hasStarted = true;
        _decodedCount = 0;
        _cursor = sequence;
        _newest = sequence;
        _play = timestamp;
        _playedEnd = timestamp;
        _newestEnd = timestamp;
    }

    private bool TryDecodeNext(out int gap)
    {
        gap = int.MaxValue;
        if (!_hasStarted)
        {
            return false;
        }

        for (; _cursor - _newest <= 0; _cursor = _cursor.Next)
        {
            if (!_store.TryPeek(_cursor, out RtpTimestamp timestamp, out int duration))
            {
                continue;
            }

            int played = _play - timestamp;
            if (played < 0)
            {
                gap = -played;
                return false;
            }

            ReadOnlySpan<byte> payload = _store.Take(_cursor);
            if (played < duration)
            {
                int count = _decoder.Decode(payload, _decoded);
                _cursor = _cursor.Next;
                _decodedAt = Math.Min(played, count);
                _decodedCount = count - _decodedAt;
                return true;
            }
        }

        return false;
    }
}
