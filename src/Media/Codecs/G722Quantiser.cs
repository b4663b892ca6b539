using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PhoneBridge.Media.Codecs;

/// <summary>From the difference between a sample and what was expected to the code that is sent (ITU-T G.722 §6.2.1.1 QUANTL, §6.2.2.1 QUANTH).</summary>
internal static class G722Quantiser
{
    private const int HighLevel = 564;

    // Of 15 bits: -72 dBov.
    private const int Inaudible = 4;

    // Eight times the levels, so that a product with twice the step has its twelfth bit at the sixteenth; the last two are never reached.
    private static readonly Vector256<ushort> Levels0 = Vector256.Create(
        (ushort)0, 35 * 8, 72 * 8, 110 * 8, 150 * 8, 190 * 8, 233 * 8, 276 * 8, 323 * 8, 370 * 8, 422 * 8, 473 * 8, 530 * 8, 587 * 8, 650 * 8, 714 * 8);

    private static readonly Vector256<ushort> Levels1 = Vector256.Create(
        786 * 8, 858 * 8, 940 * 8, 1023 * 8, 1121 * 8, 1219 * 8, 1339 * 8, 1458 * 8, 1612 * 8, 1765 * 8, 1980 * 8, 2195 * 8, 2557 * 8, 2919 * 8, ushort.MaxValue, ushort.MaxValue);

    /// <summary>The 6-bit code of the lower band.</summary>
    /// <param name="difference">Sample less prediction.</param>
    /// <param name="step">Step of the band, 32 to 16384.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Low(int difference, int step)
    {
        if (!Avx2.IsSupported)
        {
            return LowScalar(difference, step);
        }

        int magnitude = Magnitude(difference);
        Vector256<ushort> twice = Vector256.Create((ushort)(2 * step));
        Vector256<short> wanted = Vector256.Create((short)magnitude);
        // Two bits of the mask for each level above the magnitude.
        uint above0 = Vector256.GreaterThan(Avx2.MultiplyHigh(Levels0, twice).AsInt16(), wanted).AsByte().ExtractMostSignificantBits();
        uint above1 = Vector256.GreaterThan(Avx2.MultiplyHigh(Levels1, twice).AsInt16(), wanted).AsByte().ExtractMostSignificantBits() | 0xF0000000;
        return CodeOf(32 - (BitOperations.PopCount(above0 | ((ulong)above1 << 32)) / 2), difference);
    }

    /// <summary>Scalar twin of <see cref="Low"/>.</summary>
    internal static int LowScalar(int difference, int step)
    {
        int magnitude = Magnitude(difference);
        ReadOnlySpan<short> levels = G722Tables.LowLevels;
        int from = 0;
        for (int half = 16; half > 0; half >>= 1)
        {
            int at = from + half;
            if (at < levels.Length && magnitude >= (levels[at] * step) >> 12)
            {
                from = at;
            }
        }

        return CodeOf(from + 1, difference);
    }

    /// <summary>The 2-bit code of the upper band.</summary>
    /// <param name="difference">Sample less prediction.</param>
    /// <param name="step">Step of the band, 8 to 16384.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int High(int difference, int step)
    {
        int inner = Magnitude(difference) < (HighLevel * step) >> 12 ? 1 : 0;
        return difference < 0 ? inner : 2 + inner;
    }

    /// <summary>The code of another encoder where it serves nearly as well as the best one, else the best one.</summary>
    /// <param name="difference">Sample less prediction.</param>
    /// <param name="step">Step of the band.</param>
    /// <param name="best">The code that <see cref="Low"/> gives.</param>
    /// <param name="other">The code of the other encoder.</param>
    /// <remarks>
    /// How much worse: a few bits that nobody hears, and a share of the step and of the value itself. Less takes longer to come
    /// together, more is heard as noise meanwhile.
    /// </remarks>
    public static int LowTowards(int difference, int step, int best, int other)
    {
        int value = (step * G722Tables.LowValues[best]) >> 15;
        int otherValue = (step * G722Tables.LowValues[other]) >> 15;
        int allowed = Inaudible + (step >> 5) + (Math.Abs(value) >> 4);
        return Math.Abs(difference - otherValue) <= Math.Abs(difference - value) + allowed ? other : best;
    }

    /// <summary>As <see cref="LowTowards"/>, for the upper band.</summary>
    public static int HighTowards(int difference, int step, int best, int other)
    {
        int value = (step * G722Tables.HighValues[best]) >> 15;
        int otherValue = (step * G722Tables.HighValues[other]) >> 15;
        return Math.Abs(difference - otherValue) <= Math.Abs(difference - value) + Inaudible + (step >> 2) ? other : best;
    }

    // Table 16 (ILP, ILN): one of 30 intervals from the innermost, 1, on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CodeOf(int interval, int difference) =>
        difference >= 0 ? 62 - interval : (interval < 3 ? 64 : 34) - interval;

    // Saturated to 16 bits, and one less for negative ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Magnitude(int difference) => Math.Min(difference ^ (difference >> 31), short.MaxValue);
}
