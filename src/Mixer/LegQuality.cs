using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer;

/// <summary>How the line of one leg does; renewed about once a second by the leg's loop.</summary>
public readonly record struct LegQuality
{
    /// <summary>The negotiated voice codec; null before <see cref="ConfigureLeg"/>.</summary>
    public AudioCodec? Codec { get; init; }

    /// <summary>RTP packets received.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>RTP packets that should have come and did not (RFC 3550 A.3).</summary>
    public long PacketsLost { get; init; }

    /// <summary>RTP packets sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Interarrival jitter [ms] (RFC 3550 A.8).</summary>
    public double JitterMs { get; init; }

    /// <summary>How long a packet waits in the jitter buffer on purpose [ms].</summary>
    public double PlayoutDelayMs { get; init; }

    /// <summary>Frames made up by loss concealment.</summary>
    public long FramesConcealed { get; init; }

    /// <summary>Round-trip time from the peer's last receiver report [ms]; null when it never sent one.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>Share of our packets that the peer's last receiver report calls lost, 0 to 1; null when it never sent one.</summary>
    public double? PeerLossFraction { get; init; }

    /// <summary>Level of what the caller says, before gain and mute [dBov], -127 to 0.</summary>
    public int LevelDbov { get; init; }

    /// <summary>Time since the last accepted RTP or RTCP packet, or since <see cref="ConfigureLeg"/> when none came (RTP10).</summary>
    public TimeSpan SilentFor { get; init; }
}
