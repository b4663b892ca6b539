using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Media.Quality;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Looks once a second at how the line of a call does: finds its turns to bad and good, and measures it for the metrics.</summary>
/// <remarks>Sans-IO; belongs to the control loop.</remarks>
/// <param name="metrics">Told of the line every minute and at the end.</param>
internal sealed class LineWatch(BridgeMetrics metrics)
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromMinutes(1);

    private readonly QualityWatch _watch = new();
    private LegQuality _last;
    private bool _isMeasured = true;                // nothing to measure before the first look
    private TimeSpan? _nextMeasure;

    /// <summary>The line is bad.</summary>
    public bool IsBad => _watch.IsBad;

    /// <summary>Looks at the line; call about once a second.</summary>
    /// <param name="quality">How it does now.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>True when it turned: <see cref="IsBad"/> says to what.</returns>
    public bool Look(in LegQuality quality, TimeSpan now)
    {
        (_last, _isMeasured) = (quality, false);
        _nextMeasure ??= now + MeasureEvery;
        if (now >= _nextMeasure)
        {
            _nextMeasure += MeasureEvery;
            Measure();
        }

        return quality.RFactor is { } rating && _watch.OnSample(rating, now) != QualityTurn.None;
    }

    /// <summary>The call is over: measures the line for the last time. Twice is once.</summary>
    public void End() => Measure();

    private void Measure()
    {
        if (!_isMeasured && _last.Format is { } format && _last.PacketsReceived > 0)
        {
            metrics.LineMeasured(CallMedia.NameOf(format.Codec), _last);
        }

        _isMeasured = true;
    }
}
