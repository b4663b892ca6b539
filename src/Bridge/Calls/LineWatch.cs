using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Looks once a second at how the line of a call does: finds its turns to bad and good, and measures it for the metrics.</summary>
/// <remarks>Sans-IO; belongs to the control loop.</remarks>
/// <param name="metrics">Told of the line every minute and at the end.</param>
internal sealed class LineWatch(BridgeMetrics metrics)
{
    /// <summary>Transmission rating below which nearly all are dissatisfied (ITU-T G.107, annex B).</summary>
    public const double BadBelow = 60;

    /// <summary>Rating above which a bad line is good again: the distance keeps it from flickering.</summary>
    public const double GoodAbove = 70;

    /// <summary>How long a rating must be low.</summary>
    public static readonly TimeSpan BadAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long a rating must be high again.</summary>
    public static readonly TimeSpan GoodAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MeasureEvery = TimeSpan.FromMinutes(1);

    private LegQuality _last;
    private bool _isMeasured = true;                // nothing to measure before the first look
    private TimeSpan? _turningSince;
    private TimeSpan? _nextMeasure;

    /// <summary>The line is bad.</summary>
    public bool IsBad { get; private set; }

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

        bool isTurning = quality.RFactor is { } rating && (IsBad ? rating > GoodAbove : rating < BadBelow);
        if (!isTurning)
        {
            _turningSince = null;
            return false;
        }

        _turningSince ??= now;
        if (now - _turningSince < (IsBad ? GoodAfter : BadAfter))
        {
            return false;
        }

        IsBad = !IsBad;
        _turningSince = null;
        return true;
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
