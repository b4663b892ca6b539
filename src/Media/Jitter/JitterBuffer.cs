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
/// The one idea: a play point on the sender's axis of time, in samples, that moves on with every sample read, whether there was one or
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

    // Frame of 60 ms at 48 kHz and what may be cut from it; bounds the stack.
    private const int MaxWork = 48 * 80;
    private const int ShortestCutPerSecond = 400;   // 1/400 s
    private const int LongestCutPerSecond = 66;     // one period of the lowest voice

    private readonly PacketStore _store;
    private readonly IAudioDecoder _decoder;
    private readonly short[] _decoded;
    private readonly int _maxPacket;
    private readonly int _maxDelay;
    private readonly int _usualFrame;
    private readonly int _shortestCut;
    private readonly int _longestCut;
    private SampleAxis _axis;
    private DelayControl _control;
    private LateLoss _lateLoss;
    private int _toInsert;
    private int _decodedAt;
    private int _decodedCount;
    private bool _hasStarted;
    private long _play;
    private long _playedEnd;
    private long _newestEnd;
    private SequenceNumber _cursor;
    private SequenceNumber _newest;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="format">Codec and rate of the stream.</param>
    /// <param name="decoder">A decoder of this format; stays the caller's to dispose.</param>
    public JitterBuffer(AudioFormat format, IAudioDecoder decoder)
    {
        int rate = format.SampleRateHz;
        _decoder = decoder;
        _store = new PacketStore(format.Codec);
        _axis = new SampleAxis(format);
        _maxPacket = rate / 1000 * MaxPacketMs;
        _maxDelay = rate / 1000 * MaxDelayMs;
        _usualFrame = rate / 50; // the frame about to be read is no delay
        _shortestCut = rate / ShortestCutPerSecond;
        _longestCut = rate / LongestCutPerSecond;
        _decoded = new short[_maxPacket + _longestCut];
        _control = new DelayControl(rate);
        _lateLoss = new LateLoss(rate);
    }

    /// <summary>Audio between the play point and the newest packet's end [samples]; 0 when it is empty.</summary>
    public int WaitingSamples => _hasStarted ? (int)Math.Clamp(_newestEnd - _play, 0, int.MaxValue) : 0;

    /// <summary>Forgets the packets and the play point: the next packet begins a stream of the same codec.</summary>
    public void Restart()
    {
        _hasStarted = false;
        _store.Clear();
        _decodedCount = 0;
        _toInsert = 0;
        _control.Reset();
        _lateLoss.Reset();
    }

    /// <summary>Takes one packet. Network input: never throws.</summary>
    public JitterOutcome Put(SequenceNumber sequence, RtpTimestamp timestamp, ReadOnlySpan<byte> payload)
    {
        int duration = _axis.LengthOf(_decoder.DurationOf(payload));
        if (duration <= 0 || duration > _maxPacket || payload.Length > _store.MaxPayload)
        {
            return JitterOutcome.BadLength;
        }

        if (!_hasStarted)
        {
            StartAt(sequence, timestamp);
            Store(sequence, timestamp, duration, payload);
            return JitterOutcome.Stored;
        }

        if (_store.Knows(sequence))
        {
            return JitterOutcome.Duplicate;
        }

        long start = _axis.PositionOf(timestamp);
        JitterOutcome outcome = Place(sequence, start, duration);
        switch (outcome)
        {
            case JitterOutcome.TooLate:
                if (_lateLoss.OnTooLate((int)(_play - start), out int growth))
                {
                    _toInsert = Math.Min(growth, _maxDelay - WaitingSamples);
                    _control.OnGrown();
                }

                return outcome;
            case JitterOutcome.StoredLate:
                _control.OnGrown();
                break;
            case JitterOutcome.Restarted:
                StartAt(sequence, timestamp);
                break;
        }

        Store(sequence, timestamp, duration, payload);
        return outcome;
    }

    /// <summary>Reads a run of samples and moves the play point over it.</summary>
    /// <param name="pcm">Where to write, at least one sample long.</param>
    /// <param name="isGap">True when the run was never received or is not here yet: nothing was written, conceal it.</param>
    /// <returns>Length of the run [samples], 1 to the length of <paramref name="pcm"/>.</returns>
    public int Read(Span<short> pcm, out bool isGap)
    {
        if (_toInsert > 0)
        {
            // Time is put in: the reader fills it, the play point stays.
            int inserted = Math.Min(_toInsert, pcm.Length);
            _toInsert -= inserted;
            isGap = true;
            return inserted;
        }

        int count = ReadRun(pcm, out isGap);
        _lateLoss.OnRead(count);
        if (!isGap)
        {
            _control.OnRead(WaitingSamples, count);
        }

        return count;
    }

    /// <summary>Reads a whole frame from a little more than a frame of audio, when there is delay to spare and the sound allows it.</summary>
    /// <param name="frame">Where to write.</param>
    /// <returns>False when nothing was read: use <see cref="Read"/>.</returns>
    public bool TryReadShortened(Span<short> frame)
    {
        int longest = Math.Min(_control.Excess, _longestCut);
        int needed = frame.Length + longest;
        if (longest < _shortestCut || _toInsert > 0 || needed > MaxWork || !HasRun(needed))
        {
            return false;
        }

        Span<short> work = stackalloc short[needed];
        for (int done = 0; done < needed;)
        {
            done += ReadRun(work[done..], out _);
        }

        int removed = TimeStretch.Shorten(work, _shortestCut, longest);
        work[..frame.Length].CopyTo(frame);
        PutBack(work[frame.Length..(needed - removed)]);
        _lateLoss.OnRead(frame.Length);
        _control.OnRead(WaitingSamples + removed, frame.Length);
        _control.OnShortened(removed);
        return true;
    }

    private int ReadRun(Span<short> pcm, out bool isGap)
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

    /// <summary>Whether the next samples are all here, without a gap.</summary>
    private bool HasRun(int samples)
    {
        int found = _decodedCount;
        long end = _play + _decodedCount;
        for (SequenceNumber next = _cursor; found < samples; next = next.Next)
        {
            if (!_hasStarted || next - _newest > 0
                || !_store.TryPeek(next, out long start, out int duration) || start != end)
            {
                return false;
            }

            found += duration;
            end += duration;
        }

        return true;
    }

    private void PutBack(ReadOnlySpan<short> pcm)
    {
        if (_decodedAt < pcm.Length)
        {
            _decoded.AsSpan(_decodedAt, _decodedCount).CopyTo(_decoded.AsSpan(pcm.Length));
            _decodedAt = pcm.Length;
        }

        _decodedAt -= pcm.Length;
        _decodedCount += pcm.Length;
        pcm.CopyTo(_decoded.AsSpan(_decodedAt));
        _play -= pcm.Length;
        _playedEnd = _play;
    }

    private JitterOutcome Place(SequenceNumber sequence, long start, int duration)
    {
        bool isNewest = sequence - _newest > 0;
        long ahead = start - _play;
        if (ahead < 0)
        {
            bool isWithinBound = ahead >= -_maxDelay && (isNewest || _newestEnd - start <= _maxDelay + _usualFrame);
            if (start - _playedEnd >= 0 && isWithinBound)
            {
                // Silence or concealment was played here. After a pause this is the sender's clock, else the delay grows.
                bool isAfterPause = _play - _playedEnd > _maxDelay;
                _play = start;
                return isAfterPause ? JitterOutcome.Stored : JitterOutcome.StoredLate;
            }

            if (isNewest)
            {
                return JitterOutcome.Restarted;
            }

            return ahead + duration > 0 ? JitterOutcome.Stored : JitterOutcome.TooLate;
        }

        if (isNewest && _play - _playedEnd > _maxDelay)
        {
            // After a pause the sender's timestamps may have run off the reader's time: no more delay than was usual.
            _play += Math.Max(0, ahead - _control.UsualRest);
            return JitterOutcome.Stored;
        }

        if (ahead > _maxDelay && Math.Abs(start - _newestEnd) > _maxDelay)
        {
            if (!isNewest)
            {
                return JitterOutcome.TooLate; // of the stream's time before it began anew
            }

            return JitterOutcome.Restarted;
        }

        return JitterOutcome.Stored;
    }

    private void Store(SequenceNumber sequence, RtpTimestamp timestamp, int duration, ReadOnlySpan<byte> payload)
    {
        long start = _axis.PositionOf(timestamp);
        _store.Put(sequence, start, duration, payload);
        if (sequence - _cursor < 0)
        {
            _cursor = sequence;
        }

        if (sequence - _newest >= 0)
        {
            _newest = sequence;
            _newestEnd = start + duration;
            _axis.Follow(timestamp);
            _cursor = _newest - _cursor < PacketStore.Slots ? _cursor : _newest + (1 - PacketStore.Slots);
            SkipTo(_newestEnd - _maxDelay - _usualFrame);
        }
    }

    private void SkipTo(long earliest)
    {
        long skipped = earliest - _play;
        if (skipped <= 0)
        {
            return;
        }

        _play = earliest;
        int undecoded = (int)Math.Min(skipped, _decodedCount);
        _decodedAt += undecoded;
        _decodedCount -= undecoded;
    }

    private void StartAt(SequenceNumber sequence, RtpTimestamp timestamp)
    {
        _axis.StartAt(timestamp);
        _store.Clear();
        _hasStarted = true;
        _decodedCount = 0;
        _toInsert = 0;
        _cursor = sequence;
        _newest = sequence;
        _play = 0;
        _playedEnd = 0;
        _newestEnd = 0;
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
            if (!_store.TryPeek(_cursor, out long start, out int duration))
            {
                continue;
            }

            long played = _play - start;
            if (played < 0)
            {
                gap = (int)Math.Min(int.MaxValue, -played);
                return false;
            }

            ReadOnlySpan<byte> payload = _store.Take(_cursor);
            if (played < duration)
            {
                int count = _decoder.Decode(payload, _decoded);
                _cursor = _cursor.Next;
                _decodedAt = (int)Math.Min(played, count);
                _decodedCount = count - _decodedAt;
                return true;
            }
        }

        return false;
    }
}
