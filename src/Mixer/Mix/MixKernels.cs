using System.Numerics;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Mixer.Mix;

/// <summary>
/// The arithmetic of mix-minus over one frame: an exact 32-bit total of everybody who is heard, from which each listener's own
/// voice is taken away again before the one and only saturation to 16 bits.
/// </summary>
/// <remarks>
/// Each kernel uses the widest vectors of the machine and has a scalar twin in <see cref="ScalarMixKernels"/> with the same
/// result to the bit. The total cannot overflow below 65 536 talkers. Spans of one call must be equally long; any length is right.
/// </remarks>
internal static class MixKernels
{
    /// <summary>total += frame.</summary>
    public static void Add(Span<int> total, ReadOnlySpan<short> frame)
    {
        RequireSameLength(total.Length, frame.Length);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector512<short>.Count; i += Vector512<short>.Count)
            {
                (Vector512<int> low, Vector512<int> high) = Vector512.Widen(Vector512.Create(frame[i..]));
                Span<int> lowTotal = total[i..], highTotal = total[(i + Vector512<int>.Count)..];
                (Vector512.Create((ReadOnlySpan<int>)lowTotal) + low).CopyTo(lowTotal);
                (Vector512.Create((ReadOnlySpan<int>)highTotal) + high).CopyTo(highTotal);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector256<short>.Count; i += Vector256<short>.Count)
            {
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Create(frame[i..]));
                Span<int> lowTotal = total[i..], highTotal = total[(i + Vector256<int>.Count)..];
                (Vector256.Create((ReadOnlySpan<int>)lowTotal) + low).CopyTo(lowTotal);
                (Vector256.Create((ReadOnlySpan<int>)highTotal) + high).CopyTo(highTotal);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector128<short>.Count; i += Vector128<short>.Count)
            {
                (Vector128<int> low, Vector128<int> high) = Vector128.Widen(Vector128.Create(frame[i..]));
                Span<int> lowTotal = total[i..], highTotal = total[(i + Vector128<int>.Count)..];
                (Vector128.Create((ReadOnlySpan<int>)lowTotal) + low).CopyTo(lowTotal);
                (Vector128.Create((ReadOnlySpan<int>)highTotal) + high).CopyTo(highTotal);
            }
        }

        ScalarMixKernels.Add(total[i..], frame[i..]);
    }

    /// <summary>rest = total - own: what a talker hears, before it is held to 16 bits.</summary>
    public static void Subtract(ReadOnlySpan<int> total, ReadOnlySpan<short> own, Span<int> rest)
    {
        RequireSameLength(total.Length, own.Length);
        RequireSameLength(total.Length, rest.Length);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= own.Length - Vector512<short>.Count; i += Vector512<short>.Count)
            {
                (Vector512<int> low, Vector512<int> high) = Vector512.Widen(Vector512.Create(own[i..]));
                (Vector512.Create(total[i..]) - low).CopyTo(rest[i..]);
                (Vector512.Create(total[(i + Vector512<int>.Count)..]) - high).CopyTo(rest[(i + Vector512<int>.Count)..]);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= own.Length - Vector256<short>.Count; i += Vector256<short>.Count)
            {
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Create(own[i..]));
                (Vector256.Create(total[i..]) - low).CopyTo(rest[i..]);
                (Vector256.Create(total[(i + Vector256<int>.Count)..]) - high).CopyTo(rest[(i + Vector256<int>.Count)..]);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= own.Length - Vector128<short>.Count; i += Vector128<short>.Count)
            {
                (Vector128<int> low, Vector128<int> high) = Vector128.Widen(Vector128.Create(own[i..]));
                (Vector128.Create(total[i..]) - low).CopyTo(rest[i..]);
                (Vector128.Create(total[(i + Vector128<int>.Count)..]) - high).CopyTo(rest[(i + Vector128<int>.Count)..]);
            }
        }

        ScalarMixKernels.Subtract(total[i..], own[i..], rest[i..]);
    }

    /// <summary>mix = total, saturated: what everybody hears who is not in the total.</summary>
    public static void Saturate(ReadOnlySpan<int> total, Span<short> mix)
    {
        RequireSameLength(total.Length, mix.Length);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= mix.Length - Vector512<short>.Count; i += Vector512<short>.Count)
            {
                Vector512.NarrowWithSaturation(
                    Vector512.Create(total[i..]), Vector512.Create(total[(i + Vector512<int>.Count)..])).CopyTo(mix[i..]);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= mix.Length - Vector256<short>.Count; i += Vector256<short>.Count)
            {
                Vector256.NarrowWithSaturation(
                    Vector256.Create(total[i..]), Vector256.Create(total[(i + Vector256<int>.Count)..])).CopyTo(mix[i..]);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= mix.Length - Vector128<short>.Count; i += Vector128<short>.Count)
            {
                Vector128.NarrowWithSaturation(
                    Vector128.Create(total[i..]), Vector128.Create(total[(i + Vector128<int>.Count)..])).CopyTo(mix[i..]);
            }
        }

        ScalarMixKernels.Saturate(total[i..], mix[i..]);
    }

    /// <summary>frame = frame x gain, rounded and saturated.</summary>
    /// <param name="frame">Samples, changed in place.</param>
    /// <param name="gain">See <see cref="Gain"/>.</param>
    public static void Scale(Span<short> frame, Gain gain)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector512<short>.Count; i += Vector512<short>.Count)
            {
                Span<short> block = frame[i..];
                (Vector512<int> low, Vector512<int> high) = Vector512.Widen(Vector512.Create((ReadOnlySpan<short>)block));
                low = ((low * gain.Factor) + Vector512.Create(Gain.Half)) >> Gain.FractionBits;
                high = ((high * gain.Factor) + Vector512.Create(Gain.Half)) >> Gain.FractionBits;
                Vector512.NarrowWithSaturation(low, high).CopyTo(block);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector256<short>.Count; i += Vector256<short>.Count)
            {
                Span<short> block = frame[i..];
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Create((ReadOnlySpan<short>)block));
                low = ((low * gain.Factor) + Vector256.Create(Gain.Half)) >> Gain.FractionBits;
                high = ((high * gain.Factor) + Vector256.Create(Gain.Half)) >> Gain.FractionBits;
                Vector256.NarrowWithSaturation(low, high).CopyTo(block);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector128<short>.Count; i += Vector128<short>.Count)
            {
                Span<short> block = frame[i..];
                (Vector128<int> low, Vector128<int> high) = Vector128.Widen(Vector128.Create((ReadOnlySpan<short>)block));
                low = ((low * gain.Factor) + Vector128.Create(Gain.Half)) >> Gain.FractionBits;
                high = ((high * gain.Factor) + Vector128.Create(Gain.Half)) >> Gain.FractionBits;
                Vector128.NarrowWithSaturation(low, high).CopyTo(block);
            }
        }

        ScalarMixKernels.Scale(frame[i..], gain);
    }

    /// <summary>frame = frame + other, saturated: a prompt laid over a ducked room.</summary>
    public static void AddSaturated(Span<short> frame, ReadOnlySpan<short> other)
    {
        RequireSameLength(frame.Length, other.Length);
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= frame.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                Span<short> block = frame[i..];
                Vector.AddSaturate(new Vector<short>(block), new Vector<short>(other[i..])).CopyTo(block);
            }
        }

        ScalarMixKernels.AddSaturated(frame[i..], other[i..]);
    }

    private static void RequireSameLength(int one, int other)
    {
        if (one != other)
        {
            throw new ArgumentException("Frames of one mix are equally long.");
        }
    }
}
