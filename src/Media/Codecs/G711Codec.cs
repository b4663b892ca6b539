namespace PhoneBridge.Media.Codecs;

/// <summary>G.711 as decoder and encoder: one byte a sample, one sample a timestamp unit, no state.</summary>
internal sealed class G711Codec(AudioCodec law) : IAudioDecoder, IAudioEncoder
{
    public int DurationOf(ReadOnlySpan<byte> payload) => payload.Length;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        int count = Math.Min(payload.Length, pcm.Length);
        if (law == AudioCodec.Pcma)
        {
            ALaw.Decode(payload[..count], pcm);
        }
        else
        {
            MuLaw.Decode(payload[..count], pcm);
        }

        return count;
    }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        if (law == AudioCodec.Pcma)
        {
            ALaw.Encode(pcm, payload);
        }
        else
        {
            MuLaw.Encode(pcm, payload);
        }

        return pcm.Length;
    }

    public void Reset()
    {
    }

    // No state: every frame stands for itself, and one instance serves all streams for ever.
    public void ContinueFrom(IAudioEncoder other)
    {
    }

    public bool IsInStepWith(IAudioEncoder other) => true;

    public bool TryMakeNextIndependent() => true;

    public void Dispose()
    {
    }
}
