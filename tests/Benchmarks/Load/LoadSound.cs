namespace PhoneBridge.Benchmarks.Load;

/// <summary>What the callers of a load say, as PCM of two seconds at any rate.</summary>
internal static class LoadSound
{
    /// <summary>Frames of 20 ms in a sound.</summary>
    public const int Frames = 100;

    /// <summary>The frame with the marker.</summary>
    public const int MarkerFrame = 25;

    /// <summary>Frequency of the burst that marks a frame behind a codec [Hz]: the voices have next to nothing there.</summary>
    public const double BurstHz = 2900;

    private const int VoicedFrames = 85, FramesPerSecond = 50;
    private const short PeakMarker = 32000;
    private const double VoicePeakLevel = 8000, BurstLevel = 22000, ToneLevel = 3000;

    /// <summary>A caller who does not talk: the noise of a quiet line, about -70 dBov.</summary>
    public static short[] Silence(int sampleRateHz)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Frames * sampleRateHz / FramesPerSecond).Select(_ => (short)random.Next(-16, 17))];
    }

    /// <summary>A voice-like sound with a pause at its end.</summary>
    /// <param name="number">Voices of different numbers have different pitch.</param>
    /// <param name="sampleRateHz">Sample rate [Hz].</param>
    public static short[] Voice(int number, int sampleRateHz) => Voice(number, sampleRateHz, VoicedFrames);

    /// <summary>A voice-like sound without any pause.</summary>
    public static short[] EndlessVoice(int number, int sampleRateHz) => Voice(number, sampleRateHz, Frames);

    /// <summary>A steady tone; a multiple of 50 Hz joins itself without a click.</summary>
    public static short[] Tone(double hz, int sampleRateHz) =>
        [.. Enumerable.Range(0, Frames * sampleRateHz / FramesPerSecond).Select(i => (short)(ToneLevel * Math.Sin(2 * Math.PI * hz * i / sampleRateHz)))];

    /// <summary>Marks a sound by four samples near full scale, which no voice reaches: found in any G.711 packet at a glance.</summary>
    public static short[] WithPeak(short[] pcm, int sampleRateHz)
    {
        int start = MarkerFrame * sampleRateHz / FramesPerSecond;
        for (int i = 0; i < 4; i++)
        {
            pcm[start + i] = i % 2 == 0 ? PeakMarker : (short)-PeakMarker;
        }

        return pcm;
    }

    /// <summary>Marks a sound by 20 ms of a loud tone in the place of the voice: survives any codec.</summary>
    public static short[] WithBurst(short[] pcm, int sampleRateHz)
    {
        int samples = sampleRateHz / FramesPerSecond, start = MarkerFrame * samples;
        for (int i = 0; i < samples; i++)
        {
            pcm[start + i] = (short)(BurstLevel * Math.Sin(2 * Math.PI * BurstHz * i / sampleRateHz));
        }

        return pcm;
    }

    private static short[] Voice(int number, int sampleRateHz, int voicedFrames)
    {
        // A whole number of periods in two seconds, so that the endless one joins itself.
        double pitchHz = Math.Round(2 * (95 + (13.7 * (number % 12)))) / 2;
        short[] pcm = Silence(sampleRateHz);
        double[] voice = new double[voicedFrames * sampleRateHz / FramesPerSecond];
        for (int i = 0; i < voice.Length; i++)
        {
            double t = (double)i / sampleRateHz;
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

        return pcm;
    }
}
