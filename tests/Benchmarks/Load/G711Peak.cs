using System.Numerics;
using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>The loudest sample of a G.711 payload without decoding it.</summary>
internal static class G711Peak
{
    private const byte AlawBits = 0x55, MulawBits = 0x7F, Magnitude = 0x7F;

    /// <summary>
    /// Seven bits that grow with the magnitude of the loudest sample: codes with their inverted bits put right (G.711 tables 1 and 2)
    /// and their sign dropped are in the order of what they stand for. From 0x20 on both laws stand for the same within some per cent.
    /// </summary>
    public static byte Of(AudioCodec codec, ReadOnlySpan<byte> payload)
    {
        byte inverted = codec == AudioCodec.Pcma ? AlawBits : MulawBits;
        Vector<byte> peaks = Vector<byte>.Zero;
        int i = 0;
        for (; i <= payload.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            peaks = Vector.Max(peaks, (new Vector<byte>(payload[i..]) ^ new Vector<byte>(inverted)) & new Vector<byte>(Magnitude));
        }

        byte peak = 0;
        for (int lane = 0; lane < Vector<byte>.Count; lane++)
        {
            peak = Math.Max(peak, peaks[lane]);
        }

        foreach (byte code in payload[i..])
        {
            peak = Math.Max(peak, (byte)((code ^ inverted) & Magnitude));
        }

        return peak;
    }
}
