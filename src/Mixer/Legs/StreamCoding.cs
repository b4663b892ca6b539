using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Disturbances;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Noise;
using PhoneBridge.Media.Resampling;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Legs;

/// <summary>Everything of a leg whose size or state depends on its codec and sample rate: decoder with jitter buffer, encoder, rate conversions, levels.</summary>
/// <remarks>
/// Made by the sender of the command, so that a media thread allocates nothing; then owned by the leg's loop. One that a later
/// command replaces in mid-call is left to the finalizers of what it holds natively: codecs change rarely.
/// </remarks>
internal sealed class StreamCoding : IDisposable
{
    private readonly StreamResampler?[] _toRate = new StreamResampler?[MixRates.Count];

    /// <summary>Makes all parts.</summary>
    public StreamCoding(CodingChoice choice, MixSettings settings)
    {
        Choice = choice;
        AudioFormat format = choice.Format;
        Rate = MixRates.IndexOf(format.SampleRateHz);
        Playout = new PlayoutChain(format);
        Encoder = AudioCodecs.CreateEncoder(format, settings.Opus);
        Frame = new short[format.SamplesPerFrame];
        Levelling = settings.LevelsTalkers ? new GainControl() : null;
        KeysInAudio = choice.DetectsKeysInAudio ? new InbandKeyDetector(format.SampleRateHz) : null;
        LineTones = new LineToneDetector(format.SampleRateHz);
        Disturbances = settings.DucksDisturbances ? new DisturbanceDetector(format.SampleRateHz) : null;
        Noise = choice.SuppressesNoise && SpeexLibrary.IsAvailable && format.SampleRateHz is 8000 or 16000
            ? new NoiseSuppressor(format.SampleRateHz)
            : null;
        PromptToRate = format.SampleRateHz == MediaEngine.SampleRateHz ? null : new StreamResampler(MediaEngine.SampleRateHz, format.SampleRateHz);
        for (int i = 0; i < MixRates.Count; i++)
        {
            _toRate[i] = i == Rate ? null : new StreamResampler(format.SampleRateHz, MixRates.At(i));
        }
    }

    /// <summary>What it was made for.</summary>
    public CodingChoice Choice { get; }

    /// <summary>Codec and rate.</summary>
    public AudioFormat Format => Choice.Format;

    /// <summary>Index of the rate, as <see cref="MixRates"/> counts.</summary>
    public int Rate { get; }

    /// <summary>Jitter buffer, decoder and concealment; belongs to the receive side from the moment it is configured.</summary>
    public PlayoutChain Playout { get; }

    /// <summary>Encoder for frames that this leg shares with nobody.</summary>
    public IAudioEncoder Encoder { get; }

    /// <summary>What the leg says in this tick.</summary>
    public short[] Frame { get; }

    /// <summary>Keeps what the leg hears as a talker from clipping.</summary>
    public Limiter Limiter { get; } = new();

    /// <summary>Draws the talker's loudness towards the common level; null when that is switched off.</summary>
    public GainControl? Levelling { get; }

    /// <summary>Finds keys in the sound; null when it is not to.</summary>
    public InbandKeyDetector? KeysInAudio { get; }

    /// <summary>Hears fax and busy tones.</summary>
    public LineToneDetector LineTones { get; }

    /// <summary>Recognises music, tones and noise that go on for long; null when that is switched off.</summary>
    public DisturbanceDetector? Disturbances { get; }

    /// <summary>Takes the line's noise out; null when that is switched off, or the library for it is missing.</summary>
    public NoiseSuppressor? Noise { get; }

    /// <summary>From the rate of clips to this; null when it is the same.</summary>
    public StreamResampler? PromptToRate { get; }

    /// <summary>From this rate to that of another bus; null for its own.</summary>
    public StreamResampler? ToRate(int rate) => _toRate[rate];

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Noise?.Dispose();
    }
}

/// <summary>What decides whether a leg needs a new <see cref="StreamCoding"/>.</summary>
/// <param name="Format">Codec and rate.</param>
/// <param name="DetectsKeysInAudio">Keys are looked for in the audio.</param>
/// <param name="SuppressesNoise">Noise is taken out.</param>
internal readonly record struct CodingChoice(AudioFormat Format, bool DetectsKeysInAudio, bool SuppressesNoise)
{
    /// <summary>As negotiated.</summary>
    public static CodingChoice Of(LegMedia media) => new(media.Format, media.DetectsKeysInAudio, media.SuppressesNoise);
}
