namespace PhoneBridge.Media.Codecs;

/// <summary>Factories of the codecs. Thread safe.</summary>
public static class AudioCodecs
{
    private static readonly G711Codec ALawCodec = new(AudioCodec.Pcma);
    private static readonly G711Codec MuLawCodec = new(AudioCodec.Pcmu);
    private static readonly OpusSettings DefaultOpus = new();

    /// <summary>Whether the codec can be used on this machine: Opus needs <see cref="OpusLibrary"/>, the others nothing. Never throws.</summary>
    public static bool IsAvailable(AudioCodec codec) => codec switch
    {
        AudioCodec.Pcma or AudioCodec.Pcmu or AudioCodec.G722 => true,
        AudioCodec.Opus => OpusLibrary.IsAvailable,
        _ => false,
    };

    /// <summary>A decoder for one stream. Allocates; not for a media thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such format.</exception>
    /// <exception cref="PlatformNotSupportedException">The codec is not available on this machine.</exception>
    public static IAudioDecoder CreateDecoder(AudioFormat format) => Valid(format).Codec switch
    {
        AudioCodec.Pcma => ALawCodec,
        AudioCodec.Pcmu => MuLawCodec,
        AudioCodec.G722 => new G722Decoder(),
        _ => new OpusDecoder(format.SampleRateHz),
    };

    /// <summary>An encoder for one stream. Allocates; not for a media thread.</summary>
    /// <param name="format">The format.</param>
    /// <param name="opus">How Opus is encoded; null for the defaults, and of no effect on the others.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such format, or a setting of Opus outside its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The codec is not available on this machine.</exception>
    public static IAudioEncoder CreateEncoder(AudioFormat format, OpusSettings? opus = null) => Valid(format).Codec switch
    {
        // G.711 has no state, so every stream may use the same instance.
        AudioCodec.Pcma => ALawCodec,
        AudioCodec.Pcmu => MuLawCodec,
        AudioCodec.G722 => new G722Encoder(),
        _ => new OpusEncoder(format.SampleRateHz, opus ?? DefaultOpus),
    };

    private static AudioFormat Valid(AudioFormat format) =>
        format.IsValid ? format : throw new ArgumentOutOfRangeException(nameof(format));
}
