namespace PhoneBridge.Media.Streams;

/// <summary>Quality of a leg's receive side since it began; a copy, safe to hand to other threads.</summary>
/// <param name="PacketsReceived">Packets of the accepted streams, late ones and duplicates included.</param>
/// <param name="PacketsLost">Packets that never came, all SSRCs of the leg together.</param>
/// <param name="PacketsLate">Packets that came after their turn and were dropped.</param>
/// <param name="PacketsDuplicate">Packets received again.</param>
/// <param name="PacketsDropped">Malformed, unknown payload type, unconfirmed or replaced source.</param>
/// <param name="Restarts">How often SSRC, sequence numbers or timestamps began anew.</param>
/// <param name="FramesRead">Frames given to the mixer.</param>
/// <param name="FramesConcealed">Frames with a part that was not received.</param>
/// <param name="JitterMs">Interarrival jitter (RFC 3550 §6.4.1) [ms].</param>
/// <param name="PlayoutDelayMs">Audio held back at the moment [ms].</param>
/// <param name="LastPacketAt">Monotonic time of the last accepted packet; null before the first.</param>
/// <param name="PacketsExpected">Packets that the sequence numbers say were sent (RFC 3550 appendix A.3).</param>
/// <param name="PacketsRecovered">Lost packets that were played from the copy in the packet after them (in-band FEC).</param>
/// <param name="FramesOfSpeech">Frames with received or concealed audio: what <paramref name="FramesConcealed"/> is a share of.</param>
/// <param name="LeastSlackMs">
/// Least time between the arrival of a packet and the read that needed it, in the last 2 s [ms], -200 to 200; under 0 one came too
/// late; null when not known.
/// </param>
public readonly record struct InboundAudioStatistics(
    long PacketsReceived,
    long PacketsLost,
    long PacketsLate,
    long PacketsDuplicate,
    long PacketsDropped,
    long Restarts,
    long FramesRead,
    long FramesConcealed,
    double JitterMs,
    int PlayoutDelayMs,
    TimeSpan? LastPacketAt,
    long PacketsExpected,
    long PacketsRecovered,
    long FramesOfSpeech,
    double? LeastSlackMs);
