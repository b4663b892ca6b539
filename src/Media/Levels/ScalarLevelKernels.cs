namespace PhoneBridge.Media.Levels;

/// <summary>Scalar twins of <see cref="LevelKernels"/>; those with a start do the samples from there on.</summary>
internal static class ScalarLevelKernels
{
    /// <summary>Twin of <see cref="LevelKernels.Peak"/>.</summary>
    public static int Peak(ReadOnlySpan<int> total)
    {
        int peak = 0;
        foreach (int sample in total)
        {
            peak = Math.Max(peak, sample == int.MinValue ? int.MaxValue : Math.Abs(sample));
        }

        return peak;
    }

    /// <summary>Twin of <see cref="LevelKernels.Narrow"/>.</summary>
    public static void Narrow(ReadOnlySpan<int> total, Span<short> mix)
    {
        for (int i = 0; i < mix.Length; i++)
        {
            mix[i] = Saturate(total[i]);
        }
    }

    /// <summary>Twin of <see cref="LevelKernels.Reduce"/>.</summary>
    public static void Reduce(ReadOnlySpan<int> total, GainLine gain, Span<short> mix, int start = 0)
    {
        for (int i = start; i < mix.Length; i++)
        {
            mix[i] = Saturate(Multiply(total[i], gain, i));
        }
    }

    /// <summary>Twin of <see cref="LevelKernels.Amplify"/>.</summary>
    public static void Amplify(ReadOnlySpan<short> frame, GainLine gain, Span<int> amplified, int start = 0)
    {
        for (int i = start; i < frame.Length; i++)
        {
            amplified[i] = Multiply(frame[i], gain, i);
        }
    }

    private static int Multiply(int sample, GainLine gain, int at)
    {
        float factor = gain.First + (gain.Step * at);
        return (int)MathF.Round(sample * factor);
    }

    private static short Saturate(int sample) => (short)Math.Clamp(sample, short.MinValue, short.MaxValue);
}
