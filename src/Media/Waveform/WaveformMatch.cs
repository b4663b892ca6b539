namespace PhoneBridge.Media.Waveform;

/// <summary>Finds where a piece of sound looks most like another: how pitch is found, here and in time stretching. Thread safe: no state.</summary>
internal static class WaveformMatch
{
    // Coarse search on every second sample and place, then the neighbours on every sample (G.711 Appendix I does the same).
    private const int Coarse = 2;

    /// <summary>Best place of <paramref name="reference"/> in <paramref name="search"/> by normalised cross-correlation.</summary>
    /// <param name="reference">The piece to find.</param>
    /// <param name="search">At least as long as the reference.</param>
    /// <param name="likeness">-1 to 1; 1 is the same shape.</param>
    /// <returns>Offset in <paramref name="search"/>.</returns>
    public static int Find(ReadOnlySpan<short> reference, ReadOnlySpan<short> search, out float likeness)
    {
        int last = search.Length - reference.Length;
        int best = 0;
        float bestLikeness = float.MinValue;
        for (int place = 0; place <= last; place += Coarse)
        {
            Consider(reference, search, place, Coarse, ref best, ref bestLikeness);
        }

        int middle = best;
        bestLikeness = float.MinValue;
        for (int place = Math.Max(0, middle - Coarse + 1); place <= Math.Min(last, middle + Coarse - 1); place++)
        {
            Consider(reference, search, place, 1, ref best, ref bestLikeness);
        }

        likeness = bestLikeness;
        return best;
    }

    private static void Consider(
        ReadOnlySpan<short> reference, ReadOnlySpan<short> search, int place, int step, ref int best, ref float bestLikeness)
    {
        ReadOnlySpan<short> candidate = search.Slice(place, reference.Length);
        long product = 0;
        long energy = 1;
        long referenceEnergy = 1;
        for (int i = 0; i < reference.Length; i += step)
        {
            product += reference[i] * candidate[i];
            energy += candidate[i] * candidate[i];
            referenceEnergy += reference[i] * reference[i];
        }

        float likeness = product / MathF.Sqrt((float)energy * referenceEnergy);
        if (likeness > bestLikeness)
        {
            bestLikeness = likeness;
            best = place;
        }
    }
}
