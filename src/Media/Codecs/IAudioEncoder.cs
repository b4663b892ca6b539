namespace PhoneBridge.Media.Codecs;

/// <summary>Turns PCM into RTP payloads. One instance a stream, owned by its loop; a codec without state may be shared.</summary>
public interface IAudioEncoder
{
    /// <summary>Encodes one frame of 16-bit mono samples.</summary>
    /// <param name="pcm">The frame.</param>
    /// <param name="payload">Room for the payload.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    int Encode(ReadOnlySpan<short> pcm, Span<byte> payload);
}
