using System.Globalization;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>Times counted in steps of 0.1 ms up to 2 s, so that millions of them take no memory. One writer; read when it has ended.</summary>
internal sealed class TimeHistogram
{
    private const int StepsPerMs = 10, Steps = 20_000;

    private readonly long[] _counts = new long[Steps + 1];
    private double _maxMs;

    /// <summary>How many were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts one; negative ones as 0. Allocates nothing.</summary>
    public void Add(TimeSpan value)
    {
        double ms = Math.Max(0, value.TotalMilliseconds);
        _counts[(int)Math.Min(Steps, Math.Round(ms * StepsPerMs))]++;
        _maxMs = Math.Max(_maxMs, ms);
        Count++;
    }

    /// <summary>Adds all of another.</summary>
    public void Add(TimeHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _maxMs = Math.Max(_maxMs, other._maxMs);
        Count += other.Count;
    }

    /// <summary>The smallest step that at least this share of all is not above [ms]; NaN when there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public double At(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        long wanted = (long)Math.Ceiling(share * Count), seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= Math.Max(1, wanted))
            {
                return i == Steps ? _maxMs : (double)i / StepsPerMs;
            }
        }

        return _maxMs;
    }

    /// <summary>The usual percentiles on one line.</summary>
    public override string ToString() => Count == 0
        ? "none measured"
        : string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.0}  p95 {At(0.95):0.0}  p99 {At(0.99):0.0}  p99.9 {At(0.999):0.0}  max {_maxMs:0.0} ms  (n = {Count})");
}
