namespace PhoneBridge.Sip.Protection;

/// <summary>How much of an allowance is used up: it comes back at a steady rate. A new one is unused.</summary>
/// <remarks>Rate and size are the caller's, so that thousands of them need no more than this.</remarks>
internal struct TokenBucket
{
    private double _used;
    private TimeSpan _at;

    /// <summary>What is used up now.</summary>
    /// <param name="rate">What comes back in a second.</param>
    /// <param name="now">The time.</param>
    public double Used(double rate, TimeSpan now)
    {
        if (now > _at)
        {
            _used = Math.Max(0, _used - (rate * (now - _at).TotalSeconds));
            _at = now;
        }

        return _used;
    }

    /// <summary>Uses one more when it fits into <paramref name="size"/>.</summary>
    public bool TryTake(double rate, double size, TimeSpan now)
    {
        if (Used(rate, now) + 1 > size)
        {
            return false;
        }

        _used++;
        return true;
    }
}
