namespace PhoneBridge.Media.Waveform;

/// <summary>Finds where a piece of sound looks most like another: how pitch is found, here and in time stretching. Thread safe: no state.</summary>
/// <remarks>
/// Coarse search at 4 kHz, then the neighbours on every sample: G.711 Appendix I does the same. At 8 kHz every second sample
/// stands for its neighbour; above that the samples are averaged first, because wideband sound has more between them.
/// </remarks>
internal static class WaveformMatch
{
    private const int CoarseRateHz = 4000;

    // 35 ms at the coarse rate: what is looked for and where, as the longest caller has it.
    private const int MaxCoarse = 256;

    /// <summary>How many samples one of the coarse search stands for.</summary>
    public static int DecimationFor(int sampleRateHz) => Math.Max(2, sampleRateHz / CoarseRateHz);

    /// <summary>Best place of <paramref name="reference"/> in <paramref name="search"/> by normalised cross-correlation.</summary>
    /// <param name="reference">The piece to find.</param>
    /// <param name="search">At least as long as the reference.</param>
    /// <param name="decimation">From <see cref="DecimationFor"/>.</param>
    /// <param name="likeness">-1 to 1; 1 is the same shape.</param>
    /// <returns>Offset in <paramref name="search"/>.</returns>
    public static int Find(ReadOnlySpan<short> reference, ReadOnlySpan<short> search, int decimation, out float likeness)
    {
        int last = search.Length - reference.Length;
        int middle = decimation <= 2 || search.Length / decimation > MaxCoarse
            ? FindEvery(reference, search, 0, last, decimation, decimation, out _)
            : FindAveraged(reference, search, decimation);
        return FindEvery(
            reference, search, Math.Max(0, middle - decimation + 1), Math.Min(last, middle + decimation - 1), 1, 1, out likeness);
    }

    private static int FindAveraged(ReadOnlySpan<short> reference, ReadOnlySpan<short> search, int decimation)
    {
        Span<short> coarseReference = stackalloc short[reference.Length / decimation];
        Span<short> coarseSearch = stackalloc short[search.Length / decimation];
        Average(reference, decimation, coarseReference);
        Average(search, decimation, coarseSearch);
        return decimation * FindEvery(coarseReference, coarseSearch, 0, coarseSearch.Length - coarseReference.Length, 1, 1, out _);
    }

    private static void Average(ReadOnlySpan<short> pcm, int decimation, Span<short> averaged)
    {
        for (int i = 0; i < averaged.Length; i++)
        {
            int sum = 0;
            foreach (short sample in pcm.Slice(i * decimation, decimation))
            {
                sum += sample;
            }

            averaged[i] = (short)(sum / decimation);
        }
    }

    private static int FindEvery(
        ReadOnlySpan<short> reference, ReadOnlySpan<short> search, int first, int last, int placeStep, int step, out float likeness)
    {
        int best = first;
        likeness = float.MinValue;
        for (int place = first; place <= last; place += placeStep)
        {
            float here = LikenessOf(reference, search.Slice(place, reference.Length), step);
            if (here > likeness)
            {
                likeness = here;
                best = place;
            }
        }

        return best;
    }

    private static float LikenessOf(ReadOnlySpan<short> reference, ReadOnlySpan<short> candidate, int step)
    {
        long product = 0;
        long energy = 1;
        long referenceEnergy = 1;
        for (int i = 0; i < reference.Length; i += step)
        {
            product += reference[i] * candidate[i];
            energy += candidate[i] * candidate[i];
            referenceEnergy += reference[i] * reference[i];
        }

        return product / MathF.Sqrt((float)energy * referenceEnergy);
    }
}
