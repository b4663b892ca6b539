using System.Diagnostics.Metrics;
using PhoneBridge.Media.Dtmf;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Measures calls. Tags come from closed sets and the trunks' names: never a room, a PIN or a number.</summary>
public sealed class CallMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PhoneBridge.Calls";

    private readonly Counter<long> _arrived;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _keys;
    private readonly Counter<long> _pins;
    private readonly Histogram<double> _setup;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public CallMetrics(IMeterFactory factory)
    {
#pragma warning disable CA2000 // The factory owns its meters.
        Meter meter = factory.Create(MeterName);
#pragma warning restore CA2000
        _arrived = meter.CreateCounter<long>("phonebridge.calls.arrived", "{call}", "INVITEs that reached a decision, by trunk and by what was decided.");
        _ended = meter.CreateCounter<long>("phonebridge.calls.ended", "{call}", "Calls that ended, by trunk and reason.");
        _keys = meter.CreateCounter<long>("phonebridge.keys.pressed", "{key}", "Keys pressed, by the way they came.");
        _pins = meter.CreateCounter<long>("phonebridge.pins.entered", "{pin}", "PINs keyed in, by result.");
        _setup = meter.CreateHistogram("phonebridge.calls.setup", "s", "From the INVITE at the call session to its 200.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1] });
        _duration = meter.CreateHistogram("phonebridge.calls.duration", "s", "From the 200 to the end of a call.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 16800] });
    }

    internal void OnArrived(string trunk, int status) => _arrived.Add(1, new("trunk", trunk), new("status", status));

    internal void OnAnswered(string trunk, TimeSpan setup) => _setup.Record(setup.TotalSeconds, new KeyValuePair<string, object?>("trunk", trunk));

    internal void OnEnded(string trunk, CallEnd end, TimeSpan lasted)
    {
        _ended.Add(1, new("trunk", trunk), new("reason", end.ToString()));
        if (end != CallEnd.Refused)
        {
            _duration.Record(lasted.TotalSeconds, new KeyValuePair<string, object?>("trunk", trunk));
        }
    }

    internal void OnKey(KeyWay way) => _keys.Add(1, new KeyValuePair<string, object?>("way", way.ToString()));

    internal void OnPin(string result) => _pins.Add(1, new KeyValuePair<string, object?>("result", result));
}
