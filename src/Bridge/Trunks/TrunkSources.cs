using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Tells the SIP end points which trunks are in force, where they are now, and what becomes of others.</summary>
internal sealed class TrunkSources
{
    private readonly TrunkTables _tables;
    private readonly Lock _gate = new();
    private SipGuard? _guard;

    public TrunkSources(TrunkTables tables)
    {
        _tables = tables;
        tables.Changed += Tell;
    }

    /// <summary>Tells from now on.</summary>
    public void Tell(SipGuard guard)
    {
        _guard = guard;
        Tell();
    }

    // One at a time: an older picture must not take the place of a newer one.
    private void Tell()
    {
        lock (_gate)
        {
            if (_guard is { } guard)
            {
                TrunkTable table = _tables.Current;
                guard.Options = Protection.Of(table.Options, guard.Options);
                guard.Sources = new SipSources([.. table.Sources.Select(one => new SipPeer(
                    one.Trunk.Name, one.Networks, one.Trunk.CallsPerSecond ?? 0, one.Trunk.Burst ?? Math.Max(1, 2 * (one.Trunk.CallsPerSecond ?? 0))))]);
            }
        }
    }
}
