using PhoneBridge.Media;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Legs;

/// <summary>
/// The media of one leg: at each tick it takes in what has arrived and one frame of it, and gives out one frame of conference,
/// prompt or silence. Commands change it between two ticks.
/// </summary>
/// <remarks>Made by any thread, then owned by one loop at a time. Nothing here allocates after it was made.</remarks>
internal sealed class LegStream : IDisposable
{
    /// <summary>Steps of <see cref="Fetch"/>.</summary>
    public const int FetchSteps = 4;

    // Frames that are read and thrown away after a late loop, so that the delay does not grow by them; beyond, the jitter buffer has let go.
    private const int FramesCaughtUp = 10;

    // Once a second.
    private const int TicksPerQuality = 50;

    private readonly InboundAudio _inbound = new();
    private readonly OutboundAudio _outbound;
    private readonly RtcpSession _rtcp;
    private FrameClock _clock;
    private StreamSetup? _setup;
    private StreamCoding? _coding;
    private QualityMeasure _measure;
    private RecordingTap? _tap;
    private FrameNumbers _frames;
    private MessageList _toAnswer;
    private bool _isTalking;
    private Disturbance _told;
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
        Voice = new LegVoice(_inbound);
        Hearing = new LegHearing(_outbound, Transport);
    }

    /// <summary>
    /// Asks the processor for the memory of the leg's next tick, step by step: each step looks only at what the one before has
    /// asked for, and a step comes as much before the next as the tick of another leg takes.
    /// </summary>
    /// <param name="step">0 to <see cref="FetchSteps"/> - 1.</param>
    public void Fetch(int step)
    {
        switch (step)
        {
            case 0:
                CacheLines.Fetch(this, 6);
                break;
            case 1:
                CacheLines.Fetch(Transport, 2);
                CacheLines.Fetch(Voice, 3);
                CacheLines.Fetch(Hearing, 2);
                CacheLines.Fetch(_inbound, 8);
                CacheLines.Fetch(_outbound, 2);
                CacheLines.Fetch(_rtcp, 3);
                CacheLines.Fetch(_coding, 2);
                CacheLines.Fetch(_setup, 4);
                break;
            case 2:
                Transport.FetchParts();
                Voice.FetchParts();
                _inbound.FetchParts();
                break;
            default:
                Voice.FetchBuffers();
                _inbound.FetchBuffers();
                break;
        }
    }

    /// <summary>Its name.</summary>
    public LegId Id { get; }

    /// <summary>The even one of its ports.</summary>
    public int RtpPort { get; }

    /// <summary>Its ports and where they lead.</summary>
    public LegTransport Transport { get; }

    /// <summary>What it says.</summary>
    public LegVoice Voice { get; }

    /// <summary>What it hears.</summary>
    public LegHearing Hearing { get; }

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

    /// <summary>Index of the rate that it listens at; null before it was configured.</summary>
    public int? Rate => _coding?.Rate;

    /// <summary>Why it is not heard.</summary>
    public MuteCauses Mutes { get; set; }

    /// <summary>Gain of what it says.</summary>
    public Gain TalkGain { get; set; } = Gain.Unity;

    /// <summary>A frame is due in this tick.</summary>
    public bool TakesFrame { get; private set; }

    /// <summary>It is in the sum of this tick. Written by the conference's choice of talkers.</summary>
    public bool IsHeard { get; set; }

    /// <summary>Sets what was negotiated.</summary>
    public void Configure(StreamSetup setup, TimeSpan now)
    {
        _setup = setup;
        _configuredAt ??= now;
        if (setup.Coding is { } coding)
        {
            Conference?.BeforeFormatChange(this);
            _coding = coding;
            Voice.Configure(coding);
            Conference?.AfterFormatChange(this);
        }

        _inbound.Configure(setup.Inbound, _coding!.Playout);
        Hearing.Configure(setup, _coding);
        Transport.Configure(setup, now);
    }

    /// <summary>Replaces what plays by something else, or by nothing.</summary>
    public void Play(Playback? playback, LoopCore loop)
    {
        EndPlayback(isCompleted: false, loop);
        Hearing.Play(playback);
    }

    /// <summary>Records what it says from now on, in place of a recording that runs.</summary>
    public void Record(RecordingTap tap)
    {
        _tap?.Complete();
        _tap = tap;
        _frames = default;
    }

    /// <summary>Gives the frame of this tick to the recording, if there is one: silence unless the others hear it.</summary>
    public void WriteRecording(in TickTime time)
    {
        if (_tap is not { } tap)
        {
            return;
        }

        long number = _frames.At(time.Deadline);
        if (IsHeard)
        {
            tap.TryWrite(Voice.Frame, number);
        }
        else
        {
            tap.WriteSilence(number);
        }

        if (tap.IsComplete || tap.IsClosed)
        {
            _tap = null;
        }
    }

    /// <summary>What is recorded of it ends: it leaves its conference.</summary>
    public void EndRecording()
    {
        _tap?.Complete();
        _tap = null;
    }

    /// <summary>Gives it its voice back when it is ducked.</summary>
    public void LiftDuck(LoopCore loop)
    {
        Voice.LiftDuck();
        TellDisturbance(loop);
    }

    /// <summary>Remembers a command that is answered when the next tick is over.</summary>
    public void AnswerAfterTick(SetStreamMute command) => _toAnswer.Append(command);

    /// <summary>A frame would be lost if the next tick were due at <paramref name="deadline"/>.</summary>
    public bool WouldMissFrameBefore(TimeSpan deadline) => _clock.WouldMissBefore(deadline);

    /// <summary>Its conference's tick has moved within the period.</summary>
    public void OnTickMoved() => _inbound.OnReaderMoved();

    /// <summary>It ceases to talk, because it is muted or left its conference.</summary>
    public void StopTalking(LoopCore loop)
    {
        Voice.Silence();
        SetTalking(false, loop);
    }

    /// <summary>First half of a tick: takes what has arrived and one frame of it.</summary>
    public void Take(in TickTime time, LoopCore loop)
    {
        Transport.Drain(_inbound, _rtcp, time.Now, loop);
        TellArrivals(loop);
        TakesFrame = _clock.TryTake(time.Deadline, out int skipped);
        if (!TakesFrame || _setup is null)
        {
            Voice.Miss();
            return;
        }

        for (int i = 0; i < skipped; i++)
        {
            Hearing.SkipFrame();
        }

        bool mayBeHeard = Conference is not null && _setup.Hears && Mutes == MuteCauses.None;
        bool mayRest = Conference is not null && !IsHeard;
        Voice.Skip(Math.Min(skipped, FramesCaughtUp), mayRest, time);
        Voice.Read(mayBeHeard, mayRest, Hearing.SentLevelDbov, time);
        TellSounds(loop);
        TellDisturbance(loop);
        SetTalking(Voice.IsTalking, loop);
    }

    /// <summary>A whole tick outside of any conference: prompt or silence.</summary>
    public void TickAlone(in TickTime time, LoopCore loop)
    {
        Take(time, loop);
        if (TakesFrame)
        {
            Hearing.GiveAlone(loop);
        }

        FinishTick(time, loop);
    }

    /// <summary>The end of a tick: tells what it brought about, reports when it is time.</summary>
    public void FinishTick(in TickTime time, LoopCore loop)
    {
        if (Hearing.Playback is { IsOver: true })
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

    /// <summary>The end of the leg: says BYE and tells that it is gone. Its sockets are closed by whoever hears of it.</summary>
    public void End(LoopCore loop)
    {
        StopTalking(loop);
        EndPlayback(isCompleted: false, loop);
        if (_setup is not null)
        {
            Span<byte> packet = loop.Scratch.Packet;
            Transport.SendRtcp(packet, _rtcp.WriteGoodbye(packet, _outbound, _inbound, loop.Now), loop.Counters);
        }

        loop.Events.Post(new LoopEvent(LoopEventKind.LegClosed, Id.Value, Leg: this));
        loop.Events.Flush();
    }

    /// <summary>Closes the ports and frees what codecs hold. When no loop has the leg any more.</summary>
    public void Dispose()
    {
        Transport.Dispose();
        _inbound.Dispose();
        _coding?.Dispose();
    }

    private void Report(StreamSetup setup, TimeSpan now, LoopCore loop)
    {
        if (now >= _rtcp.NextReportAt)
        {
            Span<byte> packet = loop.Scratch.Packet;
            Transport.SendRtcp(packet, _rtcp.WriteReport(packet, _outbound, _inbound, now), loop.Counters);
        }

        if (--_ticksToQuality < 0)
        {
            _ticksToQuality = TicksPerQuality;
            LegQuality quality = _measure.Take(setup.Media.Format, _inbound, _outbound, _rtcp, Voice, _configuredAt ?? now, now) with
            {
                IsProtected = setup.IsProtected,
                PacketsRefused = Transport.PacketsRefused,
            };
            Quality.Write(quality);

            // A peer that reports nothing is taken to lose as much as it makes us lose.
            Hearing.OnLoss(quality.PeerLossFraction ?? quality.RecentLoss);
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

    private void TellSounds(LoopCore loop)
    {
        if (Voice.Key is { } key)
        {
            loop.Events.Post(new LoopEvent(LoopEventKind.KeyPressed, Id.Value, Number: 1, Detail: key));
        }

        if (Voice.LineTone is not LineToneVerdict.None and LineToneVerdict verdict)
        {
            LineTone tone = verdict == LineToneVerdict.Fax ? LineTone.Fax : LineTone.Busy;
            loop.Events.Post(new LoopEvent(LoopEventKind.LineToneHeard, Id.Value, Detail: (int)tone));
        }
    }

    private void TellDisturbance(LoopCore loop)
    {
        if (Voice.Disturbance != _told)
        {
            _told = Voice.Disturbance;
            loop.Events.Post(new LoopEvent(LoopEventKind.DisturbanceChanged, Id.Value, Detail: (int)_told));
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

    private void EndPlayback(bool isCompleted, LoopCore loop)
    {
        if (Hearing.Playback is { } playback)
        {
            Hearing.Play(null);
            loop.Events.Post(new LoopEvent(LoopEventKind.PlaybackEnded, Id.Value, playback.Id, isCompleted ? 1 : 0));
        }
    }
}
