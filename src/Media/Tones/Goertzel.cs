namespace PhoneBridge.Media.Tones;

/// <summary>Level of one frequency in a piece of PCM (Goertzel's algorithm). Thread safe: no state.</summary>
public static class Goertzel
{
    /// <summary>What a silent or empty piece measures [dBov].</summary>
    public const double FloorDbov = -127;

    /// <summary>
    /// Level of the sine at <paramref name="frequencyHz"/> in <paramref name="pcm"/> [dBov], on the scale of
    /// <see cref="ToneGenerator"/>: a generator's level comes back when the piece holds whole periods.
    /// Resolution is sample rate / length: two tones must lie further apart than that.
    /// </summary>
    public static double MeasureDbov(ReadOnlySpan<short> pcm, double frequencyHz, int sampleRateHz = 8000)
    {
        if (pcm.IsEmpty)
        {
            return FloorDbov;
        }

        double omega = 2 * Math.PI * frequencyHz / sampleRateHz;
        double coefficient = 2 * Math.Cos(omega);
        double last = 0;
        double beforeLast = 0;
        foreach (short sample in pcm)
        {
            double next = sample + (coefficient * last) - beforeLast;
            beforeLast = last;
            last = next;
        }

        double power = (last * last) + (beforeLast * beforeLast) - (coefficient * last * beforeLast);
        double meanSquare = 2 * power / ((double)pcm.Length * pcm.Length);
        return meanSquare <= 0 ? FloorDbov : Math.Max(FloorDbov, 10 * Math.Log10(meanSquare / (32768.0 * 32768.0)));
    }
}
