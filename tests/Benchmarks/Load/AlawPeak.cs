using System.Numerics;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>The loudest sample of an A-law payload without decoding it.</summary>
internal static class AlawPeak
{
    private const byte EvenBits = 0x55, Magnitude = 0x7F;

    /// <summary>
    /// Seven bits that grow with the magnitude of the loudest sample: A-law codes with their inverted even bits put right (G.711
    /// table 1) and their sign dropped are in the order of what they stand for.
    /// </summary>
    public static byte Of(ReadOnlySpan<byte> payload)
    {
        Vector<byte> peaks = Vector<byte>.Zero;
        int i = 0;
        for (; i <= payload.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            peaks = Vector.Max(peaks, (new Vector<byte>(payload[i..]) ^ new Vector<byte>(EvenBits)) & new Vector<byte>(Magnitude));
        }

        byte peak = 0;
        for (int lane = 0; lane < Vector<byte>.Count; lane++)
        {
            peak = Math.Max(peak, peaks[lane]);
        }

        foreach (byte code in payload[i..])
        {
            peak = Math.Max(peak, (byte)((code ^ EvenBits) & Magnitude));
        }

        return peak;
    }
}
