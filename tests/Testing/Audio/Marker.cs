namespace PhoneBridge.Testing.Audio;

/// <summary>A short rising chirp that is found again in a recording to the sample: the latency measure.</summary>
public static class Marker
{
    /// <summary>Length of the chirp.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(40);

    /// <summary>The chirp: 300 to 3300 Hz, soft edges.</summary>
    public static Pcm Create(double levelDbov = -10, int sampleRateHz = 8000)
    {
        int count = (int)(Length.TotalSeconds * sampleRateHz);
        double seconds = Length.TotalSeconds;
        double amplitude = 32767 * Math.Pow(10, levelDbov / 20);
        short[] samples = new short[count];
        for (int i = 0; i < count; i++)
        {
            double t = (double)i / sampleRateHz;
            double phase = 2 * Math.PI * ((300 * t) + (3000 * t * t / (2 * seconds)));
            double edge = Math.Min(1, Math.Min(i + 1, count - i) / (0.003 * sampleRateHz));
            samples[i] = (short)Math.Round(amplitude * edge * Math.Sin(phase));
        }

        return new Pcm(sampleRateHz, samples);
    }

    /// <summary>Finds every chirp.</summary>
    /// <returns>Index of each chirp's first sample, in order.</returns>
    /// <param name="recording">Where to look.</param>
    /// <param name="likeness">Least correlation [0..1]; speech and tones stay below 0.5.</param>
    public static IReadOnlyList<int> Find(Pcm recording, double likeness = 0.6)
    {
        short[] chirp = Create(sampleRateHz: recording.SampleRateHz).Samples;
        double[] curve = Fourier.Correlate(recording.Samples, chirp);
        List<int> found = [];
        for (int i = 0; i < curve.Length; i++)
        {
            if (curve[i] < likeness)
            {
                continue;
            }

            int end = Math.Min(curve.Length, i + chirp.Length);
            int best = i;
            for (int k = i; k < end; k++)
            {
                best = curve[k] > curve[best] ? k : best;
            }

            found.Add(best);
            i = best + chirp.Length;
        }

        return found;
    }
}
