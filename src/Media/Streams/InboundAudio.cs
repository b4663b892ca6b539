using PhoneBridge.Media.ComfortNoise;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Jitter;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Streams;

/// <summary>The receive side of one leg: datagrams in as they come, one frame of PCM out a tick, keys beside it.</summary>
/// <remarks>
/// Sans-IO and not thread safe: owned by the leg's loop. Whether a datagram comes from the right place is decided before
/// by the source latch. It drops everything until <see cref="Configure"/>. Allocates nothing after it was made; disposing is for
/// any other thread, when no loop has the leg any more.
/// </remarks>
public sealed class InboundAudio : IDisposable
{
    private const int KeyQueueLength = 16;

    private readonly TelephoneEventReceiver _events = new();
    private readonly DtmfKey[] _keys = new DtmfKey[KeyQueueLength];
    private PlayoutChain? _chain;
    private int _restSamples;
    private int _keyHead;
    private int _keyCount;
    private InboundAudioFormat? _format;
    private SourceChange _source;
    private RtpReceptionStatistics _reception;
    private bool _hasStream;
    private long _receivedBefore;
    private long _lostBefore;
    private long _late;
    private long _duplicate;
    private long _dropped;
    private long _restarts;
    private long _framesRead;
    private long _framesConcealed;
    private long _framesOfSpeech;
    private long _recoveredBefore;
    private TimeSpan? _lastPacketAt;
    private TimeSpan _voiceArrival;
    private bool _hasVoiceArrival;

    /// <summary>Rate of the PCM given out [Hz]; 0 before <see cref="Configure"/>.</summary>
    public int SampleRateHz => _chain?.Format.SampleRateHz ?? 0;

    /// <summary>Audio held back at the moment, as the last frame left it [ms].</summary>
    public int PlayoutDelayMs => _chain is null ? 0 : (int)(_restSamples * 1000L / SampleRateHz);

    /// <summary>The stream's synchronisation source; null before the first packet.</summary>
    public uint? Ssrc => _hasStream ? _reception.Ssrc : null;

    /// <summary>Reception counts for RTCP reports; its <see cref="RtpReceptionStatistics.TakeFractionLost"/> may be called through this.</summary>
    public ref RtpReceptionStatistics Reception => ref _reception;

    /// <summary>The running chain; null before <see cref="Configure"/>.</summary>
    internal PlayoutChain? Chain => _chain;

    /// <summary>Sets what may be received, at the start and after a re-INVITE. Allocates and frees nothing.</summary>
    /// <param name="format">What was negotiated.</param>
    /// <param name="chain">A chain made for this format. It is taken only when the format differs from the running one, so that a refresh disturbs nothing.</param>
    /// <returns>
    /// The chain that is not in use after the call, for the caller to dispose on another thread: the one that was running, or
    /// <paramref name="chain"/> itself when it was not taken; null at the first call.
    /// </returns>
    /// <exception cref="ArgumentException">The chain is of another format, or the events' clock is 0 Hz or less.</exception>
    public PlayoutChain? Configure(in InboundAudioFormat format, PlayoutChain chain)
    {
        if (chain.Format != format.Format)
        {
            throw new ArgumentException($"A chain for {chain.Format} was given for {format.Format}.", nameof(chain));
        }

        _format = format;
        _events.ClockRateHz = format.TelephoneEventClockRateHz ?? format.Format.ClockRateHz;
        if (_chain?.Format == format.Format)
        {
            return ReferenceEquals(_chain, chain) ? null : chain;
        }

        PlayoutChain? former = _chain;
        _recoveredBefore += former?.Jitter.PacketsRecovered ?? 0;
        _chain = chain;
        _restSamples = 0;
        if (former is not null && former.Format.ClockRateHz != format.Format.ClockRateHz)
        {
            EndStream(); // its jitter was counted in other units
        }

        return former;
    }

    /// <summary>Asks the processor for the memory of the next packet and frame.</summary>
    public void FetchParts()
    {
        if (_chain is { } chain)
        {
            CacheLines.Fetch(_events, 2);
            CacheLines.Fetch(chain, 1);
            CacheLines.Fetch(chain.Jitter, 7);
            CacheLines.Fetch(chain.Concealment, 2);
            CacheLines.Fetch(chain.Noise, 1);
        }
    }

    /// <summary>The same for what lies behind <see cref="FetchParts"/>.</summary>
    public void FetchBuffers()
    {
        if (_chain is { } chain)
        {
            chain.Jitter.FetchBuffers();
            chain.Concealment.Fetch();
        }
    }

    /// <summary>Disposes the running chain. Not for a media thread.</summary>
    public void Dispose() => _chain?.Dispose();

    /// <summary>Takes one datagram from the leg's RTP port. Network input: never throws.</summary>
    /// <param name="datagram">All its bytes.</param>
    /// <param name="arrival">Monotonic time of its arrival, as near to the wire as it is known; on the clock of <see cref="ReadFrame"/>.</param>
    public InboundOutcome OnPacket(ReadOnlySpan<byte> datagram, TimeSpan arrival)
    {
        InboundOutcome outcome = Take(datagram, arrival);
        switch (outcome)
        {
            case InboundOutcome.Voice or InboundOutcome.TelephoneEvent or InboundOutcome.ComfortNoise:
                _lastPacketAt = arrival;
                if (outcome == InboundOutcome.Voice)
                {
                    _voiceArrival = arrival;
                    _hasVoiceArrival = true;
                }

                break;
            case InboundOutcome.Duplicate:
                _duplicate++;
                break;
            case InboundOutcome.TooLate:
                _late++;
                break;
            default:
                _dropped++;
                break;
        }

        return outcome;
    }

    /// <summary>Gives out the next frame. Call it once for every frame's length of time, with frames of any length from 5 to 60 ms.</summary>
    /// <param name="frame">Written to its end, whatever was received.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="mayRest">Only a voice is of interest: what the sender calls none may stay undecoded, <see cref="FrameKind.Rest"/>.</param>
    public FrameKind ReadFrame(Span<short> frame, TimeSpan now, bool mayRest = false)
    {
        if (_chain is not { Jitter: JitterBuffer jitter } chain)
        {
            frame.Clear();
            return FrameKind.Silence;
        }

        _framesRead++;
        _restSamples = Math.Max(0, jitter.WaitingSamples - frame.Length);
        bool isClamped = IsKeyDown(now);
        jitter.StartFrame(now, frame.Length);
        jitter.MayRest = mayRest;
        bool hasReceived = false;
        bool hasRested = false;
        bool hasConcealed = false;
        bool hasNoise = false;
        int done = 0;
        if (!isClamped && jitter.TryReadStretched(frame))
        {
            chain.OnReceived(frame);
            hasReceived = true;
            done = frame.Length;
        }

        while (done < frame.Length)
        {
            Span<short> rest = frame[done..];
            int run = jitter.Read(rest, out bool isGap);
            if (!isGap && jitter.IsResting)
            {
                chain.Concealment.Reset();
                hasRested = true;
            }
            else if (!isGap)
            {
                chain.OnReceived(rest[..run]);
                hasReceived = true;
            }
            else if (chain.Noise.IsPause)
            {
                chain.FillPause(rest[..run]);
                hasNoise = true;
            }
            else
            {
                hasConcealed |= !chain.Concealment.IsSilent;
                chain.Concealment.Conceal(rest[..run]);
            }

            done += run;
        }

        if (isClamped)
        {
            frame.Clear();
            chain.Concealment.Reset();
            return FrameKind.Clamped;
        }

        _framesOfSpeech += hasReceived || hasConcealed ? 1 : 0;
        if (hasConcealed)
        {
            _framesConcealed++;
            return FrameKind.Concealed;
        }

        return hasReceived ? FrameKind.Voice
            : hasRested ? FrameKind.Rest
            : hasNoise ? FrameKind.ComfortNoise
            : FrameKind.Silence;
    }

    /// <summary>Frames are read a little earlier or later from now on: the conference's tick has moved within its period.</summary>
    public void OnReaderMoved() => _chain?.Jitter.OnReaderMoved();

    /// <summary>Takes the next key press, oldest first; at most 16 wait, more are dropped.</summary>
    public bool TryTakeKey(out DtmfKey key)
    {
        if (_keyCount == 0)
        {
            key = default;
            return false;
        }

        key = _keys[_keyHead];
        _keys[_keyHead] = default;
        _keyHead = (_keyHead + 1) % KeyQueueLength;
        _keyCount--;
        return true;
    }

    /// <summary>When the newest voice packet came, once for all that came since the last call: the phase that a conference may follow.</summary>
    /// <returns>False when no voice was taken since.</returns>
    public bool TryTakeArrivalPhase(out TimeSpan arrival)
    {
        arrival = _voiceArrival;
        bool hasArrival = _hasVoiceArrival;
        _hasVoiceArrival = false;
        return hasArrival;
    }

    /// <summary>True from a key's first packet until 60 ms after its end, the playout delay added: <see cref="ReadFrame"/> gives zeros meanwhile.</summary>
    public bool IsKeyDown(TimeSpan now) => _events.IsKeyDown(now, TimeSpan.FromMilliseconds(PlayoutDelayMs));

    /// <summary>A copy of the counts so far.</summary>
    public InboundAudioStatistics ReadStatistics() => new(
        PacketsReceived: _receivedBefore + (_hasStream ? _reception.PacketsReceived : 0),
        PacketsLost: _lostBefore + (_hasStream ? _reception.PacketsLost : 0),
        PacketsLate: _late,
        PacketsDuplicate: _duplicate,
        PacketsDropped: _dropped,
        Restarts: _restarts,
        FramesRead: _framesRead,
        FramesConcealed: _framesConcealed,
        JitterMs: _hasStream ? _reception.JitterMs : 0,
        PlayoutDelayMs: PlayoutDelayMs,
        LastPacketAt: _lastPacketAt,
        PacketsExpected: _receivedBefore + _lostBefore + (_hasStream ? _reception.PacketsReceived + _reception.PacketsLost : 0),
        PacketsRecovered: _recoveredBefore + (_chain?.Jitter.PacketsRecovered ?? 0),
        FramesOfSpeech: _framesOfSpeech,
        LeastSlackMs: _chain?.Jitter.LeastSlackMs);

    private InboundOutcome Take(ReadOnlySpan<byte> datagram, TimeSpan arrival)
    {
        if (PacketKinds.Classify(datagram) != PacketKind.Rtp)
        {
            return InboundOutcome.NotRtp;
        }

        if (!RtpPacket.TryRead(datagram, out RtpPacket packet))
        {
            return InboundOutcome.Malformed;
        }

        RtpHeader header = packet.Header;
        if (_chain is not { } chain || _format is not { } format
            || (header.PayloadType != format.PayloadType
                && header.PayloadType != format.TelephoneEventPayloadType
                && header.PayloadType != format.ComfortNoisePayloadType))
        {
            return InboundOutcome.UnknownPayloadType;
        }

        if (header.PayloadType == format.TelephoneEventPayloadType && header.Ssrc != Ssrc)
        {
            // Seen: keys under an SSRC of their own beside the voice. They must not take the voice's place.
            return _source.IsReplaced(header.Ssrc, arrival)
                ? InboundOutcome.ReplacedSource
                : TakeEvent(header, packet.Payload, arrival);
        }

        InboundOutcome? refusal = Follow(header, arrival);
        if (refusal is { } reason)
        {
            return reason;
        }

        if (header.PayloadType == format.PayloadType)
        {
            _reception.OnArrival(header.Timestamp, arrival);
            return TakeVoice(header, packet.Payload, arrival, chain);
        }

        return header.PayloadType == format.TelephoneEventPayloadType
            ? TakeEvent(header, packet.Payload, arrival)
            : TakeNoise(header, packet.Payload, chain);
    }

    private InboundOutcome TakeVoice(in RtpHeader header, ReadOnlySpan<byte> payload, TimeSpan arrival, PlayoutChain chain)
    {
        switch (chain.Jitter.Put(header.Sequence, header.Timestamp, payload, arrival))
        {
            case JitterOutcome.BadLength:
                return InboundOutcome.Malformed;
            case JitterOutcome.Duplicate:
                return InboundOutcome.Duplicate;
            case JitterOutcome.TooLate:
                return InboundOutcome.TooLate;
            case JitterOutcome.Restarted:
                _restarts++;
                break;
        }

        chain.Noise.OnVoice(header.Sequence);
        return InboundOutcome.Voice;
    }

    private static InboundOutcome TakeNoise(in RtpHeader header, ReadOnlySpan<byte> payload, PlayoutChain chain)
    {
        if (!NoiseDescription.TryRead(payload, out NoiseDescription description))
        {
            return InboundOutcome.Malformed;
        }

        chain.Noise.OnDescription(header.Sequence, description);
        return InboundOutcome.ComfortNoise;
    }

    /// <summary>Follows SSRC and sequence numbers; null when the packet belongs to the stream.</summary>
    private InboundOutcome? Follow(in RtpHeader header, TimeSpan arrival)
    {
        if (!_hasStream)
        {
            Begin(header);
        }
        else if (header.Ssrc != _reception.Ssrc)
        {
            InboundOutcome? refusal = _source.OnForeign(header, arrival);
            if (refusal is not null)
            {
                return refusal;
            }

            _source.OnReplaced(_reception.Ssrc);
            EndStream();
            _restarts++;
            Begin(header);
        }

        switch (_reception.OnSequence(header.Sequence))
        {
            case SequenceVerdict.Jumped:
                return InboundOutcome.Unconfirmed;
            case SequenceVerdict.Restarted:
                _restarts++;
                _chain!.Restart();
                break;
        }

        _source.OnOwn(arrival);
        return null;
    }

    private void Begin(in RtpHeader header)
    {
        _hasStream = true;
        _reception = new RtpReceptionStatistics(header.Ssrc, _chain!.Format.ClockRateHz, header.Sequence);
        _chain.Restart();
    }

    private void EndStream()
    {
        if (_hasStream)
        {
            _receivedBefore += _reception.PacketsReceived;
            _lostBefore += _reception.PacketsLost;
        }

        _hasStream = false;
        _reception = default;
    }

    private InboundOutcome TakeEvent(in RtpHeader header, ReadOnlySpan<byte> payload, TimeSpan arrival)
    {
        if (!TelephoneEvent.TryRead(payload, out TelephoneEvent value))
        {
            return InboundOutcome.Malformed;
        }

        if (_events.OnPacket(header, value, arrival, out char key) && _keyCount < KeyQueueLength)
        {
            _keys[(_keyHead + _keyCount) % KeyQueueLength] = new DtmfKey(key, arrival);
            _keyCount++;
        }

        return InboundOutcome.TelephoneEvent;
    }
}
