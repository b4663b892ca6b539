namespace PhoneBridge.Testing.Audio;

/// <summary>Makes the sounds that test callers send.</summary>
public static class Signals
{
    /// <summary>A steady tone.</summary>
    /// <param name="frequencyHz">Frequency [Hz]; a whole number of periods per second joins without a click when repeated.</param>
    /// <param name="length">Length.</param>
    /// <param name="levelDbov">Level of the sine [dBov]; 0 is a sine at full scale here.</param>
    /// <param name="sampleRateHz">Sample rate [Hz].</param>
    public static Pcm Tone(double frequencyHz, TimeSpan length, double levelDbov = -14, int sampleRateHz = 8000)
    {
        double amplitude = 32767 * Math.Pow(10, levelDbov / 20);
        short[] samples = new short[(int)(length.TotalSeconds * sampleRateHz)];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * frequencyHz * i / sampleRateHz));
        }

        return new Pcm(sampleRateHz, samples);
    }

    /// <summary>Silence.</summary>
    public static Pcm Silence(TimeSpan length, int sampleRateHz = 8000) =>
        new(sampleRateHz, new short[(int)(length.TotalSeconds * sampleRateHz)]);

    /// <summary>One sound after the other.</summary>
    public static Pcm Join(params ReadOnlySpan<Pcm> parts)
    {
        List<short> all = [];
        foreach (Pcm part in parts)
        {
            all.AddRange(part.Samples);
        }

        return new Pcm(parts[0].SampleRateHz, [.. all]);
    }

    /// <summary>Changes the sample rate with a windowed sinc of 32 zero crossings a side: quality before speed.</summary>
    public static Pcm Resample(Pcm pcm, int sampleRateHz)
    {
        double step = (double)pcm.SampleRateHz / sampleRateHz;
        double cutoff = 0.94 * Math.Min(1, 1 / step);
        int half = (int)Math.Ceiling(32 / cutoff);
        short[] result = new short[(int)(pcm.Samples.Length / step)];
        for (int i = 0; i < result.Length; i++)
        {
            double centre = i * step;
            int first = Math.Max(0, (int)centre - half + 1);
            int last = Math.Min(pcm.Samples.Length - 1, (int)centre + half);
            double sum = 0;
            for (int k = first; k <= last; k++)
            {
                double x = k - centre;
                double window = 0.5 + (0.5 * Math.Cos(Math.PI * x / half));
                double sinc = Math.Abs(x) < 1e-9 ? cutoff : Math.Sin(Math.PI * cutoff * x) / (Math.PI * x);
                sum += pcm.Samples[k] * sinc * window;
            }

            result[i] = (short)Math.Clamp(Math.Round(sum), short.MinValue, short.MaxValue);
        }

        return new Pcm(sampleRateHz, result);
    }

    /// <summary>Scales to a given level, measured as RMS over what is louder than -50 dBov.</summary>
    public static Pcm Normalise(Pcm pcm, double rmsDbov)
    {
        double[] loud = [.. pcm.Samples.Select(s => s / 32768.0).Where(s => Math.Abs(s) > 0.00316)];
        if (loud.Length == 0)
        {
            return pcm;
        }

        double gain = Math.Pow(10, rmsDbov / 20) / Math.Sqrt(loud.Average(s => s * s));
        return pcm with
        {
            Samples = [.. pcm.Samples.Select(s => (short)Math.Clamp(Math.Round(s * gain), short.MinValue, short.MaxValue))],
        };
    }
}
