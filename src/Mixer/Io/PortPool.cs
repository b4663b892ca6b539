namespace PhoneBridge.Mixer.Io;

/// <summary>
/// Pairs of UDP ports for legs (RTP9): even for RTP, the odd one above for RTCP; handed out from a random place onwards, and not
/// again before a closed leg's pair has rested. Holds numbers, not sockets; time goes in.
/// </summary>
/// <remarks>
/// The cursor goes round the whole range before a number comes again, so that in practice a pair rests far longer than the minimum.
/// Thread safe.
/// </remarks>
internal sealed class PortPool
{
    private static readonly TimeSpan InUse = TimeSpan.MaxValue;

    private readonly Lock _lock = new();
    private readonly int _firstPort;
    private readonly TimeSpan _rest;
    private readonly TimeSpan[] _freeFrom;      // one a pair: MinValue never used, MaxValue in use, else the end of its rest
    private int _cursor;

    /// <summary>A pool over the pairs that lie wholly in a range of ports.</summary>
    /// <param name="firstPort">First port; rounded up to an even one.</param>
    /// <param name="lastPort">Last port.</param>
    /// <param name="rest">How long a pair rests.</param>
    /// <param name="start">Where the search starts, any non-negative number; the caller draws it at random.</param>
    public PortPool(int firstPort, int lastPort, TimeSpan rest, int start)
    {
        _firstPort = firstPort + (firstPort & 1);
        int pairs = (lastPort + 1 - _firstPort) / 2;
        if (firstPort < 1 || lastPort > ushort.MaxValue || pairs < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(lastPort), $"No pair of ports in {firstPort} to {lastPort}.");
        }

        _rest = rest;
        _freeFrom = new TimeSpan[pairs];
        Array.Fill(_freeFrom, TimeSpan.MinValue);
        _cursor = start % pairs;
    }

    /// <summary>Pairs in the range.</summary>
    public int Pairs => _freeFrom.Length;

    /// <summary>Pairs that rest at a time.</summary>
    public int CountResting(TimeSpan now)
    {
        lock (_lock)
        {
            int resting = 0;
            foreach (TimeSpan freeFrom in _freeFrom)
            {
                resting += freeFrom > now && freeFrom != InUse ? 1 : 0;
            }

            return resting;
        }
    }

    /// <summary>Takes the next free pair; false when all are in use or resting.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="rtpPort">The even port.</param>
    public bool TryTake(TimeSpan now, out int rtpPort)
    {
        lock (_lock)
        {
            for (int i = 0; i < _freeFrom.Length; i++)
            {
                int pair = _cursor;
                _cursor = (_cursor + 1) % _freeFrom.Length;
                if (_freeFrom[pair] <= now)
                {
                    _freeFrom[pair] = InUse;
                    rtpPort = _firstPort + (2 * pair);
                    return true;
                }
            }
        }

        rtpPort = 0;
        return false;
    }

    /// <summary>Gives a pair back, to rest: after a leg, or because another program holds one of the ports.</summary>
    public void Return(int rtpPort, TimeSpan now)
    {
        lock (_lock)
        {
            _freeFrom[(rtpPort - _firstPort) / 2] = now + _rest;
        }
    }
}
