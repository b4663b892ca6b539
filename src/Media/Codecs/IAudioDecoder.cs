namespace PhoneBridge.Media.Codecs;

/// <summary>Turns RTP payloads into PCM. One instance a stream, owned by its loop; a codec without state may be shared.</summary>
/// <remarks>Disposing frees what a native library holds; for the others it does nothing.</remarks>
public interface IAudioDecoder : IDisposable
{
    /// <summary>Length of a payload on the RTP clock [timestamp units]; 0 when it cannot be told. Never throws.</summary>
    int DurationOf(ReadOnlySpan<byte> payload);

    /// <summary>Decodes one payload. Network input: never throws.</summary>
    /// <param name="payload">The RTP payload.</param>
    /// <param name="pcm">Room for 16-bit mono samples; what does not fit is left out.</param>
    /// <returns>How many samples were written.</returns>
    int Decode(ReadOnlySpan<byte> payload, Span<short> pcm);

    /// <summary>Forgets what was decoded: the next payload is the first of another stream. Allocates nothing.</summary>
    void Reset();
}

/// <summary>A decoder that knows better than anyone else what a lost packet may have held.</summary>
public interface IConcealingDecoder : IAudioDecoder
{
    /// <summary>Whether the sender says that nobody speaks in a payload. Network input: never throws.</summary>
    bool IsWithoutVoice(ReadOnlySpan<byte> payload);

    /// <summary>Makes up what was lost, going on from what was decoded last.</summary>
    /// <param name="pcm">Filled to its end; a multiple of 2.5 ms, at most 60 ms.</param>
    void Conceal(Span<short> pcm);

    /// <summary>Decodes the copy of a lost packet that the packet after it may carry (in-band FEC).</summary>
    /// <param name="nextPayload">The payload of the packet after the lost one; it is decoded by itself afterwards.</param>
    /// <param name="pcm">Filled to its end: the length of the lost packet, a multiple of 2.5 ms.</param>
    /// <returns>False, and nothing is written, when the packet carries no copy.</returns>
    bool TryDecodeLost(ReadOnlySpan<byte> nextPayload, Span<short> pcm);
}
