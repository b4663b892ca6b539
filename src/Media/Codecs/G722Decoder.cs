using System.Runtime.CompilerServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>G.722 at 64 kbit/s, receiving side (ITU-T G.722 §4): one byte in, two samples at 16 kHz out.</summary>
/// <remarks>Any bytes decode: the codes that are never sent count as the smallest step.</remarks>
internal sealed class G722Decoder : IAudioDecoder
{
    private const int History = G722Filter.Taps - 2;
    private const int Block = 320;

    private readonly short[] _samples = new short[History + Block];
    private G722Band _low;
    private G722Band _high;

    public G722Decoder() => Reset();

    // A byte is two samples but one unit: the clock of the timestamp runs at 8000 Hz (RFC 3551 §4.5.2).
    public int DurationOf(ReadOnlySpan<byte> payload) => payload.Length;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        // What does not fit is decoded all the same, so that the state stays the sender's.
        int written = 0;
        while (!payload.IsEmpty)
        {
            int count = Math.Min(Block / 2, payload.Length);
            written += DecodeBlock(payload[..count], pcm[written..]);
            payload = payload[count..];
        }

        return written;
    }

    public void Reset()
    {
        _low = new G722Band(32);
        _high = new G722Band(8);
        _samples.AsSpan(0, History).Clear();
    }

    public void Dispose()
    {
    }

    private int DecodeBlock(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        DecodeBands(payload);
        int count = Math.Min(2 * payload.Length, pcm.Length & ~1);
        ref short window = ref _samples[0];
        for (int i = 0; i < count; i += 2)
        {
            (int even, int odd) = G722Filter.Sums(ref Unsafe.Add(ref window, i));
            pcm[i] = Saturate(odd >> 11);
            pcm[i + 1] = Saturate(even >> 11);
        }

        _samples.AsSpan(2 * payload.Length, History).CopyTo(_samples);
        return count;
    }

    private void DecodeBands(ReadOnlySpan<byte> payload)
    {
        G722Band low = _low;
        G722Band high = _high;
        Span<short> pairs = _samples.AsSpan(History, 2 * payload.Length);
        for (int i = 0; i < payload.Length; i++)
        {
            int code = payload[i] & 0x3F;
            int lower = Limit(low.Prediction + ((low.Step * G722Tables.LowValues[code]) >> 15));
            int expected = high.Prediction;
            low.AdaptLow(code);
            int upper = Limit(expected + high.AdaptHigh(payload[i] >> 6));
            pairs[2 * i] = (short)(lower + upper);
            pairs[(2 * i) + 1] = (short)(lower - upper);
        }

        _low = low;
        _high = high;
    }

    private static int Limit(int value) => Math.Clamp(value, -16384, 16383);

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
