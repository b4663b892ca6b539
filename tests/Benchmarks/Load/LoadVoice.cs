using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>
/// What the callers of a load say, encoded once as A-law frames of 20 ms: a voice-like sound of two seconds with a pause, and in it
/// one marker, a few samples near full scale that no other sound here reaches, by which a packet is known again behind the mixer.
/// </summary>
internal sealed class LoadVoice
{
    /// <summary>Samples in a frame.</summary>
    public const int FrameSamples = 160;

    /// <summary>Frames until the voice begins again.</summary>
    public const int Frames = 100;

    /// <summary>Peak code (<see cref="AlawPeak"/>) that only a marker reaches, also with another voice mixed over it.</summary>
    public const byte MarkerPeak = 0x73;

    /// <summary>Peak code that every voice reaches and line noise does not: somewhat above 500 of 32768.</summary>
    public const byte VoicePeak = 0x30;

    private const int MarkerFrame = 25, VoicedFrames = 85;
    private const short MarkerLevel = 32000;
    private const double VoicePeakLevel = 8000;

    private readonly byte[] _frames;

    private LoadVoice(short[] pcm) => _frames = G711.Encode(PhoneCodec.Pcma, pcm);

    /// <summary>What a caller sends who does not talk: the noise of a quiet line, about -70 dBov.</summary>
    public static LoadVoice Silence { get; } = new(CreateNoise());

    /// <summary>A talker's voice.</summary>
    /// <param name="number">Voices of different numbers have different pitch.</param>
    public static LoadVoice CreateTalker(int number)
    {
        double pitchHz = 95 + (13.7 * (number % 12));
        short[] pcm = CreateNoise();
        double[] voice = new double[VoicedFrames * FrameSamples];
        for (int i = 0; i < voice.Length; i++)
        {
            double t = i / 8000.0;
            double sum = 0;
            for (int harmonic = 1; harmonic * pitchHz < 3300; harmonic++)
            {
                // A vowel: strong around 600 and 1500 Hz, falling off with frequency.
                double f = harmonic * pitchHz;
                double shape = (1 / (1 + Math.Pow((f - 600) / 250, 2))) + (0.4 / (1 + Math.Pow((f - 1500) / 300, 2))) + 0.02;
                sum += shape * Math.Sin((2 * Math.PI * f * t) + (harmonic * harmonic));
            }

            // Four syllables a second, never quite silent within the phrase.
            voice[i] = sum * (0.35 + (0.65 * Math.Pow(Math.Sin(Math.PI * 4 * t), 2)));
        }

        double scale = VoicePeakLevel / voice.Max(Math.Abs);
        for (int i = 0; i < voice.Length; i++)
        {
            pcm[i] = (short)(voice[i] * scale);
        }

        for (int i = 0; i < 4; i++)
        {
            pcm[(MarkerFrame * FrameSamples) + i] = i % 2 == 0 ? MarkerLevel : (short)-MarkerLevel;
        }

        return new LoadVoice(pcm);
    }

    /// <summary>The payload of a frame.</summary>
    /// <param name="number">Any frame number; the voice repeats.</param>
    public ReadOnlySpan<byte> Frame(long number) => _frames.AsSpan((int)(number % Frames) * FrameSamples, FrameSamples);

    /// <summary>Whether a talker's frame carries the marker.</summary>
    public static bool IsMarker(long number) => number % Frames == MarkerFrame;

    private static short[] CreateNoise()
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Frames * FrameSamples).Select(_ => (short)random.Next(-16, 17))];
    }
}
