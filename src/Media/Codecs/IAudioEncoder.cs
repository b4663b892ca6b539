namespace PhoneBridge.Media.Codecs;

/// <summary>Turns PCM into RTP payloads. One instance a stream, owned by its loop; a codec without state may be shared.</summary>
/// <remarks>
/// A listener who begins to talk leaves the stream that all listeners share for one of his own, and comes back later. The other
/// members let him do so without his decoder noticing. Disposing frees what a native library holds; for the others it does nothing.
/// </remarks>
public interface IAudioEncoder : IDisposable
{
    /// <summary>Encodes one frame of 16-bit mono samples.</summary>
    /// <param name="pcm">The frame.</param>
    /// <param name="payload">Room for the payload.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    int Encode(ReadOnlySpan<short> pcm, Span<byte> payload);

    /// <summary>
    /// Encodes one frame like <see cref="Encode"/>, and on the way brings the decoders of this stream to where those of another stream
    /// are, so that <see cref="IsInStepWith"/> comes true. For the time between the end of a talker's speech and his way back.
    /// </summary>
    /// <param name="shared">What the other encoder, of the same format, has just made of the same frame.</param>
    /// <param name="pcm">The frame.</param>
    /// <param name="payload">Room for the payload.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    int EncodeTowards(ReadOnlySpan<byte> shared, ReadOnlySpan<short> pcm, Span<byte> payload) => Encode(pcm, payload);

    /// <summary>Says what share of the packets does not arrive: a codec that can prepares its decoders for it, as much as is needed and no more.</summary>
    /// <param name="share">0 to 1.</param>
    void ExpectLoss(double share)
    {
    }

    /// <summary>Goes on where another encoder stands now: a decoder that has followed the other one understands this one from the next frame on.</summary>
    /// <param name="other">An encoder of the same format.</param>
    void ContinueFrom(IAudioEncoder other);

    /// <summary>Whether a decoder that has followed this encoder would decode the next frame of <paramref name="other"/> as if it had followed that one.</summary>
    bool IsInStepWith(IAudioEncoder other);

    /// <summary>Makes the next frame depend as little as the codec can on the frames before it, so that decoders of other streams may step in with it.</summary>
    /// <returns>False when the codec has no such means; true also when its frames are independent anyway.</returns>
    bool TryMakeNextIndependent();
}
