namespace PhoneBridge.Media.Levels;

/// <summary>Brings a prompt to a given loudness. Thread safe: no state; for whole pieces of sound, not for the tick.</summary>
public static class LoudnessNormaliser
{
    /// <summary>Loudness of our prompts: root mean square of the spoken parts [dBov].</summary>
    public const double PromptDbov = -20;

    // Pauses do not count: frames this far under the loudest frame are not speech.
    private const int PauseBelowLoudestDb = 30;
    private const int FrameMs = 20;
    private const double HighestPeak = 0.95 * short.MaxValue;

    /// <summary>Loudness of the spoken parts [dBov]; <see cref="AudioLevel.SilenceDbov"/> when there is none.</summary>
    public static double MeasureActiveDbov(ReadOnlySpan<short> pcm, int sampleRateHz)
    {
        int frame = sampleRateHz / 1000 * FrameMs;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frame, nameof(sampleRateHz));
        int loudest = AudioLevel.SilenceDbov;
        for (int at = 0; at < pcm.Length; at += frame)
        {
            loudest = Math.Max(loudest, AudioLevel.MeasureDbov(pcm[at..Math.Min(pcm.Length, at + frame)]));
        }

        long sum = 0;
        long count = 0;
        for (int at = 0; at < pcm.Length && loudest > AudioLevel.SilenceDbov; at += frame)
        {
            ReadOnlySpan<short> piece = pcm[at..Math.Min(pcm.Length, at + frame)];
            long squares = AudioLevel.SumOfSquares(piece);
            if (AudioLevel.ToDbov(squares, piece.Length) >= loudest - PauseBelowLoudestDb)
            {
                sum += squares;
                count += piece.Length;
            }
        }

        return sum == 0 ? AudioLevel.SilenceDbov : 10 * Math.Log10(sum / (count * 32768.0 * 32768.0));
    }

    /// <summary>
    /// Changes the gain of a whole piece so that its spoken parts have <paramref name="targetDbov"/>. Peaks are never
    /// clipped: a piece of few loud peaks stays quieter instead. Silence stays as it is.
    /// </summary>
    /// <returns>The gain that was applied [dB].</returns>
    public static double Normalise(Span<short> pcm, int sampleRateHz, double targetDbov = PromptDbov)
    {
        double measured = MeasureActiveDbov(pcm, sampleRateHz);
        int peak = 0;
        foreach (short sample in pcm)
        {
            peak = Math.Max(peak, Math.Abs((int)sample));
        }

        if (peak == 0)
        {
            return 0;
        }

        double gain = Math.Min(Math.Pow(10, (targetDbov - measured) / 20), HighestPeak / peak);
        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Round(pcm[i] * gain);
        }

        return 20 * Math.Log10(gain);
    }
}
