using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Legs;

/// <summary>
/// The media of one leg: at each tick it takes in what has arrived and one frame of it, and gives out one frame of conference,
/// prompt or silence. Commands change it between two ticks.
/// </summary>
/// <remarks>Made by any thread, then owned by one loop at a time. Nothing here allocates after it was made.</remarks>
internal sealed class LegStream : IDisposable
{
    // A room under a prompt: still there, but the prompt is understood.
    private static readonly Gain Duck = Gain.FromDb(-18);

    // Frames that are read and thrown away after a late loop, so that the delay does not grow by them; beyond, the jitter buffer has let go.
    private const int FramesCaughtUp = 10;

    // Once a second.
    private const int TicksPerQuality = 50;

    private readonly InboundAudio _inbound = new();
    private readonly OutboundAudio _outbound;
    private readonly RtcpSession _rtcp;
    private readonly SpeechDetector _speech = new();
    private readonly short[] _voice = new short[MediaEngine.SamplesPerFrame];
    private FrameClock _clock;
    private StreamSetup? _setup;
    private Playback? _playback;
    private MessageList _toAnswer;
    private bool _isTalking;
    private int _levelDbov = AudioLevel.SilenceDbov;
    private int _ticksToQuality;
    private TimeSpan? _configuredAt;

    /// <summary>Makes a leg that is deaf and dumb until <see cref="Configure"/>.</summary>
    public LegStream(LegId id, int rtpPort, IPacketPort rtp, IPacketPort rtcp, StreamIdentity identity, NtpClock clock, TimeSpan now)
    {
        Id = id;
        RtpPort = rtpPort;
        Transport = new LegTransport(rtp, rtcp);
        _outbound = new OutboundAudio(identity.Ssrc, identity.FirstSequence, identity.FirstTimestamp);
        _rtcp = new RtcpSession(identity.Ssrc, identity.RtcpSeed, clock, now);
    }

    /// <summary>Its name.</summary>
    public LegId Id { get; }

    /// <summary>The even one of its ports.</summary>
    public int RtpPort { get; }

    /// <summary>Its ports and where they lead.</summary>
    public LegTransport Transport { get; }

    /// <summary>How its line does.</summary>
    public QualityCell Quality { get; } = new();

    /// <summary>The loop that owns it; null between two. Written by that loop; another may see whether it is itself.</summary>
    public LoopCore? Owner { get; set; }

    /// <summary>Its phase in the period.</summary>
    public int Slot { get; set; }

    /// <summary>Its place in the list it is in.</summary>
    public int Index { get; set; }

    /// <summary>The conference it is in.</summary>
    public ConferenceMixer? Conference { get; set; }

    /// <summary>Why it is not heard.</summary>
    public MuteCauses Mutes { get; set; }

    /// <summary>Gain of what it hears of the conference.</summary>
    public Gain ListenGain { get; set; } = Gain.Unity;

    /// <summary>Gain of what it says.</summary>
    public Gain TalkGain { get; set; } = Gain.Unity;

    /// <summary>A frame is due in this tick.</summary>
    public bool TakesFrame { get; private set; }

    /// <summary>It is in the sum of this tick.</summary>
    public bool IsHeard { get; private set; }

    /// <summary>What it says in this tick, gain applied; counts when <see cref="IsHeard"/>.</summary>
    public ReadOnlySpan<short> Voice => _voice;

    /// <summary>Sets what was negotiated.</summary>
    public void Configure(StreamSetup setup, TimeSpan now)
    {
        _setup = setup;
        _configuredAt ??= now;
        setup.Spare = _inbound.Configure(setup.Inbound, setup.Playout);
        _outbound.Configure(setup.Media.SendPayloadType, setup.Media.PtimeMs, setup.Media.Format);
        Transport.Configure(setup, now);
    }

    /// <summary>Replaces what plays by something else, or by nothing.</summary>
    public void Play(Playback? playback, LoopCore loop)
    {
        EndPlayback(isCompleted: false, loop);
        _playback = playback;
    }

    /// <summary>Remembers a command that is answered when the next tick is over.</summary>
    public void AnswerAfterTick(SetStreamMute command) => _toAnswer.Append(command);

    /// <summary>A frame would be lost if the next tick were due at <paramref name="deadline"/>.</summary>
    public bool WouldMissFrameBefore(TimeSpan deadline) => _clock.WouldMissBefore(deadline);

    /// <summary>It ceases to talk, because it is muted or left its conference.</summary>
    public void StopTalking(LoopCore loop) => SetTalking(false, loop);

    /// <summary>First half of a tick: takes what has arrived and one frame of it.</summary>
    public void Take(in TickTime time, LoopCore loop)
    {
        IsHeard = false;
        Transport.Drain(_inbound, _rtcp, time.Now, loop);
        TellArrivals(loop);
        TakesFrame = _clock.TryTake(time.Deadline, out int skipped);
        if (!TakesFrame || _setup is null)
        {
            return;
        }

        SkipFrames(skipped, time);
        FrameKind kind = _inbound.ReadFrame(_voice, time.Now);
        _levelDbov = kind is FrameKind.Silence or FrameKind.Clamped or FrameKind.ComfortNoise ? AudioLevel.SilenceDbov : AudioLevel.MeasureDbov(_voice);
        bool mayBeHeard = Conference is not null && _setup.Hears && Mutes == MuteCauses.None;
        SetTalking(mayBeHeard && _speech.OnFrame(_levelDbov, time.Now), loop);
        IsHeard = _isTalking && kind is FrameKind.Voice or FrameKind.Concealed;
        if (IsHeard && !TalkGain.IsUnity)
        {
            MixKernels.Scale(_voice, TalkGain);
        }
    }

    /// <summary>Second half of a tick in a conference: gives the total without this leg's own voice, and its prompt above it.</summary>
    public void Give(ReadOnlySpan<int> total, SharedMix shared, LoopCore loop)
    {
        if (_setup is not { } setup)
        {
            return;
        }

        LoopScratch scratch = loop.Scratch;
        bool hasPrompt = TryReadPrompt(scratch.Prompt);
        if (!setup.Sends)
        {
            _outbound.Skip(MediaEngine.FrameMs);
        }
        else if (!IsHeard && !hasPrompt && ListenGain.IsUnity)
        {
            SendFrame(shared.Payload(total, setup.Media.Format.Codec), loop);
        }
        else
        {
            Span<short> frame = scratch.Frame;
            if (IsHeard)
            {
                MixKernels.MixMinus(total, _voice, frame);
            }
            else
            {
                shared.Pcm(total).CopyTo(frame);
            }

            if (!ListenGain.IsUnity)
            {
                MixKernels.Scale(frame, ListenGain);
            }

            if (hasPrompt)
            {
                MixKernels.Scale(frame, Duck);
                MixKernels.AddSaturated(frame, scratch.Prompt);
            }

            EncodeAndSend(frame, setup, loop);
        }
    }

    /// <summary>A whole tick outside of any conference: prompt or silence.</summary>
    public void TickAlone(in TickTime time, LoopCore loop)
    {
        Take(time, loop);
        if (TakesFrame && _setup is { } setup)
        {
            Span<short> frame = loop.Scratch.Prompt;
            if (!TryReadPrompt(frame))
            {
                frame.Clear();
            }

            if (setup.Sends)
            {
                EncodeAndSend(frame, setup, loop);
            }
            else
            {
                _outbound.Skip(MediaEngine.FrameMs);
            }
        }

        FinishTick(time, loop);
    }

    /// <summary>The end of a tick: tells what it brought about, reports when it is time.</summary>
    public void FinishTick(in TickTime time, LoopCore loop)
    {
        if (_playback is { IsOver: true })
        {
            EndPlayback(isCompleted: true, loop);
        }

        LoopMessage? message = _toAnswer.TakeAll();
        while (message is not null)
        {
            LoopMessage? next = MessageList.Split(message);
            ((SetStreamMute)message).Answer(loop.Events);
            message = next;
        }

        if (_setup is { } setup)
        {
            Report(setup, time.Now, loop);
        }
    }

    /// <summary>The end of the leg: says BYE and tells that it is gone. It is disposed by whoever hears of it.</summary>
    public void End(LoopCore loop)
    {
        StopTalking(loop);
        EndPlayback(isCompleted: false, loop);
        if (_setup is not null)
        {
            Span<byte> packet = loop.Scratch.Packet;
            Transport.SendRtcp(packet[.._rtcp.WriteGoodbye(packet, _outbound, _inbound, loop.Now)], loop.Counters);
        }

        loop.Events.Post(new LoopEvent(LoopEventKind.LegClosed, Id.Value, Leg: this));
        loop.Events.Flush();
    }

    /// <summary>Closes its ports and frees its decoder, when no loop has the leg any more.</summary>
    public void Dispose()
    {
        Transport.Dispose();
        _inbound.Dispose();
    }

    private void Report(StreamSetup setup, TimeSpan now, LoopCore loop)
    {
        if (now >= _rtcp.NextReportAt)
        {
            Span<byte> packet = loop.Scratch.Packet;
            Transport.SendRtcp(packet[.._rtcp.WriteReport(packet, _outbound, _inbound, now)], loop.Counters);
        }

        if (--_ticksToQuality < 0)
        {
            _ticksToQuality = TicksPerQuality;
            Quality.Write(QualityMeasure.Take(setup.Media.Format, _inbound, _outbound, _rtcp, _levelDbov, _configuredAt ?? now, now));
        }
    }

    private void TellArrivals(LoopCore loop)
    {
        if (Transport.TryTakeStart())
        {
            loop.Events.Post(new LoopEvent(LoopEventKind.LegStarted, Id.Value));
        }

        while (_inbound.TryTakeKey(out DtmfKey key))
        {
            loop.Events.Post(new LoopEvent(LoopEventKind.KeyPressed, Id.Value, Detail: key.Character));
        }
    }

    private void SkipFrames(int skipped, in TickTime time)
    {
        for (int i = 0; i < skipped; i++)
        {
            _outbound.Skip(MediaEngine.FrameMs);
            if (i < FramesCaughtUp)
            {
                _inbound.ReadFrame(_voice, time.Now);
            }
        }
    }

    private void SetTalking(bool isTalking, LoopCore loop)
    {
        if (_isTalking != isTalking)
        {
            _isTalking = isTalking;
            loop.Events.Post(new LoopEvent(LoopEventKind.TalkingChanged, Id.Value, Detail: isTalking ? 1 : 0));
        }
    }

    private bool TryReadPrompt(Span<short> frame)
    {
        if (_playback is not { IsOver: false } playback)
        {
            return false;
        }

        playback.Read(frame);
        return true;
    }

    private void EndPlayback(bool isCompleted, LoopCore loop)
    {
        if (_playback is { } playback)
        {
            _playback = null;
            loop.Events.Post(new LoopEvent(LoopEventKind.PlaybackEnded, Id.Value, playback.Id, isCompleted ? 1 : 0));
        }
    }

    private void EncodeAndSend(ReadOnlySpan<short> frame, StreamSetup setup, LoopCore loop)
    {
        Span<byte> payload = loop.Scratch.Payload;
        int length = setup.Encoder.Encode(frame, payload);
        SendFrame(payload[..length], loop);
    }

    private void SendFrame(ReadOnlySpan<byte> payload, LoopCore loop)
    {
        _outbound.Append(payload);
        Span<byte> packet = loop.Scratch.Packet;
        while (_outbound.WritePacket(packet) is > 0 and int length)
        {
            Transport.SendRtp(packet[..length], loop.Counters);
        }
    }
}
