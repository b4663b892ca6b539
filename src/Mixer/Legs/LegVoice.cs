using PhoneBridge.Media;
using PhoneBridge.Media.Disturbances;
using PhoneBridge.Media.Echo;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Loop;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Legs;

/// <summary>What a leg says: one frame a tick out of what it received, measured, and made ready for the sum when it is heard.</summary>
/// <remarks>Owned by the leg's loop. Allocates nothing after it was made.</remarks>
internal sealed class LegVoice(InboundAudio inbound)
{
    // How fast the memory of a syllable fades that is compared with other voices [dB a frame]: 25 dB a second.
    private const double LoudnessFall = 0.5;

    // A line that was quiet for so long is at no tone's pause: 4 s, longer than the pause of a calling fax.
    private const int QuietFramesBetweenTones = 200;
    private const int QuietDbov = -50;

    // What is ducked stays audible enough to be recognised, and does not hinder talk.
    private const double DuckDb = -20;
    private static readonly Gain Duck = Gain.FromDb(DuckDb);

    private readonly SpeechDetector _speech = new();
    private StreamCoding? _coding;
    private FrameKind _kind;
    private bool _mayBeHeard;
    private bool _fadesOut;
    private int _quietFrames = QuietFramesBetweenTones;

    /// <summary>Its frame of this tick, ready for the sum after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<short> Frame => _coding is { } coding ? coding.Frame : [];

    /// <summary>Level of the frame as it came in [dBov].</summary>
    public int LevelDbov { get; private set; } = AudioLevel.SilenceDbov;

    /// <summary>Somebody speaks who may be heard.</summary>
    public bool IsTalking { get; private set; }

    /// <summary>The frame should be in the sum.</summary>
    public bool WantsSeat { get; private set; }

    /// <summary>What ends with this frame may end in it softly: nothing forbids it to be heard.</summary>
    public bool MayFadeOut => _mayBeHeard && _kind is FrameKind.Voice or FrameKind.Concealed;

    /// <summary>How loud the voice has lately been, to be compared with others [dBov].</summary>
    public double Loudness { get; private set; } = AudioLevel.SilenceDbov;

    /// <summary>What the levelling does [dB].</summary>
    public double GainDb => _coding?.Levelling?.GainDb ?? 0;

    /// <summary>Whether what comes from the leg sounds like what is sent to it.</summary>
    public EchoSuspicion Echo { get; } = new();

    /// <summary>What the leg is ducked for.</summary>
    public Disturbance Disturbance { get; private set; }

    /// <summary>The key that was heard in the sound of this tick; null when none was.</summary>
    public char? Key { get; private set; }

    /// <summary>What the sound up to this tick says of the other end; told once.</summary>
    public LineToneVerdict LineTone { get; private set; }

    /// <summary>Takes another coding.</summary>
    public void Configure(StreamCoding coding)
    {
        _coding = coding;
        Miss();
    }

    /// <summary>Asks the processor for the memory of the next <see cref="Read"/>.</summary>
    public void FetchParts()
    {
        CacheLines.Fetch(_speech, 2);
        CacheLines.Fetch(Echo, 2);
        if (_coding is { } coding)
        {
            CacheLines.Fetch(coding.Frame, 6);
            CacheLines.Fetch(coding.LineTones, 1);
        }
    }

    /// <summary>The same for what lies behind <see cref="FetchParts"/>.</summary>
    public void FetchBuffers() => Echo.FetchBuffers();

    /// <summary>Takes the next frame.</summary>
    /// <param name="mayBeHeard">In a conference, and nothing mutes it.</param>
    /// <param name="mayRest">In a conference, and not in its sum: only a voice is of interest.</param>
    /// <param name="sentDbov">Level of what the leg was sent last [dBov].</param>
    /// <param name="time">Of the tick.</param>
    public void Read(bool mayBeHeard, bool mayRest, int sentDbov, in TickTime time)
    {
        if (_coding is not { } coding)
        {
            return;
        }

        _kind = inbound.ReadFrame(coding.Frame, time.Now, MayRest(coding, mayRest));
        Key = coding.KeysInAudio is { } keys && keys.OnFrame(coding.Frame, time.Deadline, out char key) ? key : null;
        LevelDbov = IsSound(_kind) ? AudioLevel.MeasureDbov(coding.Frame) : AudioLevel.SilenceDbov;
        LookForTones(coding);
        coding.Noise?.Process(coding.Frame);
        Loudness = Math.Max(LevelDbov + (Disturbance == Disturbance.None ? 0 : DuckDb), Loudness - LoudnessFall);
        _mayBeHeard = mayBeHeard;
        _fadesOut = false;
        if (mayBeHeard)
        {
            Echo.OnFrame(sentDbov, LevelDbov);
        }

        IsTalking = mayBeHeard && _kind != FrameKind.Rest && _speech.OnFrame(LevelDbov, time.Now);
        WantsSeat = IsTalking && IsSound(_kind);
    }

    /// <summary>No frame is due in this tick.</summary>
    public void Miss()
    {
        Key = null;
        LineTone = LineToneVerdict.None;
        _mayBeHeard = false;
        WantsSeat = false;
    }

    /// <summary>Reads frames that a late loop left out, so that the delay does not grow by them.</summary>
    public void Skip(int frames, bool mayRest, in TickTime time)
    {
        for (int i = 0; _coding is { } coding && i < frames; i++)
        {
            inbound.ReadFrame(coding.Frame, time.Now, MayRest(coding, mayRest));
        }
    }

    /// <summary>It is not heard any more, whatever it says.</summary>
    public void Silence()
    {
        IsTalking = false;
        Miss();
    }

    /// <summary>It is heard from this frame on.</summary>
    public void Begin()
    {
        for (int i = 0; i < MixRates.Count; i++)
        {
            ForgetConversion(i);
        }
    }

    /// <summary>It is heard in this frame for the last time.</summary>
    public void FadeOut() => _fadesOut = true;

    /// <summary>Whatever it is ducked for now may be heard from here on.</summary>
    public void LiftDuck()
    {
        _coding?.Disturbances?.Ignore((DisturbanceKind)Disturbance);
        Disturbance = Disturbance.None;
    }

    /// <summary>The conversion to a rate begins anew.</summary>
    public void ForgetConversion(int rate) => _coding?.ToRate(rate)?.Reset();

    /// <summary>Makes the frame ready for the sum.</summary>
    /// <param name="gain">How loud the others are to hear it.</param>
    public void Finish(Gain gain)
    {
        StreamCoding coding = _coding!;
        Span<short> frame = coding.Frame;
        Disturbance = (Disturbance)(coding.Disturbances?.OnFrame(frame, LevelDbov) ?? DisturbanceKind.None);
        coding.Levelling?.Process(frame, LevelDbov, IsTalking);
        if (!gain.IsUnity)
        {
            MixKernels.Scale(frame, gain);
        }

        if (Disturbance != Disturbance.None)
        {
            MixKernels.Scale(frame, Duck);
        }

        if (_fadesOut)
        {
            ScalarMixKernels.FadeOut(frame);
        }
    }

    /// <summary>Adds the frame to the sum of its own rate, and converted to those of others that are listened at.</summary>
    public void AddTo(MixBus[] buses)
    {
        StreamCoding coding = _coding!;
        foreach (MixBus bus in buses)
        {
            if (!bus.IsUsed)
            {
                continue;
            }

            if (coding.ToRate(MixRates.IndexOf(bus.RateHz)) is { } converter)
            {
                converter.Convert(coding.Frame, bus.Converted);
                bus.Add(bus.Converted);
            }
            else
            {
                bus.Add(coding.Frame);
            }
        }
    }

    /// <summary>When the newest packet of the voice arrived, once a packet.</summary>
    public bool TryTakeArrival(out TimeSpan arrival) => inbound.TryTakeArrivalPhase(out arrival);

    private bool MayRest(StreamCoding coding, bool mayRest) => mayRest && !IsTalking && coding.KeysInAudio is null;

    private void LookForTones(StreamCoding coding)
    {
        _quietFrames = LevelDbov > QuietDbov ? 0 : Math.Min(QuietFramesBetweenTones, _quietFrames + 1);
        LineTone = _quietFrames < QuietFramesBetweenTones ? coding.LineTones.OnFrame(coding.Frame) : LineToneVerdict.None;
    }

    private static bool IsSound(FrameKind kind) => kind is FrameKind.Voice or FrameKind.Concealed;
}
