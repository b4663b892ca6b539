using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PhoneBridge.Media.Codecs;

/// <summary>The quadrature mirror filter of 24 taps that parts the two bands of G.722 and joins them again (ITU-T G.722 table 11).</summary>
internal static class G722Filter
{
    /// <summary>Taps, and so samples that a pair of results depends on.</summary>
    public const int Taps = 24;

    // Every second tap of the first half, and again backwards: together the 24 symmetrical taps, oldest sample first.
    private static ReadOnlySpan<short> Even => [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

    private static ReadOnlySpan<short> Odd => [-11, 53, -156, 362, -805, 3876, 951, -210, 32, 12, -11, 3];

    private static readonly Vector128<short> Sum0 = Vector128.Create(3, -11, -11, 53, 12, -156, 32, 362);
    private static readonly Vector128<short> Sum1 = Vector128.Create(-210, -805, 951, 3876, 3876, 951, -805, -210);
    private static readonly Vector128<short> Sum2 = Vector128.Create(362, 32, -156, 12, 53, -11, -11, 3);
    private static readonly Vector128<short> Upper = Vector128.Create(unchecked((int)0xFFFF0000)).AsInt16();

    /// <summary>The weighted sums over the even and over the odd places of the 24 samples from a place on.</summary>
    public static (int Even, int Odd) Sums(ref short samples)
    {
        if (!Sse2.IsSupported)
        {
            return SumsScalar(ref samples);
        }

        // Multiplied and added pairwise, a pair is an even and an odd place: sum and difference come straight out of it.
        Vector128<short> first = Vector128.LoadUnsafe(ref samples);
        Vector128<short> second = Vector128.LoadUnsafe(ref samples, 8);
        Vector128<short> third = Vector128.LoadUnsafe(ref samples, 16);
        Vector128<int> sum = Sse2.MultiplyAddAdjacent(first, Sum0) + Sse2.MultiplyAddAdjacent(second, Sum1)
            + Sse2.MultiplyAddAdjacent(third, Sum2);
        Vector128<int> odd = Sse2.MultiplyAddAdjacent(first, Sum0 & Upper) + Sse2.MultiplyAddAdjacent(second, Sum1 & Upper)
            + Sse2.MultiplyAddAdjacent(third, Sum2 & Upper);
        int all = Vector128.Sum(sum);
        int odds = Vector128.Sum(odd);
        return (all - odds, odds);
    }

    /// <summary>Scalar twin of <see cref="Sums"/>.</summary>
    internal static (int Even, int Odd) SumsScalar(ref short samples)
    {
        ReadOnlySpan<short> window = MemoryMarshal.CreateReadOnlySpan(ref samples, Taps);
        int even = 0;
        int odd = 0;
        for (int i = 0; i < Even.Length; i++)
        {
            even += window[2 * i] * Even[i];
            odd += window[(2 * i) + 1] * Odd[i];
        }

        return (even, odd);
    }
}
