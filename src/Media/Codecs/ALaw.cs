using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Codecs;

/// <summary>G.711 A-law kernels over spans, any length. Thread safe: no state.</summary>
/// <remarks>
/// The vector forms read and build IEEE 754 numbers: exponent and upper four bits of the mantissa of a float lie side by
/// side, which is the segment and step of the law itself. Tests hold them equal to the scalar forms for every input.
/// </remarks>
public static class ALaw
{
    /// <summary>Code of the smallest positive step: what a silent line carries.</summary>
    public const byte Silence = 0xD5;

    // Bits of the float 2^3: subtracted above the mantissa's upper four bits, 16 gives segment 1, step 0.
    private const int Bias = (127 + 3) << 4;

    private static readonly short[] DecodeTable = BuildDecodeTable();

    /// <summary>Expands bytes to 16-bit samples.</summary>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    public static void Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        RoomCheck.Need(payload.Length, pcm.Length);
        int done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref byte source = ref MemoryMarshal.GetReference(payload);
            ref short target = ref MemoryMarshal.GetReference(pcm);
            for (; done <= payload.Length - Vector256<short>.Count; done += Vector256<short>.Count)
            {
                Vector256<short> codes = Vector256.WidenLower(
                    Vector128.LoadUnsafe(ref source, (nuint)done).ToVector256Unsafe()).AsInt16();
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(codes);
                Vector256.Narrow(Expand(low), Expand(high)).StoreUnsafe(ref target, (nuint)done);
            }
        }

        DecodeScalar(payload[done..], pcm[done..]);
    }

    /// <summary>Compresses 16-bit samples to bytes.</summary>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    public static void Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        RoomCheck.Need(pcm.Length, payload.Length);
        int done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref short source = ref MemoryMarshal.GetReference(pcm);
            ref byte target = ref MemoryMarshal.GetReference(payload);
            for (; done <= pcm.Length - Vector256<short>.Count; done += Vector256<short>.Count)
            {
                (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)done));
                Vector256<ushort> codes = Vector256.Narrow(Compress(low), Compress(high)).AsUInt16();
                Vector128.Narrow(codes.GetLower(), codes.GetUpper()).StoreUnsafe(ref target, (nuint)done);
            }
        }

        EncodeScalar(pcm[done..], payload[done..]);
    }

    /// <summary>Scalar twin of <see cref="Decode"/>.</summary>
    internal static void DecodeScalar(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        short[] table = DecodeTable;
        for (int i = 0; i < payload.Length; i++)
        {
            pcm[i] = table[payload[i]];
        }
    }

    /// <summary>Scalar twin of <see cref="Encode"/>.</summary>
    internal static void EncodeScalar(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        for (int i = 0; i < pcm.Length; i++)
        {
            payload[i] = Compress(pcm[i]);
        }
    }

    /// <summary>One sample by the procedure of ITU-T G.191 (alaw_compress).</summary>
    internal static byte Compress(short sample)
    {
        int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        if (magnitude > 15)
        {
            int segment = 1;
            while (magnitude > 31)
            {
                magnitude >>= 1;
                segment++;
            }

            magnitude += (segment << 4) - 16;
        }

        return (byte)((sample >= 0 ? magnitude | 0x80 : magnitude) ^ 0x55);
    }

    /// <summary>One sample by the procedure of ITU-T G.191 (alaw_expand).</summary>
    internal static short Expand(byte code)
    {
        int bits = (code ^ 0x55) & 0x7F;
        int segment = bits >> 4;
        int step = bits & 0x0F;
        int magnitude = ((segment > 0 ? step + 16 : step) << 4) + 8;
        magnitude <<= Math.Max(segment - 1, 0);
        return (short)(code > 127 ? magnitude : -magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Compress(Vector256<int> sample)
    {
        Vector256<int> sign = sample >> 31;
        Vector256<int> magnitude = (sample ^ sign) >> 4;
        Vector256<int> steep = (Vector256.ConvertToSingle(magnitude).AsInt32() >> 19) - Vector256.Create(Bias);
        Vector256<int> bits = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(16)), magnitude, steep);
        return (bits | Vector256.AndNot(Vector256.Create(0x80), sign)) ^ Vector256.Create(0x55);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Expand(Vector256<int> code)
    {
        Vector256<int> bits = (code ^ Vector256.Create(0x55)) & Vector256.Create(0x7F);
        // The bit below the step is the middle of the step.
        Vector256<int> built = ((bits + Vector256.Create(Bias)) << 19) | Vector256.Create(1 << 18);
        Vector256<int> steep = Vector256.ConvertToInt32Native(built.AsSingle() * 16f);
        Vector256<int> magnitude = Vector256.ConditionalSelect(
            Vector256.LessThan(bits, Vector256.Create(16)), (bits << 4) + Vector256.Create(8), steep);
        Vector256<int> negative = Vector256.LessThan(code, Vector256.Create(128));
        return (magnitude ^ negative) - negative;
    }

    private static short[] BuildDecodeTable()
    {
        short[] table = new short[256];
        for (int code = 0; code < table.Length; code++)
        {
            table[code] = Expand((byte)code);
        }

        return table;
    }
}
