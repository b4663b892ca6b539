using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>A codec with the clocks of G.722 and a state of its own, but quick: A-law at 8 kHz, between every two samples their middle.</summary>
internal sealed class HalfRateDecoder : IAudioDecoder
{
    private readonly short[] _samples = new short[800];
    private short _last;

    public int DurationOf(ReadOnlySpan<byte> payload) => payload.Length;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        int written = 0;
        while (!payload.IsEmpty)
        {
            ReadOnlySpan<byte> piece = payload[..Math.Min(payload.Length, _samples.Length)];
            payload = payload[piece.Length..];
            ALaw.Decode(piece, _samples);
            for (int i = 0; i < piece.Length && written + 2 <= pcm.Length; i++)
            {
                pcm[written++] = (short)((_last + _samples[i]) / 2);
                pcm[written++] = _last = _samples[i];
            }
        }

        return written;
    }

    public void Reset() => _last = 0;

    public void Dispose()
    {
    }
}
