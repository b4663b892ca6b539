using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Tells the SIP end points where the trunks are: their sources, and the addresses that their registrars' names mean now.</summary>
internal sealed class TrunkSources
{
    private readonly IOptions<SipOptions> _options;
    private readonly RegistrarAddresses _registrars;
    private readonly Lock _gate = new();
    private SipGuard? _guard;

    public TrunkSources(IOptions<SipOptions> options, RegistrarAddresses registrars)
    {
        _options = options;
        _registrars = registrars;
        registrars.Changed += Tell;
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
            _guard?.Sources = new SipSources([.. _options.Value.Trunks.Select(Peer)]);
        }
    }

    private SipPeer Peer(TrunkOptions trunk)
    {
        IEnumerable<IPNetwork> sources = trunk.Sources.Select(source => TrunkOptions.TryParseSource(source, out IPNetwork network) ? network : (IPNetwork?)null).OfType<IPNetwork>();
        IEnumerable<IPNetwork> registrars = _registrars.Of(trunk.Name).Select(address => new IPNetwork(address, 8 * address.GetAddressBytes().Length));
        return new SipPeer([.. sources, .. registrars], trunk.CallsPerSecond ?? 0, trunk.Burst ?? Math.Max(1, 2 * (trunk.CallsPerSecond ?? 0)));
    }
}
