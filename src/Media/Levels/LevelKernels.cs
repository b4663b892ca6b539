using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Levels;

/// <summary>A gain that runs along a straight line over a piece: that of sample i is <paramref name="First"/> + i x <paramref name="Step"/>.</summary>
/// <param name="First">Factor of the first sample.</param>
/// <param name="Step">Change from sample to sample.</param>
internal readonly record struct GainLine(float First, float Step);

/// <summary>
/// The arithmetic of gains over a piece. Each kernel has a scalar twin in <see cref="ScalarLevelKernels"/> with the same result to
/// the bit: the same float operations on each sample in the same order, rounded half to even. Any length is right.
/// </summary>
internal static class LevelKernels
{
    private const int Width = 8; // 32-bit elements of a 256-bit vector

    /// <summary>Largest magnitude; int.MinValue counts as int.MaxValue.</summary>
    public static int Peak(ReadOnlySpan<int> total)
    {
        int highest = 0, lowest = 0, i = 0;
        if (Vector128.IsHardwareAccelerated && total.Length >= Width)
        {
            ref int source = ref MemoryMarshal.GetReference(total);
            Vector256<int> high = Vector256<int>.Zero, low = Vector256<int>.Zero;
            for (; i <= total.Length - Width; i += Width)
            {
                Vector256<int> x = Vector256.LoadUnsafe(ref source, (nuint)i);
                high = Vector256.Max(high, x);
                low = Vector256.Min(low, x);
            }

            Vector128<int> highs = Vector128.Max(high.GetLower(), high.GetUpper()), lows = Vector128.Min(low.GetLower(), low.GetUpper());
            highs = Vector128.Max(highs, Vector128.Shuffle(highs, Vector128.Create(2, 3, 0, 1)));
            lows = Vector128.Min(lows, Vector128.Shuffle(lows, Vector128.Create(2, 3, 0, 1)));
            highest = Math.Max(highs[0], highs[1]);
            lowest = Math.Min(lows[0], lows[1]);
        }

        int peak = Math.Max(highest, lowest == int.MinValue ? int.MaxValue : -lowest);
        return i == total.Length ? peak : Math.Max(peak, ScalarLevelKernels.Peak(total[i..]));
    }

    /// <summary>mix = total, saturated.</summary>
    public static void Narrow(ReadOnlySpan<int> total, Span<short> mix)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= mix.Length - (2 * Width); i += 2 * Width)
            {
                Vector256.NarrowWithSaturation(Vector256.Create(total[i..]), Vector256.Create(total[(i + Width)..])).CopyTo(mix[i..]);
            }
        }

        ScalarLevelKernels.Narrow(total[i..], mix[i..]);
    }

    /// <summary>mix = total x gain, rounded and saturated.</summary>
    public static void Reduce(ReadOnlySpan<int> total, GainLine gain, Span<short> mix)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= mix.Length - (2 * Width); i += 2 * Width)
            {
                Vector256<int> low = Multiply(Vector256.Create(total[i..]), gain, i);
                Vector256<int> high = Multiply(Vector256.Create(total[(i + Width)..]), gain, i + Width);
                Vector256.NarrowWithSaturation(low, high).CopyTo(mix[i..]);
            }
        }

        ScalarLevelKernels.Reduce(total, gain, mix, i);
    }

    /// <summary>amplified = frame x gain, rounded, with room above 16 bits.</summary>
    public static void Amplify(ReadOnlySpan<short> frame, GainLine gain, Span<int> amplified)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - (2 * Width); i += 2 * Width)
            {
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Create(frame[i..]));
                Multiply(low, gain, i).CopyTo(amplified[i..]);
                Multiply(high, gain, i + Width).CopyTo(amplified[(i + Width)..]);
            }
        }

        ScalarLevelKernels.Amplify(frame, gain, amplified, i);
    }

    private static Vector256<int> Multiply(Vector256<int> x, GainLine gain, int at)
    {
        Vector256<float> place = Vector256.ConvertToSingle(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) + Vector256.Create(at));
        Vector256<float> factor = Vector256.Create(gain.First) + (Vector256.Create(gain.Step) * place);
        return Vector256.ConvertToInt32(Vector256.Round(Vector256.ConvertToSingle(x) * factor));
    }
}
