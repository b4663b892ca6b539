namespace PhoneBridge.Media.Codecs;

/// <summary>Turns RTP payloads into PCM. One instance a stream, owned by its loop; a codec without state may be shared.</summary>
public interface IAudioDecoder
{
    /// <summary>Length of a payload on the RTP clock [timestamp units]; 0 when it cannot be told. Never throws.</summary>
    int DurationOf(ReadOnlySpan<byte> payload);

    /// <summary>Decodes one payload. Network input: never throws.</summary>
    /// <param name="payload">The RTP payload.</param>
    /// <param name="pcm">Room for 16-bit mono samples; what does not fit is left out.</param>
    /// <returns>How many samples were written.</returns>
    int Decode(ReadOnlySpan<byte> payload, Span<short> pcm);
}
