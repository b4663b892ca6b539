using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Jitter;

/// <summary>
/// Puts the packets of one stream in order and gives them out as PCM at the reader's pace. Any packet length up to 100 ms,
/// changing at will; nothing is held back on a clean line; the delay follows the arrivals, at most to 200 ms.
/// </summary>
/// <remarks>
/// The one idea: a play point on the sender's axis of time, in samples, that moves on with every sample read, whether there was one or
/// not. Loss, silence and underrun need no state of their own: the point moves over them. A packet that comes behind the
/// point, when nothing behind the packet was played, pulls the point back, which is how the delay grows at once; how it
/// grows before anything is late, and how it shrinks, is the delay control's to say and done by stretching the sound.
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
    private const int LongestCutMs = 15;            // one period of the lowest voice

    private readonly PacketStore _store;
    private readonly int _rate;
    private readonly int _maxPacket;
    private readonly int _maxDelay;
    private readonly int _usualFrame;
    private SampleAxis _axis;
    private DelayControl _control;
    private StretchPatience _patience;
    private PacketDecoding _decoding;
    private bool _hasStarted;
    private TimeSpan _startedAt;
    private long _play;
    private long _playedEnd;
    private long _newestEnd;
    private SequenceNumber _cursor;
    private SequenceNumber _newest;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="format">Codec and rate of the stream.</param>
    /// <param name="decoder">A decoder of this format; stays the caller's to dispose. It is reset wherever a stream begins.</param>
    public JitterBuffer(AudioFormat format, IAudioDecoder decoder)
    {
        int rate = format.SampleRateHz;
        _store = new PacketStore(format.Codec);
        _axis = new SampleAxis(format);
        _rate = rate;
        _maxPacket = rate / 1000 * MaxPacketMs;
        _maxDelay = rate / 1000 * MaxDelayMs;
        _usualFrame = rate / 50; // the frame about to be read is no delay
        _decoding = new PacketDecoding(_store, decoder, _maxPacket + LongestCut);
        _control = new DelayControl(rate, _maxDelay);
    }

    private int ShortestCut => _rate / ShortestCutPerSecond;

    private int LongestCut => _rate / 1000 * LongestCutMs;

    /// <summary>Audio between the play point and the newest packet's end [samples]; 0 when it is empty.</summary>
    public int WaitingSamples => _hasStarted ? (int)Math.Clamp(_newestEnd - _play, 0, int.MaxValue) : 0;

    /// <summary>The next sample to be read, on an axis that begins with the stream [samples].</summary>
    internal long PlayPoint => _play;

    /// <summary>What the sender calls no voice is of no interest: zeros may stand for it. To be set before a frame is read.</summary>
    public bool MayRest
    {
        get => _decoding.MayRest;
        set => _decoding.MayRest = value;
    }

    /// <summary>The last run read, which was no gap, was such a rest.</summary>
    public bool IsResting => _decoding.IsResting;

    /// <summary>Lost packets that were played from the copy in the packet after them.</summary>
    public long PacketsRecovered { get; private set; }

    /// <summary>Least time between a packet's arrival and the read that needed it in the last 2 s [ms], -200 to 200; null when not known.</summary>
    public double? LeastSlackMs => _control.LeastSlack * 1000.0 / _rate;

    /// <summary>Asks the processor for the memory of the next packet and frame.</summary>
    public void FetchBuffers()
    {
        _store.FetchPlaceOf(_newest.Next);
        _control.FetchPlaceOfNext();
        _decoding.Fetch();
    }

    /// <summary>Forgets the packets and the play point: the next packet begins a stream of the same codec.</summary>
    public void Restart()
    {
        _hasStarted = false;
        _store.Clear();
        _decoding.Clear();
        _control.Reset();
    }

    /// <summary>Takes one packet. Network input: never throws.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="timestamp">Its timestamp.</param>
    /// <param name="payload">What it carries; copied.</param>
    /// <param name="arrival">When it came, on the clock of <see cref="StartFrame"/>.</param>
    public JitterOutcome Put(SequenceNumber sequence, RtpTimestamp timestamp, ReadOnlySpan<byte> payload, TimeSpan arrival)
    {
        int duration = _axis.LengthOf(_decoding.DurationOf(payload));
        if (duration <= 0 || duration > _maxPacket || payload.Length > _store.MaxPayload)
        {
            return JitterOutcome.BadLength;
        }

        JitterOutcome outcome = JitterOutcome.Stored;
        if (!_hasStarted)
        {
            StartAt(sequence, timestamp, arrival);
        }
        else if (_store.Knows(sequence))
        {
            return JitterOutcome.Duplicate;
        }
        else
        {
            outcome = Place(sequence, _axis.PositionOf(timestamp), duration);
            if (outcome == JitterOutcome.Restarted)
            {
                StartAt(sequence, timestamp, arrival);
            }
        }

        long start = _axis.PositionOf(timestamp);
        if (start >= _play - _maxDelay)
        {
            _control.OnPacket(start, SinceStart(arrival));
        }

        if (outcome != JitterOutcome.TooLate)
        {
            Store(sequence, timestamp, duration, payload);
        }

        return outcome;
    }

    /// <summary>The reader reads a little earlier or later from now on, because it chose so.</summary>
    public void OnReaderMoved() => _control.OnReaderMoved();

    /// <summary>Begins a frame: call once before its samples are read.</summary>
    /// <param name="now">When it is read.</param>
    /// <param name="length">Its length [samples].</param>
    public void StartFrame(TimeSpan now, int length)
    {
        if (_hasStarted)
        {
            _control.OnRead(SinceStart(now), _play, length);
        }
    }

    /// <summary>Reads a run of samples and moves the play point over it.</summary>
    /// <param name="pcm">Where to write, at least one sample long.</param>
    /// <param name="isGap">True when the run was never received or is not here yet: nothing was written, conceal it.</param>
    /// <returns>Length of the run [samples], 1 to the length of <paramref name="pcm"/>.</returns>
    public int Read(Span<short> pcm, out bool isGap)
    {
        int count = ReadRun(pcm, out isGap);
        if (!isGap)
        {
            _control.OnRest(WaitingSamples);
        }

        return count;
    }

    /// <summary>Reads a whole frame from a little more or less than a frame of audio, when the delay should change and the sound allows it.</summary>
    /// <param name="frame">Where to write.</param>
    /// <returns>False when nothing was read: use <see cref="Read"/>.</returns>
    public bool TryReadStretched(Span<short> frame) =>
        _control.Surplus < 0 ? TryReadLengthened(frame) : TryReadShortened(frame);

    private bool TryReadShortened(Span<short> frame)
    {
        int longest = Math.Min(Math.Min(_control.Surplus, LongestCut), WaitingSamples - frame.Length);     // the slack of the packet that is due is no audio
        int needed = frame.Length + longest;
        if (longest < ShortestCut || needed > MaxWork || !_patience.MayTry() || !HasRun(needed))
        {
            return false;
        }

        Span<short> work = stackalloc short[needed];
        ReadAll(work);
        int removed = TimeStretch.Shorten(work, ShortestCut, longest, _patience.NeededLikeness);
        work[..frame.Length].CopyTo(frame);
        PutBack(work[frame.Length..(needed - removed)]);
        OnStretched(removed);
        return true;
    }

    private bool TryReadLengthened(Span<short> frame)
    {
        int longest = Math.Min(frame.Length - (2 * ShortestCut), LongestCut);
        if (longest < ShortestCut || frame.Length + longest > MaxWork || !(_control.IsUrgent || _patience.MayTry()) || !HasRun(frame.Length))
        {
            return false;
        }

        Span<short> work = stackalloc short[frame.Length + longest];
        ReadAll(work[..frame.Length]);
        int added = TimeStretch.Lengthen(
            work, frame.Length, ShortestCut, longest, _control.IsUrgent ? float.MinValue : _patience.NeededLikeness);
        work[..frame.Length].CopyTo(frame);
        PutBack(work.Slice(frame.Length, added));
        OnStretched(-added);
        return true;
    }

    private void ReadAll(Span<short> pcm)
    {
        for (int done = 0; done < pcm.Length;)
        {
            done += ReadRun(pcm[done..], out _);
        }
    }

    private void OnStretched(int removed)
    {
        _patience.OnTried(removed != 0);
        _control.OnRest(WaitingSamples + removed);
        if (removed != 0)
        {
            _control.OnStretched(removed);
        }
    }

    private long SinceStart(TimeSpan time) => (long)Math.Clamp((time - _startedAt).Ticks / (double)TimeSpan.TicksPerSecond * _rate, long.MinValue / 8, long.MaxValue / 8);

    private int ReadRun(Span<short> pcm, out bool isGap)
    {
        isGap = false;
        int count = 0;
        if (_decoding.Waiting == 0 && !TryDecodeNext(pcm, out count, out int gap))
        {
            isGap = true;
            int run = Math.Min(gap, pcm.Length);
            _play += run;
            return run;
        }

        count = count > 0 ? count : _decoding.Read(pcm);
        _play += count;
        _playedEnd = _play;
        return count;
    }

    /// <summary>Whether the next samples are all here, without a gap.</summary>
    private bool HasRun(int samples)
    {
        int found = _decoding.Waiting;
        long end = _play + found;
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
        _decoding.PutBack(pcm);
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
                if (isAfterPause)
                {
                    _control.StartAgain();
                    return JitterOutcome.Stored;
                }

                _control.OnGrown();
                return JitterOutcome.StoredLate;
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
            _control.StartAgain();
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
        _decoding.Skip(skipped);
    }

    private void StartAt(SequenceNumber sequence, RtpTimestamp timestamp, TimeSpan arrival)
    {
        _startedAt = arrival;
        _decoding.Restart();
        _axis.StartAt(timestamp);
        _store.Clear();
        _hasStarted = true;
        _control.StartAgain();
        _cursor = sequence;
        _newest = sequence;
        _play = 0;
        _playedEnd = 0;
        _newestEnd = 0;
    }

    /// <summary>Decodes what comes next: a whole packet that fits straight into <paramref name="pcm"/>, anything else to be read from the decoded run.</summary>
    private bool TryDecodeNext(Span<short> pcm, out int read, out int gap)
    {
        read = 0;
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
                return TryRecover(ref gap, duration);
            }

            if (_decoding.TryDecode(_cursor, played, duration, pcm, out read))
            {
                _cursor = _cursor.Next;
                return true;
            }
        }

        return false;
    }

    /// <summary>Plays a lost packet from the copy in the one after it, when that is here and nothing stands in for it yet (in-band FEC).</summary>
    private bool TryRecover(ref int gap, int duration)
    {
        if (!_decoding.CanRecover || gap < duration || _store.Knows(_cursor + -1))
        {
            return false; // the packet before is no lost one: the sender made a pause
        }

        if (gap > duration)
        {
            gap -= duration; // up to where the copy begins
            return false;
        }

        bool isRecovered = _decoding.TryRecover(_cursor, duration);
        PacketsRecovered += isRecovered ? 1 : 0;
        return isRecovered;
    }
}
