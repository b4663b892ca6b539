using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer;

/// <summary>How the line of one leg does; renewed about once a second by the leg's loop.</summary>
public readonly record struct LegQuality
{
    /// <summary>The negotiated voice codec and its rate; null before <see cref="ConfigureLeg"/>.</summary>
    public AudioFormat? Format { get; init; }

    /// <summary>RTP packets received.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>RTP packets that should have come and did not (RFC 3550 A.3).</summary>
    public long PacketsLost { get; init; }

    /// <summary>RTP packets sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>The leg speaks SRTP.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Packets of SRTP and SRTCP that were dropped: wrong key, garbled, in clear, or replayed.</summary>
    public long PacketsRefused { get; init; }

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

    /// <summary>Share of the last ten seconds' packets that never came or came too late to be played, 0 to 1.</summary>
    public double RecentLoss { get; init; }

    /// <summary>Share of the last ten seconds' frames of speech that were made up by loss concealment, 0 to 1.</summary>
    public double RecentConcealed { get; init; }

    /// <summary>Estimated transmission rating of what the others hear of this leg (E-model, ITU-T G.107), 0 to 100; null before anything was heard.</summary>
    public double? RFactor { get; init; }

    /// <summary>What the caller's line gives back of what is sent to it sounds like an echo.</summary>
    public bool IsEchoSuspected { get; init; }

    /// <summary>What the slow gain control does to the caller's voice now [dB].</summary>
    public double GainDb { get; init; }

    /// <summary>What is ducked on the line now.</summary>
    public Disturbance Disturbance { get; init; }

    /// <summary>Level of what the caller says, before gain and mute [dBov], -127 to 0.</summary>
    public int LevelDbov { get; init; }

    /// <summary>Time since the last accepted RTP or RTCP packet, or since <see cref="ConfigureLeg"/> when none came (RTP10).</summary>
    public TimeSpan SilentFor { get; init; }
}
