namespace PhoneBridge.Media.Codecs;

/// <summary>Factories of the codecs.</summary>
public static class AudioCodecs
{
    private static readonly G711Codec ALawCodec = new(AudioCodec.Pcma);
    private static readonly G711Codec MuLawCodec = new(AudioCodec.Pcmu);

    /// <summary>A decoder for one stream. Allocates; not for a media thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such format.</exception>
    public static IAudioDecoder CreateDecoder(AudioFormat format) => G711(format.Codec);

    /// <summary>An encoder for one stream. Allocates; not for a media thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such format.</exception>
    public static IAudioEncoder CreateEncoder(AudioFormat format, OpusSettings? opus = null) => G711(format.Codec);

    // G.711 has no state, so every stream may use the same instance.
    private static G711Codec G711(AudioCodec codec) => codec switch
    {
        AudioCodec.Pcma => ALawCodec,
        AudioCodec.Pcmu => MuLawCodec,
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };
}
