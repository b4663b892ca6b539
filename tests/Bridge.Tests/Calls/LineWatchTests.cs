using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class LineWatchTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, string? Codec)> _measured = [];
    private readonly BridgeMetrics _metrics;
    private readonly LineWatch _watch;
    private TimeSpan _now = TimeSpan.FromHours(5);

    public LineWatchTests()
    {
        Factory factory = new();
        _metrics = new BridgeMetrics(factory, new HealthBoard(new FakeTimeProvider(), NullLogger<HealthBoard>.Instance), new DrainState());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == factory.Meter && instrument.Name.StartsWith("phonebridge.leg.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measured.Add((instrument.Name, value, (string?)tags[0].Value)));
        _listener.Start();
        _watch = new LineWatch(_metrics);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void A_line_turns_bad_after_5_s_and_good_after_10()
    {
        Assert.Equal([(5, true)], Turns(Rated(40, 20)));
        Assert.Equal([(10, false)], Turns(Rated(85, 20)));
    }

    [Fact]
    public void Between_the_bounds_nothing_turns_and_a_dip_begins_anew()
    {
        Assert.Empty(Turns(Rated(65, 30)));
        Assert.Empty(Turns([.. Rated(40, 4), .. Rated(61, 1), .. Rated(40, 4), .. Rated(61, 1), .. Rated(null, 30), .. Rated(40, 4), .. Rated(61, 1)]));
        Assert.Equal([(5, true)], Turns(Rated(59, 6)));
        Assert.Empty(Turns([.. Rated(75, 9), .. Rated(69, 1), .. Rated(75, 9), .. Rated(70, 20)]));
        Assert.True(_watch.IsBad);
    }

    [Fact]
    public void A_line_is_measured_each_minute_and_once_at_the_end()
    {
        LegQuality quality = new()
        {
            Format = AudioFormat.Opus(), PacketsReceived = 50, RFactor = 88, RecentLoss = 0.01, JitterMs = 5, PlayoutDelayMs = 40, RecentConcealed = 0.004,
        };
        for (int second = 0; second < 150; second++)
        {
            _watch.Look(quality, _now);
            _now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(2, _measured.Count(m => m.Name == "phonebridge.leg.r_factor"));
        _measured.Clear();
        _watch.End();
        _watch.End();
        Assert.Equal(
            [
                ("phonebridge.leg.r_factor", 88, "opus"), ("phonebridge.leg.loss", 0.01, "opus"), ("phonebridge.leg.jitter", 0.005, "opus"),
                ("phonebridge.leg.playout_delay", 0.04, "opus"), ("phonebridge.leg.concealed", 0.004, "opus"),
            ],
            _measured);
    }

    [Fact]
    public void A_call_without_media_is_not_measured()
    {
        _watch.End();
        _watch.Look(new LegQuality { Format = AudioFormat.Pcma }, _now);
        _watch.End();
        Assert.Empty(_measured);
    }

    private static IEnumerable<double?> Rated(double? rating, int seconds) => Enumerable.Repeat(rating, seconds);

    // Seconds after the first look, and to what it turned.
    private List<(int Second, bool IsBad)> Turns(IEnumerable<double?> ratings)
    {
        List<(int, bool)> turns = [];
        int second = 0;
        foreach (double? rating in ratings)
        {
            if (_watch.Look(new LegQuality { Format = AudioFormat.Pcma, RFactor = rating }, _now))
            {
                turns.Add((second, _watch.IsBad));
            }

            second++;
            _now += TimeSpan.FromSeconds(1);
        }

        return turns;
    }

    private sealed class Factory : IMeterFactory
    {
        public Meter Meter { get; private set; } = null!;

        public Meter Create(MeterOptions options) => Meter = new Meter(options);

        public void Dispose() => Meter.Dispose();
    }
}
