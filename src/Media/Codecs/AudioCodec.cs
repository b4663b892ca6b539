namespace PhoneBridge.Media.Codecs;

/// <summary>Voice codecs that this part can decode and encode.</summary>
public enum AudioCodec : byte
{
    /// <summary>G.711 A-law, 8 kHz, static payload type 8 (RFC 3551 §4.5.14).</summary>
    Pcma,

    /// <summary>G.711 mu-law, 8 kHz, static payload type 0 (RFC 3551 §4.5.14).</summary>
    Pcmu,
}

/// <summary>Facts and factories of the codecs.</summary>
public static class AudioCodecs
{
    private static readonly G711Codec ALawCodec = new(AudioCodec.Pcma);
    private static readonly G711Codec MuLawCodec = new(AudioCodec.Pcmu);

    /// <summary>A decoder for one stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such codec.</exception>
    public static IAudioDecoder CreateDecoder(AudioCodec codec) => G711(codec);

    /// <summary>An encoder for one stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such codec.</exception>
    public static IAudioEncoder CreateEncoder(AudioCodec codec) => G711(codec);

    /// <summary>Rate of the RTP timestamp [Hz].</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such codec.</exception>
    public static int ClockRateHz(AudioCodec codec) => codec switch
    {
        AudioCodec.Pcma or AudioCodec.Pcmu => 8000,
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };

    /// <summary>Rate of the PCM on the near side [Hz].</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such codec.</exception>
    public static int SampleRateHz(AudioCodec codec) => ClockRateHz(codec);

    // G.711 has no state, so every stream may use the same instance.
    private static G711Codec G711(AudioCodec codec) => codec switch
    {
        AudioCodec.Pcma => ALawCodec,
        AudioCodec.Pcmu => MuLawCodec,
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };
}
