using System.Collections.Frozen;
using System.Net;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>The trunks at one moment, and what addresses their names mean: which trunk does a source belong to? Immutable.</summary>
internal sealed class TrunkTable
{
    private readonly FrozenDictionary<string, IPAddress[]> _addresses;
    private readonly bool _takesUnknown;
    private readonly (TrunkOptions Trunk, IPNetwork[] Networks)[] _sources;

    /// <summary>Builds it.</summary>
    /// <param name="options">A validated configuration: its trunks and whether unknown sources are taken.</param>
    /// <param name="addresses">What names mean; a name that is not in it has no address yet.</param>
    public TrunkTable(SipOptions options, IReadOnlyDictionary<string, IPAddress[]>? addresses = null)
    {
        Options = options;
        _addresses = (addresses ?? FrozenDictionary<string, IPAddress[]>.Empty).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Trunks = [.. options.Trunks];
        _takesUnknown = options.TakesUnknownSources;
        _sources = [.. options.Trunks.Select(trunk => (trunk, NetworksOf(trunk)))];
    }

    /// <summary>The configuration that it was built from.</summary>
    public SipOptions Options { get; }

    /// <summary>The trunks in their order.</summary>
    public IReadOnlyList<TrunkOptions> Trunks { get; }

    /// <summary>The trunks in their order, each with where it sends from.</summary>
    public IReadOnlyList<(TrunkOptions Trunk, IPNetwork[] Networks)> Sources => _sources;

    /// <summary>What names mean.</summary>
    public IReadOnlyDictionary<string, IPAddress[]> Addresses => _addresses;

    /// <summary>The trunk that a message from there belongs to. IPv4 in IPv6 form counts as IPv4.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="provenTrunk">The trunk whose certificate its connection showed; null for none.</param>
    /// <returns>Null when the source belongs to none and unknown sources are refused.</returns>
    public TrunkOptions? TrunkOf(IPAddress source, string? provenTrunk = null) =>
        Proven(source, provenTrunk) ?? Find(source, static trunk => trunk.Tls is not { DemandCertificate: true }) ?? (_takesUnknown ? Options.UnknownTrunk : null);

    /// <summary>Whether that address belongs to a configured trunk.</summary>
    public bool IsKnown(IPAddress source) => Find(source) is not null;

    /// <summary>The same trunks with other addresses.</summary>
    public TrunkTable With(IReadOnlyDictionary<string, IPAddress[]> addresses) => new(Options, addresses);

    /// <summary>Whether that address is one of the trunk's.</summary>
    public bool IsAt(string trunk, IPAddress address)
    {
        IPAddress plain = Plain(address);
        return _sources.Any(one => one.Trunk.Name == trunk && one.Networks.Any(network => network.Contains(plain)));
    }

    /// <summary>The configured trunk of an address; null when it belongs to none.</summary>
    public TrunkOptions? Find(IPAddress source) => Find(source, static _ => true);

    // A certificate is the better proof: it goes before the addresses of a trunk that stands earlier.
    private TrunkOptions? Proven(IPAddress source, string? name) =>
        name is not null && Trunks.FirstOrDefault(trunk => trunk.Name == name) is { } trunk
            && (trunk.Tls is not { DemandCertificate: true } || trunk.Sources.Count == 0 || IsAt(name, source))
            ? trunk
            : null;

    private TrunkOptions? Find(IPAddress source, Func<TrunkOptions, bool> mayBe)
    {
        IPAddress plain = Plain(source);
        foreach ((TrunkOptions trunk, IPNetwork[] networks) in _sources)
        {
            if (!mayBe(trunk))
            {
                continue;
            }

            foreach (IPNetwork network in networks)
            {
                if (network.Contains(plain))
                {
                    return trunk;
                }
            }
        }

        return null;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private IPNetwork[] NetworksOf(TrunkOptions trunk)
    {
        List<IPNetwork> networks = [];
        foreach (string source in trunk.Sources)
        {
            if (TrunkOptions.TryParseSource(source, out IPNetwork network))
            {
                networks.Add(network);
            }
        }

        foreach (PeerAddress place in trunk.SourcePlaces())
        {
            IEnumerable<IPAddress> addresses = IPAddress.TryParse(place.Host, out IPAddress? written) ? [written] : _addresses.GetValueOrDefault(KeyOf(place), []);
            networks.AddRange(addresses.Select(address => new IPNetwork(address, address.GetAddressBytes().Length * 8)));
        }

        return [.. networks.Distinct()];
    }

    /// <summary>Under which key the addresses of a name stand.</summary>
    public static string KeyOf(PeerAddress place) => place.Port is { } port ? $"{place.Host}:{port}" : place.Host;
}
