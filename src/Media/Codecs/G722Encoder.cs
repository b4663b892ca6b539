using System.Runtime.CompilerServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>G.722 at 64 kbit/s, sending side (ITU-T G.722 §3): 16 kHz in, one byte for two samples out.</summary>
/// <remarks>
/// Two parts of memory. The filter's last 22 samples belong to the input: they shape which codes come, but no decoder has them.
/// The bands belong to the line: a decoder that got every code has the same. So only the bands decide whether two encoders are
/// in step. The decoder's own filter reaches 11 pairs back, so in step means: alike now, and alike 11 pairs ago with the same
/// codes since. Then a decoder cannot tell to the bit which of the two it has followed.
/// </remarks>
internal sealed class G722Encoder : IAudioEncoder
{
    private const int History = G722Filter.Taps - 2;
    private const int Reach = History / 2;
    private const int Block = 320;

    private readonly short[] _samples = new short[History + Block];
    private Bands _now = Bands.AtStart;
    private Bands _earlier = Bands.AtStart;
    private LastCodes _codes;

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload) => Encode(pcm, payload, default);

    // Two encoders with the same input never meet by themselves: each sends the codes that its own past makes best. Two decoders
    // that get the same codes meet within half a second, since the recommendation lets every state leak. So the way back is to
    // send the other one's codes wherever they describe the sound nearly as well as the best ones.
    public int EncodeTowards(ReadOnlySpan<byte> shared, ReadOnlySpan<short> pcm, Span<byte> payload) =>
        Encode(pcm, payload, 2 * shared.Length == pcm.Length ? shared : default);

    public void ContinueFrom(IAudioEncoder other)
    {
        if (other is not G722Encoder encoder)
        {
            throw new ArgumentException("Not an encoder of G.722.", nameof(other));
        }

        encoder._samples.CopyTo(_samples, 0);
        _now = encoder._now;
        _earlier = encoder._earlier;
        _codes = encoder._codes;
    }

    public bool IsInStepWith(IAudioEncoder other) =>
        other is G722Encoder encoder
        && _now == encoder._now
        && _earlier == encoder._earlier
        && ((ReadOnlySpan<byte>)_codes).SequenceEqual(encoder._codes);

    // The recommendation has no code that resets a decoder.
    public bool TryMakeNextIndependent() => false;

    public void Dispose()
    {
    }

    private int Encode(ReadOnlySpan<short> pcm, Span<byte> payload, ReadOnlySpan<byte> shared)
    {
        int length = pcm.Length / 2;
        if (pcm.Length % 2 != 0)
        {
            throw new ArgumentException("G.722 encodes samples in pairs.", nameof(pcm));
        }

        RoomCheck.Need(length, payload.Length);
        for (int done = 0; done < length;)
        {
            int count = Math.Min(Block / 2, length - done);
            EncodeBlock(
                pcm.Slice(2 * done, 2 * count), payload.Slice(done, count), shared.IsEmpty ? default : shared.Slice(done, count));
            done += count;
        }

        return length;
    }

    private void EncodeBlock(ReadOnlySpan<short> pcm, Span<byte> payload, ReadOnlySpan<byte> shared)
    {
        pcm.CopyTo(_samples.AsSpan(History));
        int split = Math.Max(0, payload.Length - Reach);
        EncodePairs(0, payload[..split], shared);
        _earlier = _now;
        EncodePairs(split, payload[split..], shared);

        // A block shorter than the filter's reach is no frame of any call; it makes the comparison a little less strict.
        payload[split..].CopyTo(_codes);
        _samples.AsSpan(pcm.Length, History).CopyTo(_samples);
    }

    private void EncodePairs(int first, Span<byte> payload, ReadOnlySpan<byte> shared)
    {
        // A local copy: the two bands stay apart from each other and from the rest of the heap in the eyes of the compiler.
        Bands bands = _now;
        ref short window = ref _samples[2 * first];
        for (int i = 0; i < payload.Length; i++)
        {
            (int even, int odd) = G722Filter.Sums(ref Unsafe.Add(ref window, 2 * i));
            int lowDifference = Limit((odd + even) >> 14) - bands.Low.Prediction;
            int highDifference = Limit((odd - even) >> 14) - bands.High.Prediction;
            int low = G722Quantiser.Low(lowDifference, bands.Low.Step);
            int high = G722Quantiser.High(highDifference, bands.High.Step);
            if (!shared.IsEmpty)
            {
                int code = shared[first + i];
                low = G722Quantiser.LowTowards(lowDifference, bands.Low.Step, low, code & 0x3F);
                high = G722Quantiser.HighTowards(highDifference, bands.High.Step, high, code >> 6);
            }

            bands.Low.AdaptLow(low);
            bands.High.AdaptHigh(high);
            payload[i] = (byte)((high << 6) | low);
        }

        _now = bands;
    }

    private static int Limit(int value) => Math.Clamp(value, -16384, 16383);

    private record struct Bands(G722Band Low, G722Band High)
    {
        public static readonly Bands AtStart = new(new G722Band(32), new G722Band(8));

        public G722Band Low = Low;
        public G722Band High = High;
    }

    [InlineArray(Reach)]
    private struct LastCodes
    {
        private byte _first;
    }
}
