using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Legs;

/// <summary>What a leg hears: the conference, prompts or silence, encoded for it alone or shared with all who hear the same.</summary>
/// <remarks>
/// A leg that leaves the shared stream takes a copy of its encoder's state along, so that its decoder goes on as if nothing had
/// happened. It comes back when the codec can make a frame that stands for itself (Opus), or when both encoders, fed alike, have
/// come to the same state (G.722); until then it is sent the same sound by its own encoder.
/// Owned by the leg's loop. Allocates nothing after it was made.
/// </remarks>
internal sealed class LegHearing(OutboundAudio outbound, LegTransport transport)
{
    // A room under a prompt: still there, but the prompt is understood.
    private static readonly Gain Duck = Gain.FromDb(-18);

    // The memory of a loss, a second: half after 7 s.
    private const double LossKept = 0.9;

    // Encoders that have not met after so long will not be told apart by ear either: 3 s.
    private const int LongestReturn = 150;

    private StreamSetup? _setup;
    private StreamCoding? _coding;
    private Playback? _playback;
    private Source _source;
    private int _returning;
    private double _loss;

    private enum Source
    {
        /// <summary>Nothing is sent: the peer's decoder follows nobody.</summary>
        None,

        /// <summary>Its own encoder.</summary>
        Own,

        /// <summary>The conference's.</summary>
        Shared,
    }

    /// <summary>Gain of what it hears of the conference.</summary>
    public Gain ListenGain { get; set; } = Gain.Unity;

    /// <summary>Level of what it was given last of a conference [dBov].</summary>
    public int SentLevelDbov { get; private set; } = AudioLevel.SilenceDbov;

    /// <summary>What plays, if anything.</summary>
    public Playback? Playback => _playback;

    /// <summary>It follows the stream that all listeners of its format share.</summary>
    public bool IsSharing => _source == Source.Shared;

    private bool HasPrompt => _playback is { IsOver: false };

    /// <summary>Sets what was negotiated.</summary>
    public void Configure(StreamSetup setup, StreamCoding coding)
    {
        if (_coding != coding)
        {
            _source = Source.None;
        }

        _setup = setup;
        _coding = coding;
        outbound.Configure(setup.Media.SendPayloadType, setup.Media.PtimeMs, setup.Media.Format);
    }

    /// <summary>Replaces what plays by something else, or by nothing.</summary>
    public void Play(Playback? playback)
    {
        _playback = playback;
        _coding?.PromptToRate?.Reset();
    }

    /// <summary>Decides for this tick whose encoder the leg follows. Before anything of the tick is encoded.</summary>
    public void ChooseStream(bool isHeard, SharedStreams streams)
    {
        if (_setup is not { } setup || _coding is not { } coding)
        {
            return;
        }

        SharedStream? shared = streams[coding.Format];
        if (!setup.Sends)
        {
            _source = Source.None;
        }
        else if (shared is null || isHeard || HasPrompt || !ListenGain.IsUnity)
        {
            if (_source == Source.Shared && shared is not null)
            {
                coding.Encoder.ContinueFrom(shared.Encoder);
            }

            _source = Source.Own;
            _returning = 0;
        }
        else if (_source != Source.Shared && MayShare(coding, shared))
        {
            _source = Source.Shared;
        }

        if (_source == Source.Shared)
        {
            shared!.NoteLoss(_loss);
        }
    }

    /// <summary>What share of the packets sent to the leg is lost, as far as is known. Once a second.</summary>
    /// <param name="share">0 to 1.</param>
    public void OnLoss(double share)
    {
        _loss = Math.Max(share, _loss * LossKept);
        _coding?.Encoder.ExpectLoss(_loss);
    }

    /// <summary>Gives the conference without this leg's own voice, and its prompt above it.</summary>
    public void Give(LegStream leg, MixBus[] buses, SharedStreams streams, LoopCore loop)
    {
        if (_setup is null || _coding is not { } coding)
        {
            return;
        }

        if (_source == Source.None)
        {
            SentLevelDbov = AudioLevel.SilenceDbov;
            SkipFrame();
            return;
        }

        MixBus bus = buses[coding.Rate];
        SharedStream? shared = streams[coding.Format];
        if (_source == Source.Shared)
        {
            SentLevelDbov = bus.SharedLevelDbov;
            SendFrame(shared!.Frame(bus), loop);
            return;
        }

        Span<short> frame = loop.Scratch.Frame(coding.Format.SamplesPerFrame);
        if (leg.IsHeard)
        {
            bus.Minus(leg.Voice.Frame, coding.Limiter, frame);
        }
        else
        {
            bus.Shared().CopyTo(frame);
            if (!HasPrompt && ListenGain.IsUnity)
            {
                SentLevelDbov = bus.SharedLevelDbov;
                Return(frame, coding, shared, bus, loop);
                return;
            }
        }

        if (!ListenGain.IsUnity)
        {
            MixKernels.Scale(frame, ListenGain);
        }

        if (HasPrompt)
        {
            Span<short> prompt = loop.Scratch.Prompt(frame.Length);
            ReadPrompt(prompt, coding, loop.Scratch);
            MixKernels.Scale(frame, Duck);
            MixKernels.AddSaturated(frame, prompt);
        }

        SentLevelDbov = AudioLevel.MeasureDbov(frame);

        EncodeAndSend(frame, coding, loop);
    }

    /// <summary>Gives a prompt, or silence, to a leg in no conference.</summary>
    public void GiveAlone(LoopCore loop)
    {
        if (_setup is not { } setup || _coding is not { } coding)
        {
            return;
        }

        Span<short> frame = loop.Scratch.Prompt(coding.Format.SamplesPerFrame);
        if (HasPrompt)
        {
            ReadPrompt(frame, coding, loop.Scratch);
        }
        else
        {
            frame.Clear();
        }

        if (setup.Sends)
        {
            _source = Source.Own;
            EncodeAndSend(frame, coding, loop);
        }
        else
        {
            SkipFrame();
        }
    }

    /// <summary>Lets a frame's time pass without a packet.</summary>
    public void SkipFrame()
    {
        _source = Source.None;
        outbound.Skip(MediaEngine.FrameMs);
    }

    /// <summary>The leg goes out of the conference: from here on it encodes for itself.</summary>
    public void LeaveShared(SharedStreams streams)
    {
        if (_source == Source.Shared && _coding is { } coding && streams[coding.Format] is { } shared)
        {
            coding.Encoder.ContinueFrom(shared.Encoder);
            _source = Source.Own;
        }
    }

    private bool MayShare(StreamCoding coding, SharedStream shared) =>
        _source == Source.None
        || shared.Encoder.TryMakeNextIndependent()
        || (_returning > 0 && coding.Encoder.IsInStepWith(shared.Encoder))
        || _returning > LongestReturn;

    /// <summary>On the way back to the shared stream: its encoder must run, and the leg's own is led towards it.</summary>
    private void Return(ReadOnlySpan<short> frame, StreamCoding coding, SharedStream? shared, MixBus bus, LoopCore loop)
    {
        if (shared is null)
        {
            EncodeAndSend(frame, coding, loop);
            return;
        }

        _returning++;
        Span<byte> payload = loop.Scratch.Payload;
        SendFrame(payload[..coding.Encoder.EncodeTowards(shared.Frame(bus), frame, payload)], loop);
    }

    private void ReadPrompt(Span<short> frame, StreamCoding coding, LoopScratch scratch)
    {
        if (coding.PromptToRate is not { } converter)
        {
            _playback!.Read(frame);
            return;
        }

        Span<short> narrow = scratch.Clip;
        _playback!.Read(narrow);
        converter.Convert(narrow, frame);
    }

    private void EncodeAndSend(ReadOnlySpan<short> frame, StreamCoding coding, LoopCore loop)
    {
        Span<byte> payload = loop.Scratch.Payload;
        SendFrame(payload[..coding.Encoder.Encode(frame, payload)], loop);
    }

    private void SendFrame(ReadOnlySpan<byte> payload, LoopCore loop)
    {
        Span<byte> packet = loop.Scratch.Packet;
        if (outbound.WriteAlone(payload, packet) is > 0 and int whole)
        {
            transport.SendRtp(packet, whole, loop.Counters);
            return;
        }

        outbound.Append(payload);
        while (outbound.WritePacket(packet) is > 0 and int length)
        {
            transport.SendRtp(packet, length, loop.Counters);
        }
    }
}
