namespace PhoneBridge.Testing.Audio;

/// <summary>Level of one frequency in a stretch of PCM.</summary>
public static class Goertzel
{
    /// <summary>Level given for silence [dBov].</summary>
    public const double FloorDbov = -96;

    /// <summary>
    /// Level of the sine of that frequency [dBov, full-scale sine = 0], Hann window: two tones are apart when they
    /// differ by more than two windows' worth (100 Hz at 20 ms).
    /// </summary>
    public static double LevelDbov(ReadOnlySpan<short> samples, double frequencyHz, int sampleRateHz = 8000)
    {
        if (samples.Length == 0)
        {
            return FloorDbov;
        }

        double coefficient = 2 * Math.Cos(2 * Math.PI * frequencyHz / sampleRateHz);
        double s1 = 0;
        double s2 = 0;
        double windowSum = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / samples.Length));
            windowSum += window;
            double s0 = (samples[i] * window) + (coefficient * s1) - s2;
            s2 = s1;
            s1 = s0;
        }

        double power = (s1 * s1) + (s2 * s2) - (coefficient * s1 * s2);
        double amplitude = 2 * Math.Sqrt(Math.Max(0, power)) / windowSum / 32767;
        return Math.Max(FloorDbov, 20 * Math.Log10(amplitude + 1e-9));
    }

    /// <summary>RMS level of everything [dBov, full-scale square = 0].</summary>
    public static double RmsDbov(ReadOnlySpan<short> samples)
    {
        double sum = 0;
        foreach (short sample in samples)
        {
            sum += (double)sample * sample;
        }

        return samples.Length == 0 || sum == 0
            ? FloorDbov
            : Math.Max(FloorDbov, 10 * Math.Log10(sum / samples.Length / (32768.0 * 32768.0)));
    }
}
