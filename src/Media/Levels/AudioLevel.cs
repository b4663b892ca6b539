using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Levels;

/// <summary>Level of a frame of PCM. Thread safe: no state.</summary>
public static class AudioLevel
{
    /// <summary>Level of digital silence [dBov].</summary>
    public const int SilenceDbov = -127;

    private const double FullScaleSquared = 32768.0 * 32768.0;

    /// <summary>Root mean square against full scale, rounded, -127 to 0 dBov (RFC 6465 appendix A.1; RFC 6464 sends it without its sign).</summary>
    public static int MeasureDbov(ReadOnlySpan<short> pcm) => ToDbov(SumOfSquares(pcm), pcm.Length);

    /// <summary>Level of samples whose squares add up to <paramref name="sumOfSquares"/>, -127 to 0 dBov.</summary>
    public static int ToDbov(long sumOfSquares, int samples)
    {
        if (sumOfSquares <= 0 || samples <= 0)
        {
            return SilenceDbov;
        }

        double level = 10 * Math.Log10(sumOfSquares / (samples * FullScaleSquared));
        return Math.Clamp((int)Math.Round(level), SilenceDbov, 0);
    }

    /// <summary>Sum of the squared samples, exact.</summary>
    public static long SumOfSquares(ReadOnlySpan<short> pcm)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return SumOfSquaresScalar(pcm);
        }

        ref short source = ref MemoryMarshal.GetReference(pcm);
        Vector256<long> total = Vector256<long>.Zero;
        int done = 0;
        for (; done <= pcm.Length - Vector256<short>.Count; done += Vector256<short>.Count)
        {
            (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)done));
            // Two squares of at most 2^30 fit a uint, not an int.
            (Vector256<ulong> a, Vector256<ulong> b) = Vector256.Widen(((low * low) + (high * high)).AsUInt32());
            total += (a + b).AsInt64();
        }

        return Vector256.Sum(total) + SumOfSquaresScalar(pcm[done..]);
    }

    /// <summary>Scalar twin of <see cref="SumOfSquares"/>.</summary>
    internal static long SumOfSquaresScalar(ReadOnlySpan<short> pcm)
    {
        long total = 0;
        foreach (short sample in pcm)
        {
            total += sample * sample;
        }

        return total;
    }
}
