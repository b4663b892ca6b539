using System.Diagnostics.Metrics;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Telemetry;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>How each trunk is: for the API, the metrics, the health page and one log line a change.</summary>
/// <remarks>Any thread; whoever learns something has all trunks looked at anew.</remarks>
internal sealed partial class TrunkStates
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    private readonly TrunkFigures _figures;
    private readonly HealthBoard _health;
    private readonly TimeProvider _time;
    private readonly ILogger<TrunkStates> _logger;
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<TrunkStatus> _current = [];

    public TrunkStates(TrunkFigures figures, HealthBoard health, BridgeMetrics metrics, TimeProvider time, ILogger<TrunkStates> logger)
    {
        _figures = figures;
        _health = health;
        _time = time;
        _logger = logger;
        metrics.ObserveGauges(
            "phonebridge.trunk.state",
            "State of a trunk: 0 unknown, 1 up, 2 degraded, 3 down.",
            () => _current.Select(status => new Measurement<int>((int)status.State, Tag(status.Name))));
        metrics.ObserveGauges(
            "phonebridge.trunk.calls", "Calls of a trunk now.", () => _current.Select(status => new Measurement<int>((int)_figures[status.Name].CallsNow, Tag(status.Name))));
        metrics.ObserveCounter(
            "phonebridge.trunk.requests", "{message}", "SIP requests of and to a trunk, repeats included.",
            () => _current.SelectMany(status => (Measurement<long>[])
            [
                new(_figures[status.Name].RequestsReceived, Tag(status.Name), new("direction", "in")),
                new(_figures[status.Name].RequestsSent, Tag(status.Name), new("direction", "out")),
            ]));
        metrics.ObserveCounter(
            "phonebridge.trunk.responses", "{message}", "SIP responses of and to a trunk, by class, repeats included.",
            () => _current.SelectMany(status => Responses(status.Name, "in", sent: false).Concat(Responses(status.Name, "out", sent: true))));
    }

    /// <summary>How the trunks are, in their order.</summary>
    public IReadOnlyList<TrunkStatus> Current => _current;

    /// <summary>Looks at the trunks; one that is not among them is forgotten.</summary>
    public void Look(IReadOnlyList<KeptTrunk> trunks)
    {
        lock (_gate)
        {
            Dictionary<string, TrunkStatus> before = _current.ToDictionary(status => status.Name);
            List<TrunkStatus> now = [];
            foreach (KeptTrunk trunk in trunks)
            {
                string name = trunk.Options.Name;
                (TrunkState state, string reason) = SignsOf(trunk).Judge();
                TrunkStatus? old = before.GetValueOrDefault(name);
                now.Add(new TrunkStatus(name, state, reason, old?.State == state ? old.Since : _time.GetUtcNow()));
                if ((old?.State ?? TrunkState.Unknown) != state)
                {
                    LogLevel level = state is TrunkState.Down or TrunkState.Degraded ? LogLevel.Warning : LogLevel.Information;
                    if (_logger.IsEnabled(level))
                    {
                        LogChanged(_logger, level, name, state, reason.Length == 0 ? "works" : reason);
                    }
                }
            }

            _current = now;
            string[] wrong = [.. now.Where(s => s.State is TrunkState.Down or TrunkState.Degraded).Select(s => $"{s.Name}: {s.State.ToString().ToLowerInvariant()}, {s.Reason}")];
            _health.Report(OutsideThing.Trunks, wrong.Length == 0 ? HealthState.Up : HealthState.Degraded, string.Join("; ", wrong));
        }
    }

    private TrunkSigns SignsOf(KeptTrunk trunk)
    {
        TrunkFigure figure = _figures[trunk.Options.Name];
        (int calls, int failed) = figure.ReadRecent();
        return new TrunkSigns(
            trunk.Watch?.Verdict, trunk.Watch?.Why ?? "", trunk.Registration?.State, trunk.Registration?.Words ?? "", calls, failed, figure.HasSentWithin(Lately));
    }

    private IEnumerable<Measurement<long>> Responses(string trunk, string direction, bool sent) => _figures[trunk].ReadAnswers(sent)
        .Select(one => new Measurement<long>(one.Value, Tag(trunk), new("direction", direction), new("class", one.Key)));

    private static KeyValuePair<string, object?> Tag(string trunk) => new("trunk", trunk);

    [LoggerMessage(EventId = 2302, EventName = "TrunkState", Message = "Trunk {Trunk} is {State}: {Reason}")]
    private static partial void LogChanged(ILogger logger, LogLevel level, string trunk, TrunkState state, string reason);
}
