namespace PhoneBridge.Media.Codecs;

/// <summary>Voice codecs that this part can decode and encode.</summary>
public enum AudioCodec : byte
{
    /// <summary>G.711 A-law, 8 kHz, static payload type 8 (RFC 3551 §4.5.14).</summary>
    Pcma,

    /// <summary>G.711 mu-law, 8 kHz, static payload type 0 (RFC 3551 §4.5.14).</summary>
    Pcmu,

    /// <summary>G.722 at 64 kbit/s, 16 kHz, static payload type 9 with an RTP clock of 8000 (RFC 3551 §4.5.2).</summary>
    G722,

    /// <summary>Opus, mono, RTP clock 48000 (RFC 7587).</summary>
    Opus,
}
