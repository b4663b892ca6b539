using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Legs;

/// <summary>Puts together what the parts of a leg know of its line.</summary>
internal static class QualityMeasure
{
    /// <summary>The line as it is now.</summary>
    public static LegQuality Take(
        AudioFormat format, InboundAudio inbound, OutboundAudio outbound, RtcpSession rtcp, LegVoice voice, TimeSpan configuredAt, TimeSpan now)
    {
        InboundAudioStatistics statistics = inbound.ReadStatistics();
        TimeSpan lastHeard = Latest(Latest(configuredAt, statistics.LastPacketAt), rtcp.LastPacketAt);
        return new LegQuality
        {
            Format = format,
            PacketsReceived = statistics.PacketsReceived,
            PacketsLost = statistics.PacketsLost,
            PacketsSent = outbound.PacketsSent,
            JitterMs = statistics.JitterMs,
            PlayoutDelayMs = statistics.PlayoutDelayMs,
            FramesConcealed = statistics.FramesConcealed,
            RoundTripMs = rtcp.RoundTrip?.TotalMilliseconds,
            PeerLossFraction = rtcp.PeerFractionLost,
            LevelDbov = voice.LevelDbov,
            GainDb = voice.GainDb,
            SilentFor = now - lastHeard,
        };
    }

    private static TimeSpan Latest(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;
}
