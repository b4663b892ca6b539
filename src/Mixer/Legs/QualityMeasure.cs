using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Quality;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Legs;

/// <summary>Puts together what the parts of a leg know of its line. Owned by the leg's loop.</summary>
internal struct QualityMeasure
{
    // From mouth to ear without the network: a packet at the phone, the wait for the tick, a packet and the playout delay at the far end.
    private const double FixedDelayMs = 20 + 10 + 20 + 40;

    private RecentLine _recent;

    /// <summary>The line as it is now. Once a second.</summary>
    public LegQuality Take(
        AudioFormat format, InboundAudio inbound, OutboundAudio outbound, RtcpSession rtcp, LegVoice voice, TimeSpan configuredAt, TimeSpan now)
    {
        InboundAudioStatistics statistics = inbound.ReadStatistics();
        _recent.OnSecond(statistics);
        double? roundTripMs = rtcp.RoundTrip?.TotalMilliseconds;
        LineConditions line = new(format, FixedDelayMs + ((roundTripMs ?? 0) / 2) + statistics.PlayoutDelayMs, _recent.Loss)
        {
            ConcealedShare = _recent.Concealed,
            EchoLossDb = voice.Echo.IsSuspected ? voice.Echo.LossDb : null,
            EchoDelayMs = voice.Echo.DelayMs + FixedDelayMs,
        };
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
            RoundTripMs = roundTripMs,
            PeerLossFraction = rtcp.PeerFractionLost,
            RecentLoss = _recent.Loss,
            RecentConcealed = _recent.Concealed,
            RFactor = statistics.PacketsReceived == 0 ? null : EModel.Rate(line),
            IsEchoSuspected = voice.Echo.IsSuspected,
            GainDb = voice.GainDb,
            Disturbance = voice.Disturbance,
            LevelDbov = voice.LevelDbov,
            SilentFor = now - lastHeard,
        };
    }

    private static TimeSpan Latest(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;
}
