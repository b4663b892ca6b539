using System.Globalization;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>A set of measured times, read by percentile. Not thread safe.</summary>
internal sealed class Distribution
{
    private readonly List<double> _milliseconds = [];
    private bool _isSorted;

    /// <summary>How many were measured.</summary>
    public int Count => _milliseconds.Count;

    /// <summary>Adds one.</summary>
    public void Add(TimeSpan value)
    {
        _milliseconds.Add(value.TotalMilliseconds);
        _isSorted = false;
    }

    /// <summary>Adds all of another.</summary>
    public void Add(Distribution other)
    {
        _milliseconds.AddRange(other._milliseconds);
        _isSorted = false;
    }

    /// <summary>The smallest value that at least this share of all is not above [ms]; NaN when there is none.</summary>
    /// <param name="share">0 to 1; 1 is the maximum.</param>
    public double At(double share)
    {
        if (_milliseconds.Count == 0)
        {
            return double.NaN;
        }

        if (!_isSorted)
        {
            _milliseconds.Sort();
            _isSorted = true;
        }

        return _milliseconds[Math.Clamp((int)Math.Ceiling(share * _milliseconds.Count) - 1, 0, _milliseconds.Count - 1)];
    }

    /// <summary>The usual percentiles on one line.</summary>
    public override string ToString() => Count == 0
        ? "none measured"
        : string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.0}  p90 {At(0.9):0.0}  p95 {At(0.95):0.0}  p99 {At(0.99):0.0}  max {At(1):0.0} ms  (n = {Count})");
}
