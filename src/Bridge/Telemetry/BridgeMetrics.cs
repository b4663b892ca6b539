using System.Diagnostics.Metrics;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Telemetry;

/// <summary>How a try at a PIN ended, as a metric's tag.</summary>
public enum PinOutcome
{
    /// <summary>The PIN opens a room.</summary>
    Right,

    /// <summary>No room has it.</summary>
    Wrong,

    /// <summary>The brake answered before the PIN was looked at.</summary>
    Braked,

    /// <summary>The store did not answer in time.</summary>
    Failed,
}

/// <summary>The bridge's instruments. Any thread; measuring never fails a call.</summary>
/// <remarks>
/// Names are <c>phonebridge.thing.event</c>, units UCUM. Tags come from closed sets (enums, and trunk names out of the
/// configuration), never from a room, PIN or number: the number of series is known beforehand.
/// </remarks>
public sealed class BridgeMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PhoneBridge";

    private readonly Meter _meter;
    private readonly Counter<long> _arrived;
    private readonly Counter<long> _placed;
    private readonly Counter<long> _ended;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _setup;
    private readonly Histogram<double> _join;
    private readonly Counter<long> _pins;
    private readonly Histogram<double> _muteApplied;
    private readonly UpDownCounter<long> _streams;
    private readonly Histogram<double> _rFactor;
    private readonly Histogram<double> _loss;
    private readonly Histogram<double> _jitter;
    private readonly Histogram<double> _playoutDelay;
    private readonly Histogram<double> _concealed;

    /// <summary>Makes the instruments.</summary>
    public BridgeMetrics(IMeterFactory factory, HealthBoard health, DrainState drain)
    {
        _meter = factory.Create(MeterName);
        _arrived = _meter.CreateCounter<long>("phonebridge.calls.arrived", "{call}", "Calls that came in, by trunk.");
        _placed = _meter.CreateCounter<long>("phonebridge.calls.placed", "{call}", "Calls that the bridge placed, by trunk.");
        _ended = _meter.CreateCounter<long>("phonebridge.calls.ended", "{call}", "Calls that ended, by how and by trunk.");
        _active = _meter.CreateUpDownCounter<long>("phonebridge.calls.active", "{call}", "Calls now.");
        _duration = Histogram("phonebridge.calls.duration", "How long answered calls lasted.", 1, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800);
        _setup = Histogram("phonebridge.calls.setup.duration", "From INVITE to our 200.", 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5);
        _join = Histogram("phonebridge.calls.join.duration", "From the last key of the PIN to being in the mix or told to wait.", 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10);
        _pins = _meter.CreateCounter<long>("phonebridge.pins.tried", "{try}", "Tries at a PIN, by outcome.");
        _muteApplied = Histogram("phonebridge.mutes.applied.duration", "From a request to mute until the mixer applied it.", 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.5, 1);
        _streams = _meter.CreateUpDownCounter<long>("phonebridge.api.event_streams", "{stream}", "Event streams open now.");
        _rFactor = Histogram(
            "phonebridge.leg.r_factor", "Estimated rating of what others hear of a leg (ITU-T G.107), each minute and at the end.", "{rating}",
            20, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90, 95);
        _loss = Histogram(
            "phonebridge.leg.loss", "Share of the last ten seconds' packets that a leg lost, each minute and at the end.", "1",
            0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5);
        _jitter = Histogram(
            "phonebridge.leg.jitter", "Interarrival jitter of a leg, each minute and at the end.", "s",
            0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2);
        _playoutDelay = Histogram(
            "phonebridge.leg.playout_delay", "Wait of a leg's packets in the jitter buffer, each minute and at the end.", "s",
            0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2);
        _concealed = Histogram(
            "phonebridge.leg.concealed", "Share of the last ten seconds' speech of a leg that was made up, each minute and at the end.", "1",
            0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5);
        _meter.CreateObservableGauge(
            "phonebridge.health.state",
            () => health.Read().Select(e => new Measurement<int>((int)e.State, new KeyValuePair<string, object?>("thing", e.Thing.ToString()))),
            description: "Outside things: 0 starting, 1 up, 2 degraded, 3 down.");
        _meter.CreateObservableGauge("phonebridge.drain.phase", () => (int)drain.Phase, description: "0 serving, 1 draining, 2 ending, 3 ended.");
    }

    /// <summary>A call came in.</summary>
    /// <param name="trunk">Name of its trunk in the configuration.</param>
    public void CallArrived(string trunk)
    {
        _arrived.Add(1, new KeyValuePair<string, object?>("trunk", trunk));
        _active.Add(1);
    }

    /// <summary>A call of ours was sent out.</summary>
    /// <param name="trunk">Name of its trunk in the configuration.</param>
    public void CallPlaced(string trunk)
    {
        _placed.Add(1, new KeyValuePair<string, object?>("trunk", trunk));
        _active.Add(1);
    }

    /// <summary>A call is over.</summary>
    /// <typeparam name="TEnd">The closed enum of ends.</typeparam>
    /// <param name="end">How it ended.</param>
    /// <param name="trunk">Name of its trunk in the configuration.</param>
    /// <param name="duration">Since it was answered; null when it never was.</param>
    public void CallEnded<TEnd>(TEnd end, string trunk, TimeSpan? duration)
        where TEnd : struct, Enum
    {
        _ended.Add(1, new KeyValuePair<string, object?>("end", end.ToString()), new KeyValuePair<string, object?>("trunk", trunk));
        _active.Add(-1);
        if (duration is { } lasted)
        {
            _duration.Record(lasted.TotalSeconds);
        }
    }

    /// <summary>A call was answered.</summary>
    /// <param name="sinceInvite">Since its INVITE came.</param>
    public void CallAnswered(TimeSpan sinceInvite) => _setup.Record(sinceInvite.TotalSeconds);

    /// <summary>A caller is in the mix, or knows of having to wait.</summary>
    /// <param name="sinceLastKey">Since the key that ended the PIN.</param>
    public void CallerJoined(TimeSpan sinceLastKey) => _join.Record(sinceLastKey.TotalSeconds);

    /// <summary>A PIN was tried.</summary>
    public void PinTried(PinOutcome outcome) => _pins.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    /// <summary>The mixer applied a mute.</summary>
    /// <param name="sinceRequest">Since it was asked for.</param>
    public void MuteApplied(TimeSpan sinceRequest) => _muteApplied.Record(sinceRequest.TotalSeconds);

    /// <summary>The line of a leg was measured.</summary>
    /// <param name="codec">Name of its codec, of the few that there are.</param>
    /// <param name="quality">How it does.</param>
    public void LineMeasured(string codec, in LegQuality quality)
    {
        KeyValuePair<string, object?> tag = new("codec", codec);
        if (quality.RFactor is { } rating)
        {
            _rFactor.Record(rating, tag);
        }

        _loss.Record(quality.RecentLoss, tag);
        _jitter.Record(quality.JitterMs / 1000, tag);
        _playoutDelay.Record(quality.PlayoutDelayMs / 1000, tag);
        _concealed.Record(quality.RecentConcealed, tag);
    }

    /// <summary>An event stream was opened (+1) or closed (-1).</summary>
    public void EventStreams(int change) => _streams.Add(change);

    /// <summary>Publishes a counter that somebody else keeps: read at each scrape, must not block.</summary>
    /// <param name="name">Full name, <c>phonebridge.…</c>.</param>
    /// <param name="unit">UCUM unit.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="read">Values with their tags; tags from closed sets only.</param>
    public void ObserveCounter(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, read, unit, description);

    /// <summary>Publishes a value that goes up and down and that somebody else keeps: read at each scrape, must not block.</summary>
    /// <param name="name">Full name, <c>phonebridge.…</c>.</param>
    /// <param name="unit">UCUM unit.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="read">The value.</param>
    public void ObserveGauge(string name, string unit, string description, Func<double> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>Publishes states that somebody else keeps, one a tag: read at each scrape, must not block.</summary>
    /// <param name="name">Full name, <c>phonebridge.…</c>.</param>
    /// <param name="description">One sentence that says what the numbers mean.</param>
    /// <param name="read">Values with their tags; tags from closed sets only.</param>
    public void ObserveGauges(string name, string description, Func<IEnumerable<Measurement<int>>> read) =>
        _meter.CreateObservableGauge(name, read, description: description);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Histogram<double> Histogram(string name, string description, params double[] bounds) => Histogram(name, description, "s", bounds);

    private Histogram<double> Histogram(string name, string description, string unit, params double[] bounds) =>
        _meter.CreateHistogram(name, unit, description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
