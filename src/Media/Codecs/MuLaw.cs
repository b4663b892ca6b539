using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Codecs;

/// <summary>G.711 mu-law kernels over spans, any length. Thread safe: no state. See <see cref="ALaw"/> for how the vector forms work.</summary>
public static class MuLaw
{
    /// <summary>Code of zero: what a silent line carries.</summary>
    public const byte Silence = 0xFF;

    // The law is logarithmic once 33 (of 14 bits) is added: 33 lies in segment 0 = 2^5.
    private const int Offset = 33;
    private const int Clip = 0x1FFF;
    private const int Bias = (127 + 5) << 4;

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

    /// <summary>One sample by the procedure of ITU-T G.191 (ulaw_compress).</summary>
    internal static byte Compress(short sample)
    {
        int magnitude = Math.Min(((sample < 0 ? ~sample : sample) >> 2) + Offset, Clip);
        int segment = 1;
        for (int rest = magnitude >> 6; rest != 0; rest >>= 1)
        {
            segment++;
        }

        int code = ((8 - segment) << 4) | (0x0F - ((magnitude >> segment) & 0x0F));
        return (byte)(sample >= 0 ? code | 0x80 : code);
    }

    /// <summary>One sample by the procedure of ITU-T G.191 (ulaw_expand).</summary>
    internal static short Expand(byte code)
    {
        int bits = ~code;
        int segment = (bits >> 4) & 0x07;
        int step = 4 << (segment + 1);
        int magnitude = (0x80 << segment) + (step * (bits & 0x0F)) + (step / 2) - (4 * Offset);
        return (short)(code < 0x80 ? -magnitude : magnitude);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Compress(Vector256<int> sample)
    {
        Vector256<int> sign = sample >> 31;
        Vector256<int> magnitude = Vector256.Min(
            ((sample ^ sign) >> 2) + Vector256.Create(Offset), Vector256.Create(Clip));
        Vector256<int> bits = (Vector256.ConvertToSingle(magnitude).AsInt32() >> 19) - Vector256.Create(Bias);
        return (bits ^ Vector256.Create(0x7F)) | Vector256.AndNot(Vector256.Create(0x80), sign);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Expand(Vector256<int> code)
    {
        Vector256<int> bits = Vector256.AndNot(Vector256.Create(0x7F), code);
        Vector256<int> built = ((bits + Vector256.Create(Bias)) << 19) | Vector256.Create(1 << 18);
        Vector256<int> magnitude = Vector256.ConvertToInt32Native(built.AsSingle() * 4f) - Vector256.Create(4 * Offset);
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
