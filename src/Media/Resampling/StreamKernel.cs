using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PhoneBridge.Media.Resampling;

/// <summary>Converts a piece with vectors: neighbouring lanes side by side, two taps in one multiplication.</summary>
/// <remarks>
/// A vector element is a pair of neighbouring samples, multiplied with a pair of taps and added (one instruction on x86). No sum
/// ever runs across a vector. Integers only, so the order of adding does not matter: equal to <see cref="ScalarStreamKernel"/> to the bit.
/// </remarks>
internal static class StreamKernel
{
    private const int MaxLanes = 4 * StreamFilter.LanesIn5Ms;
    private const int MaxStream = 192; // pairs: the lanes of 20 ms and the longest window behind them
    private const int Width = 8;       // 32-bit elements of a 256-bit vector
    private const int Block = 2 * Width;

    /// <summary>Converts one piece of 5 to 20 ms; see <see cref="ScalarStreamKernel.Convert"/>.</summary>
    [SkipLocalsInit]
    public static void Convert(StreamFilter filter, ReadOnlySpan<short> input, Span<short> output)
    {
        int lanes = output.Length / filter.Rows;
        Span<int> room = stackalloc int[3 * MaxStream];
        ReadOnlySpan<int> pairs = room;
        int step = 1;
        if (filter.Step == 1)
        {
            Overlap(input, room);
            step = 2; // the next pair of taps is two samples on
        }
        else if (filter.Step == 2)
        {
            pairs = MemoryMarshal.Cast<short, int>(input);
        }
        else
        {
            Deal(MemoryMarshal.Cast<short, int>(input), room);
        }

        if (filter.Rows == 1)
        {
            OneRow(filter, pairs, step, lanes, output);
        }
        else if (filter.Rows == 2)
        {
            TwoRows(filter, 0, pairs, step, lanes, MemoryMarshal.Cast<short, int>(output));
        }
        else
        {
            Span<int> both = stackalloc int[3 * MaxLanes];
            for (int i = 0; i < 3; i++)
            {
                TwoRows(filter, 2 * i, pairs, step, lanes, both[(i * MaxLanes)..]);
            }

            Collect(both, lanes, MemoryMarshal.Cast<short, int>(output));
        }
    }

    private static void OneRow(StreamFilter filter, ReadOnlySpan<int> pairs, int step, int lanes, Span<short> output)
    {
        int count = filter.Window / 2 / filter.Streams;
        ref int source = ref MemoryMarshal.GetReference(pairs);
        Vector256<int> half = Vector256.Create(1 << (filter.Shift - 1));
        for (int done = 0; done < lanes; done += Block)
        {
            int lane = Math.Min(done, lanes - Block); // the last block goes over some lanes a second time
            ref int taps = ref MemoryMarshal.GetArrayDataReference(filter.Pairs);
            (Vector256<int> low, Vector256<int> high) = (half, half);
            for (int stream = 0; stream < filter.Streams; stream++)
            {
                ref int x = ref Unsafe.Add(ref source, (stream * MaxStream) + lane);
                for (int i = 0; i < count; i++)
                {
                    Vector256<short> tap = Vector256.Create(taps).AsInt16();
                    low += MultiplyAdd(Vector256.LoadUnsafe(ref x).AsInt16(), tap);
                    high += MultiplyAdd(Vector256.LoadUnsafe(ref x, Width).AsInt16(), tap);
                    x = ref Unsafe.Add(ref x, step);
                    taps = ref Unsafe.Add(ref taps, 1);
                }
            }

            Vector256.NarrowWithSaturation(low >> filter.Shift, high >> filter.Shift).CopyTo(output[lane..]);
        }
    }

    /// <summary>Two neighbouring output samples of every lane, as one 32-bit number.</summary>
    private static void TwoRows(StreamFilter filter, int row, ReadOnlySpan<int> pairs, int step, int lanes, Span<int> output)
    {
        int perRow = filter.Window / 2;
        int count = perRow / filter.Streams;
        ref int source = ref MemoryMarshal.GetReference(pairs);
        Vector256<int> half = Vector256.Create(1 << (filter.Shift - 1));
        for (int done = 0; done < lanes; done += Block)
        {
            int lane = Math.Min(done, lanes - Block);
            ref int taps = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(filter.Pairs), row * perRow);
            (Vector256<int> low, Vector256<int> high) = (half, half);
            (Vector256<int> nextLow, Vector256<int> nextHigh) = (half, half);
            for (int stream = 0; stream < filter.Streams; stream++)
            {
                ref int x = ref Unsafe.Add(ref source, (stream * MaxStream) + lane);
                for (int i = 0; i < count; i++)
                {
                    Vector256<short> a = Vector256.LoadUnsafe(ref x).AsInt16();
                    Vector256<short> b = Vector256.LoadUnsafe(ref x, Width).AsInt16();
                    Vector256<short> tap = Vector256.Create(taps).AsInt16();
                    Vector256<short> nextTap = Vector256.Create(Unsafe.Add(ref taps, perRow)).AsInt16();
                    low += MultiplyAdd(a, tap);
                    high += MultiplyAdd(b, tap);
                    nextLow += MultiplyAdd(a, nextTap);
                    nextHigh += MultiplyAdd(b, nextTap);
                    x = ref Unsafe.Add(ref x, step);
                    taps = ref Unsafe.Add(ref taps, 1);
                }
            }

            Join(low >> filter.Shift, nextLow >> filter.Shift).CopyTo(output[lane..]);
            Join(high >> filter.Shift, nextHigh >> filter.Shift).CopyTo(output[(lane + Width)..]);
        }
    }

    /// <summary>Both saturated to 16 bits; the first in the low half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Join(Vector256<int> first, Vector256<int> second) =>
        (Saturate(first) & Vector256.Create(0xFFFF)) | (Saturate(second) << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Saturate(Vector256<int> value) =>
        Vector256.Min(Vector256.Max(value, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));

    /// <summary>Products of 16-bit numbers, neighbours added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> MultiplyAdd(Vector256<short> a, Vector256<short> b) =>
        Avx2.IsSupported ? Avx2.MultiplyAddAdjacent(a, b) : MultiplyAddAnywhere(a, b);

    /// <summary>Twin of the x86 instruction for other processors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> MultiplyAddAnywhere(Vector256<short> a, Vector256<short> b)
    {
        (Vector256<int> x, Vector256<int> y) = (a.AsInt32(), b.AsInt32());
        return (((x << 16) >> 16) * ((y << 16) >> 16)) + ((x >> 16) * (y >> 16));
    }

    /// <summary>pairs[i] = samples i and i + 1.</summary>
    private static void Overlap(ReadOnlySpan<short> input, Span<int> pairs)
    {
        ref short source = ref MemoryMarshal.GetReference(input);
        int count = input.Length - 1;
        for (int done = 0; done < count; done += Width)
        {
            int at = Math.Min(done, count - Width);
            Vector256<int> older = Vector256.WidenLower(Vector128.LoadUnsafe(ref source, (nuint)at).ToVector256Unsafe());
            Vector256<int> newer = Vector256.WidenLower(Vector128.LoadUnsafe(ref source, (nuint)at + 1).ToVector256Unsafe());
            ((older & Vector256.Create(0xFFFF)) | (newer << 16)).CopyTo(pairs[at..]);
        }
    }

    /// <summary>Deals the pairs out to three streams, <see cref="MaxStream"/> apart.</summary>
    private static void Deal(ReadOnlySpan<int> input, Span<int> pairs)
    {
        Span<int> first = pairs[..MaxStream], second = pairs.Slice(MaxStream, MaxStream), third = pairs.Slice(2 * MaxStream, MaxStream);
        int at = 0, i = 0;
        // Of 24 numbers, each stream's eight lie in different elements of three vectors: choose them, then put them in order.
        for (; i <= input.Length - (3 * Width); i += 3 * Width, at += Width)
        {
            Vector256<int> a = Vector256.Create(input[i..]);
            Vector256<int> b = Vector256.Create(input[(i + Width)..]);
            Vector256<int> c = Vector256.Create(input[(i + (2 * Width))..]);
            Vector256.Shuffle(Choose(a, b, c), Vector256.Create(0, 3, 6, 1, 4, 7, 2, 5)).CopyTo(first[at..]);
            Vector256.Shuffle(Choose(c, a, b), Vector256.Create(1, 4, 7, 2, 5, 0, 3, 6)).CopyTo(second[at..]);
            Vector256.Shuffle(Choose(b, c, a), Vector256.Create(2, 5, 0, 3, 6, 1, 4, 7)).CopyTo(third[at..]);
        }

        for (; i < input.Length; i++)
        {
            pairs[(i % 3 * MaxStream) + (i / 3)] = input[i];
        }
    }

    /// <summary>The opposite of <see cref="Deal"/>: three streams, <see cref="MaxLanes"/> apart, taken in turn.</summary>
    private static void Collect(ReadOnlySpan<int> both, int lanes, Span<int> output)
    {
        ReadOnlySpan<int> first = both[..MaxLanes], second = both.Slice(MaxLanes, MaxLanes), third = both.Slice(2 * MaxLanes, MaxLanes);
        for (int lane = 0; lane < lanes; lane += Width) // 40 lanes a time: whole vectors
        {
            Vector256<int> x = Vector256.Shuffle(Vector256.Create(first[lane..]), Vector256.Create(0, 3, 6, 1, 4, 7, 2, 5));
            Vector256<int> y = Vector256.Shuffle(Vector256.Create(second[lane..]), Vector256.Create(5, 0, 3, 6, 1, 4, 7, 2));
            Vector256<int> z = Vector256.Shuffle(Vector256.Create(third[lane..]), Vector256.Create(2, 5, 0, 3, 6, 1, 4, 7));
            Span<int> place = output.Slice(3 * lane, 3 * Width);
            Choose(x, y, z).CopyTo(place);
            Choose(z, x, y).CopyTo(place[Width..]);
            Choose(y, z, x).CopyTo(place[(2 * Width)..]);
        }
    }

    /// <summary>Elements 0, 3, 6 of the first, 1, 4, 7 of the second, 2, 5 of the third.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Choose(Vector256<int> first, Vector256<int> second, Vector256<int> third) =>
        Vector256.ConditionalSelect(
            Vector256.Create(-1, 0, 0, -1, 0, 0, -1, 0),
            first,
            Vector256.ConditionalSelect(Vector256.Create(0, -1, 0, 0, -1, 0, 0, -1), second, third));
}
