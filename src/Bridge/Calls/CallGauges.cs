using System.Diagnostics.Metrics;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Mixer;
using PhoneBridge.Sip.Calls;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Publishes what signalling, media and the control loop keep count of; what must return to zero after the last call is here.</summary>
internal sealed class CallGauges
{
    public CallGauges(
        BridgeMetrics metrics, CallService calls, MediaEngine media, ControlLoop loop, MeetingDirectory meetings, CallRecorder recorder,
        CallTraceRecorder ladders)
    {
        SipCounters sip = calls.Endpoint.Counters;
        metrics.ObserveGauge("phonebridge.sip.dialogs", "{dialog}", "SIP dialogs now.", () => sip.Dialogs);
        metrics.ObserveGauge(
            "phonebridge.sip.transactions", "{transaction}", "SIP transactions now.", () => sip.ServerTransactions + sip.ClientTransactions);
        metrics.ObserveGauge("phonebridge.sip.connections", "{connection}", "SIP connections over TCP and TLS now.", () => sip.Connections);
        metrics.ObserveGauge("phonebridge.sip.handshakes", "{connection}", "SIP connections in their TLS handshake now.", () => sip.Handshakes);
        metrics.ObserveGauge("phonebridge.sip.timers", "{timer}", "Armed SIP timers now.", () => sip.Timers);
        metrics.ObserveCounter("phonebridge.sip.faults", "{fault}", "Faults of ours in signalling; each ended one call.", () => [new(sip.Faults)]);
        metrics.ObserveCounter("phonebridge.sip.drops", "{message}", "SIP messages dropped, by reason.",
            () => sip.Drops.Select(d => new Measurement<long>(d.Value, new KeyValuePair<string, object?>("reason", d.Key.ToString()))));
        metrics.ObserveCounter("phonebridge.sip.requests", "{message}", "SIP requests received, by method.",
            () => sip.RequestsReceived.Select(r => new Measurement<long>(r.Value, new KeyValuePair<string, object?>("method", r.Key))));
        metrics.ObserveCounter("phonebridge.sip.responses", "{message}", "SIP responses sent, by status.",
            () => sip.ResponsesSent.Select(r => new Measurement<long>(r.Value, new KeyValuePair<string, object?>("status", r.Key))));

        metrics.ObserveCounter("phonebridge.sip.shed", "{call}", "New calls turned away with 503 before they were read, by reason.",
            () => sip.Sheds.Select(s => new Measurement<long>(s.Value, new KeyValuePair<string, object?>("reason", s.Key.ToString()))));
        metrics.ObserveCounter("phonebridge.sip.bans", "{ban}", "Times that a source was banned.", () => [new(sip.Bans)]);
        metrics.ObserveGauge("phonebridge.sip.half_open", "{call}", "Calls that are not answered, or whose 200 waits for its ACK.", () => sip.HalfOpenCalls);

        metrics.ObserveGauge("phonebridge.control.delay", "s", "How long work waits for the control loop now.", () => loop.Delay.TotalSeconds);
        metrics.ObserveGauge("phonebridge.control.backlog", "{item}", "Work that waits for the control loop.", () => loop.Backlog);
        metrics.ObserveGauge("phonebridge.control.timers", "{timer}", "Armed timers of calls and meetings.", () => loop.Timers);
        metrics.ObserveGauge("phonebridge.sessions.active", "{session}", "Call sessions now.", () => calls.Count);
        metrics.ObserveGauge("phonebridge.meetings.live", "{meeting}", "Live meetings now.", () => meetings.Live.Count);
        metrics.ObserveGauge(
            "phonebridge.participants.admitted", "{participant}", "Participants in meetings now.", () => meetings.Live.Sum(m => m.AdmittedCount));
        metrics.ObserveGauge(
            "phonebridge.participants.waiting", "{participant}", "Callers who wait for a meeting now.", () => meetings.Live.Sum(m => m.WaitingCount));
        metrics.ObserveCounter(
            "phonebridge.mutes.overdue", "{command}", "Mutes that the mixer did not confirm within 1 s.", () => [new(meetings.OverdueConfirmations)]);

        metrics.ObserveGauge("phonebridge.records.waiting", "{record}", "Call records that wait for the database.", () => recorder.Waiting);
        metrics.ObserveCounter(
            "phonebridge.records.dropped", "{record}", "Call records not kept: too many waited, or too many strangers called.",
            () => [Of(recorder.Dropped, "reason", "queue_full"), Of(recorder.StrangersPassedOver, "reason", "strangers")]);

        metrics.ObserveGauge("phonebridge.ladders.memory", "By", "Memory that the ladders of calls hold, about.", () => ladders.Bytes);
        metrics.ObserveCounter(
            "phonebridge.ladders.messages.dropped", "{message}", "SIP messages left out of the ladders: too many waited.", () => [new(ladders.PassedOver)]);

        metrics.ObserveGauge("phonebridge.media.legs", "{leg}", "Legs in the mixer now.", () => media.Counters.Legs);
        metrics.ObserveGauge("phonebridge.media.conferences", "{conference}", "Conferences in the mixer now.", () => media.Counters.Conferences);
        metrics.ObserveGauge("phonebridge.media.sockets", "{socket}", "Open RTP and RTCP sockets.", () => media.Counters.Sockets);
        metrics.ObserveGauge("phonebridge.media.ports.resting", "{port}", "Port pairs that rest before they are given out again.", () => media.Counters.PortsResting);
        metrics.ObserveGauge(
            "phonebridge.media.lateness.max", "s", "Latest start of any slot of a media loop.", () => media.Counters.MaxLatenessMicroseconds / 1e6);
        metrics.ObserveCounter(
            "phonebridge.media.allocated", "By", "Memory that the media loops allocated; stands still while only audio flows.", () => [new(media.Counters.AllocatedBytes)]);
        metrics.ObserveCounter("phonebridge.media.faults", "{fault}", "Turns of a media loop that a defect broke off.", () => [new(media.Counters.Faults)]);
        metrics.ObserveCounter("phonebridge.media.packets", "{packet}", "RTP and RTCP packets, by direction.",
            () => [Of(media.Counters.PacketsIn, "direction", "in"), Of(media.Counters.PacketsOut, "direction", "out")]);
        metrics.ObserveCounter("phonebridge.media.packets.dropped", "{packet}", "Packets dropped, by reason.",
            () =>
            [
                Of(media.Counters.DroppedForeignSource, "reason", "foreign_source"),
                Of(media.Counters.DroppedMalformed, "reason", "malformed"),
                Of(media.Counters.DroppedNotAuthentic, "reason", "not_authentic"),
                Of(media.Counters.DroppedReplayed, "reason", "replayed"),
                Of(media.Counters.DroppedUnconfigured, "reason", "unconfigured"),
                Of(media.Counters.SendFailures, "reason", "send_failed"),
            ]);
        metrics.ObserveCounter("phonebridge.media.slots", "{slot}", "Slots run by the media loops, by how late they began.",
            () =>
            [
                Of(media.Counters.Ticks - media.Counters.LateOver1Ms - media.Counters.LateOver5Ms - media.Counters.CaughtUp, "late", "no"),
                Of(media.Counters.LateOver1Ms, "late", "over_1_ms"),
                Of(media.Counters.LateOver5Ms, "late", "over_5_ms"),
                Of(media.Counters.CaughtUp, "late", "caught_up"),
            ]);
        metrics.ObserveCounter("phonebridge.media.periods.skipped", "{period}", "Periods that a loop had to leave out.", () => [new(media.Counters.Skipped)]);
    }

    private static Measurement<long> Of(long value, string tag, string tagValue) => new(value, new KeyValuePair<string, object?>(tag, tagValue));
}
