using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Waveform;

namespace PhoneBridge.Media.Jitter;

/// <summary>Takes a little time out of sound or puts some in, without a click: one or more pitch periods leave or are said twice, the edges are blended. Thread safe: no state.</summary>
internal static class TimeStretch
{
    // Mean square of -45 dBov: under it nobody hears what leaves or comes.
    private const long QuietMeanSquare = 34_000;

    /// <summary>Removes a piece near the start of <paramref name="pcm"/>.</summary>
    /// <param name="pcm">Sound; shortened in place.</param>
    /// <param name="shortest">Least that is worth removing [samples].</param>
    /// <param name="longest">Most that may leave [samples]; the sound must be longer than this by twice the shortest.</param>
    /// <param name="neededLikeness">How alike what is blended must be, -1 to 1; quiet sound is always good enough.</param>
    /// <returns>Samples removed; 0 when the sound does not allow it now.</returns>
    public static int Shorten(Span<short> pcm, int shortest, int longest, float neededLikeness)
    {
        if (!TryFindPeriod(pcm, shortest, longest, neededLikeness, out int lag))
        {
            return 0;
        }

        int overlap = 2 * shortest;
        Blend(pcm[..overlap], pcm.Slice(lag, overlap), pcm);
        pcm[(overlap + lag)..].CopyTo(pcm[overlap..]);
        return lag;
    }

    /// <summary>Says a piece near the start of the sound twice.</summary>
    /// <param name="pcm">The sound and behind it room for <paramref name="longest"/>; lengthened in place.</param>
    /// <param name="length">Length of the sound [samples]; must be longer than <paramref name="longest"/> by twice the shortest.</param>
    /// <param name="shortest">Least that is worth putting in [samples].</param>
    /// <param name="longest">Most that may come [samples].</param>
    /// <param name="neededLikeness">How alike what is blended must be, -1 to 1; quiet sound is always good enough.</param>
    /// <returns>Samples put in; 0 when the sound does not allow it now.</returns>
    public static int Lengthen(Span<short> pcm, int length, int shortest, int longest, float neededLikeness)
    {
        if (!TryFindPeriod(pcm[..length], shortest, longest, neededLikeness, out int lag))
        {
            return 0;
        }

        // The first period stays; where the second would begin, the sound goes back to the first.
        int overlap = 2 * shortest;
        Span<short> seam = stackalloc short[overlap];
        Blend(pcm.Slice(lag, overlap), pcm[..overlap], seam);
        pcm[overlap..length].CopyTo(pcm[(overlap + lag)..]);
        seam.CopyTo(pcm[lag..]);
        return lag;
    }

    private static bool TryFindPeriod(ReadOnlySpan<short> pcm, int shortest, int longest, float neededLikeness, out int lag)
    {
        int overlap = 2 * shortest;
        lag = 0;
        if (longest < shortest || pcm.Length < longest + overlap)
        {
            return false;
        }

        if (AudioLevel.SumOfSquares(pcm) < QuietMeanSquare * pcm.Length)
        {
            lag = longest;
            return true;
        }

        lag = shortest + WaveformMatch.Find(pcm[..overlap], pcm[shortest..(longest + overlap)], WaveformMatch.DecimationFor(shortest * 400), out float likeness);
        return likeness >= neededLikeness;
    }

    /// <summary>Goes over from one sound to another.</summary>
    private static void Blend(ReadOnlySpan<short> from, ReadOnlySpan<short> to, Span<short> target)
    {
        int length = from.Length;
        for (int i = 0; i < length; i++)
        {
            int weight = i + 1;
            target[i] = (short)(((from[i] * (length + 1 - weight)) + (to[i] * weight)) / (length + 1));
        }
    }
}
