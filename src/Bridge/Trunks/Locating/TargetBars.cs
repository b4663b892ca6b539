using System.Collections.Concurrent;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>Places that failed a moment ago: they are tried last for a while (RFC 3263 §4.3). Any thread.</summary>
internal sealed class TargetBars(TimeProvider time)
{
    private const int MaxBars = 1000;
    private static readonly TimeSpan BarredFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<SipTarget, TimeSpan> _until = new();
    private readonly long _origin = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>The place timed out, could not be reached or said 503.</summary>
    public void Bar(SipTarget target)
    {
        if (_until.Count >= MaxBars)
        {
            foreach (KeyValuePair<SipTarget, TimeSpan> over in _until.Where(bar => bar.Value <= Now || _until.Count >= MaxBars))
            {
                _until.TryRemove(over);
            }
        }

        _until[target] = Now + BarredFor;
    }

    /// <summary>The place answered.</summary>
    public void Lift(SipTarget target) => _until.TryRemove(target, out _);

    /// <summary>Whether it failed a moment ago.</summary>
    public bool IsBarred(SipTarget target) => _until.TryGetValue(target, out TimeSpan until) && until > Now;

    /// <summary>The same places, those that failed a moment ago last.</summary>
    public IReadOnlyList<SipTarget> InOrder(IEnumerable<SipTarget> targets) => [.. targets.OrderBy(IsBarred)];
}
