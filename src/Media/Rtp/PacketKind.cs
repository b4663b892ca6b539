namespace PhoneBridge.Media.Rtp;

/// <summary>What a datagram on a media port is, told by its first two bytes (RFC 7983 §7, RFC 5761 §4).</summary>
public enum PacketKind : byte
{
    /// <summary>None of the known ones, or empty.</summary>
    Unknown,

    /// <summary>RTP, version 2.</summary>
    Rtp,

    /// <summary>RTCP, version 2: the second byte is 192 to 223.</summary>
    Rtcp,

    /// <summary>STUN (first byte 0 to 3).</summary>
    Stun,

    /// <summary>DTLS (first byte 20 to 63).</summary>
    Dtls,
}

/// <summary>Tells the protocols on a media port apart.</summary>
public static class PacketKinds
{
    /// <summary>Classifies one datagram; looks at the first two bytes only, never throws.</summary>
    public static PacketKind Classify(ReadOnlySpan<byte> datagram) => datagram switch
    {
        [>= 128 and <= 191, >= 192 and <= 223, ..] => PacketKind.Rtcp,
        [>= 128 and <= 191, _, ..] => PacketKind.Rtp,
        [<= 3, ..] => PacketKind.Stun,
        [>= 20 and <= 63, ..] => PacketKind.Dtls,
        _ => PacketKind.Unknown,
    };
}
