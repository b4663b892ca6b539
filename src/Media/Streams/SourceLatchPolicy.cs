namespace PhoneBridge.Media.Streams;

/// <summary>Where a leg's packets may come from, as signalled.</summary>
/// <param name="Remote">RTP address and port in the peer's SDP.</param>
/// <param name="Signalling">Where the peer's signalling comes from (its port does not matter); null when unknown.</param>
/// <param name="LearnsAnySource">Trunk setting for peers behind NAT: learn the source although the SDP's address is public.</param>
public readonly record struct SourceLatchPolicy(SourceAddress Remote, SourceAddress? Signalling = null, bool LearnsAnySource = false);

/// <summary>What the latch says of a packet's source.</summary>
public enum LatchVerdict : byte
{
    /// <summary>The right source: use the packet.</summary>
    Accepted,

    /// <summary>The right source, and locked with this packet: use it; send there; the socket may be connected.</summary>
    Latched,

    /// <summary>Perhaps the right source, not sure yet: drop the packet and count it.</summary>
    Learning,

    /// <summary>Not the right source: drop the packet, count it as foreign.</summary>
    Foreign,
}
