namespace PhoneBridge.Media.Srtp;

/// <summary>What became of a protected packet.</summary>
public enum SrtpOutcome
{
    /// <summary>Authentic and in clear now.</summary>
    Accepted,

    /// <summary>Authentic perhaps, but it was here before, or is too old to tell (RFC 3711 §3.3.2).</summary>
    Replayed,

    /// <summary>Of another key, garbled, cut off, or not protected at all.</summary>
    NotAuthentic,

    /// <summary>The peer has used more sources than one call can need.</summary>
    TooManySources,
}
