using PhoneBridge.Media.Waveform;

namespace PhoneBridge.Media.Jitter;

/// <summary>Takes a little time out of sound without a click: one or more pitch periods leave, the edges are blended. Thread safe: no state.</summary>
internal static class TimeStretch
{
    // Less alike than this, speech would be heard to stumble; wait for a better frame.
    private const float NeededLikeness = 0.7f;

    // Mean square of -45 dBov: under it nobody hears what leaves.
    private const long QuietMeanSquare = 34_000;

    /// <summary>Removes a piece near the start of <paramref name="pcm"/>.</summary>
    /// <param name="pcm">Sound; shortened in place.</param>
    /// <param name="shortest">Least that is worth removing [samples].</param>
    /// <param name="longest">Most that may leave [samples]; the sound must be longer than this by the shortest.</param>
    /// <returns>Samples removed; 0 when the sound does not allow it now.</returns>
    public static int Shorten(Span<short> pcm, int shortest, int longest)
    {
        int overlap = 2 * shortest;
        if (longest < shortest || pcm.Length < longest + overlap)
        {
            return 0;
        }

        ReadOnlySpan<short> head = pcm[..overlap];
        int lag = shortest + WaveformMatch.Find(head, pcm[shortest..(longest + overlap)], out float likeness);
        if (Levels.AudioLevel.SumOfSquares(pcm) < QuietMeanSquare * pcm.Length)
        {
            lag = longest;
        }
        else if (likeness < NeededLikeness)
        {
            return 0;
        }

        for (int i = 0; i < overlap; i++)
        {
            int weight = i + 1;
            pcm[i] = (short)(((pcm[i] * (overlap + 1 - weight)) + (pcm[i + lag] * weight)) / (overlap + 1));
        }

        pcm[(overlap + lag)..].CopyTo(pcm[overlap..]);
        return lag;
    }
}
