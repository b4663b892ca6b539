using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>Finds where a SIP peer is: NAPTR, SRV, A and AAAA records (RFC 3263 §4), bounded and kept by the cache.</summary>
/// <remarks>Any thread but the SIP loop's, which must not wait.</remarks>
internal sealed class PeerLocator
{
    private const int MaxTargets = 16;

    // Transports that we speak, the one that is taken when nothing is said first; RFC 3263 §4.1 and its names in NAPTR and SRV records.
    private static readonly (SipTransportKind Kind, string Naptr, string Srv)[] Spoken =
    [
        (SipTransportKind.Udp, "sip+d2u", "_sip._udp."),
        (SipTransportKind.Tcp, "sip+d2t", "_sip._tcp."),
        (SipTransportKind.Tls, "sips+d2t", "_sips._tcp."),
    ];

    private readonly INameService _names;
    private readonly Func<SipTransportKind, AddressFamily, bool> _hasWay;
    private readonly Func<int, int> _draw;

    /// <summary>Finds by the cache, towards where we have a listener.</summary>
    public PeerLocator(NameCache names, TargetBars bars, IOptions<SipOptions> sip)
        : this(names, bars, WaysOf(sip.Value), static max => RandomNumberGenerator.GetInt32(max + 1))
    {
    }

    /// <summary>Finds.</summary>
    /// <param name="names">Who is asked.</param>
    /// <param name="bars">What failed a moment ago.</param>
    /// <param name="hasWay">Whether something can be sent by that transport to addresses of that family.</param>
    /// <param name="draw">A random whole number from 0 to its argument, both inclusive.</param>
    public PeerLocator(INameService names, TargetBars bars, Func<SipTransportKind, AddressFamily, bool> hasWay, Func<int, int> draw)
    {
        _names = names;
        Bars = bars;
        _hasWay = hasWay;
        _draw = draw;
    }

    /// <summary>Where those who use the targets say what failed.</summary>
    public TargetBars Bars { get; }

    /// <summary>Where a request to that URI is to be sent, the best place first. <c>sips</c> goes by TLS only. Empty: nowhere.</summary>
    public Task<IReadOnlyList<SipTarget>> LocateAsync(SipUri uri, CancellationToken cancellation)
    {
        bool isSecure = uri.Scheme == "sips";
        if (!isSecure && uri.Scheme != "sip")
        {
            return Task.FromResult<IReadOnlyList<SipTarget>>([]);
        }

        SipTransportKind? transport = isSecure ? SipTransportKind.Tls : null;
        if (uri.Transport is { } text)
        {
            if (!Enum.TryParse(text, ignoreCase: true, out SipTransportKind known) || !Spoken.Any(s => s.Kind == known))
            {
                return Task.FromResult<IReadOnlyList<SipTarget>>([]);
            }

            transport = isSecure ? SipTransportKind.Tls : known;    // RFC 3261 §26.2.2: sips with transport=tcp is TLS over TCP
        }

        return LocateAsync(uri.Host, uri.Port, transport, cancellation);
    }

    /// <summary>Where that host is reached, the best place first; places that failed a moment ago stand last.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">A port that was written: then no SRV record is asked for.</param>
    /// <param name="transport">A transport that was written; null: as the host's records say.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<IReadOnlyList<SipTarget>> LocateAsync(string host, int? port, SipTransportKind? transport, CancellationToken cancellation)
    {
        List<SipTarget> found = [];
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            found.Add(new SipTarget(transport ?? SipTransportKind.Udp, new IPEndPoint(address, port ?? DefaultPort(transport))));
        }
        else if (port is { } written)
        {
            await AddHostAsync(found, transport ?? SipTransportKind.Udp, host, written, cancellation).ConfigureAwait(false);
        }
        else
        {
            foreach ((SipTransportKind kind, string service) in await ServicesAsync(host, transport, cancellation).ConfigureAwait(false))
            {
                await AddServiceAsync(found, kind, service, cancellation).ConfigureAwait(false);
            }

            if (found.Count == 0)
            {
                await AddHostAsync(found, transport ?? SipTransportKind.Udp, host, DefaultPort(transport), cancellation).ConfigureAwait(false);
            }
        }

        List<SipTarget> reachable = found.FindAll(target => _hasWay(target.Transport, target.EndPoint.AddressFamily));
        return Bars.InOrder((reachable.Count == 0 ? found : reachable).Distinct().Take(MaxTargets));
    }

    /// <summary>Every address that a host may be at, by whatever transport: calls from there are the peer's.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, int? port, CancellationToken cancellation)
    {
        List<Task<List<SipTarget>>> searches = [FindAsync(found => AddHostAsync(found, SipTransportKind.Udp, host, port ?? DefaultPort(null), cancellation))];
        if (port is null && !IPAddress.TryParse(host, out _))
        {
            searches.AddRange(Spoken.Select(s => FindAsync(found => AddServiceAsync(found, s.Kind, s.Srv + host, cancellation))));
        }

        List<SipTarget>[] all = await Task.WhenAll(searches).ConfigureAwait(false);
        return [.. all.SelectMany(found => found).Select(target => target.EndPoint.Address).Distinct()];
    }

    // Which SRV names to ask for, the best transport first (RFC 3263 §4.1, §4.2).
    private async Task<IReadOnlyList<(SipTransportKind Kind, string Service)>> ServicesAsync(
        string host, SipTransportKind? transport, CancellationToken cancellation)
    {
        if (transport is { } given)
        {
            return [.. Spoken.Where(s => s.Kind == given).Select(s => (s.Kind, s.Srv + host))];
        }

        NameAnswer answer = await _names.AskAsync(host, NameRecordKind.Naptr, cancellation).ConfigureAwait(false);
        List<(SipTransportKind, string)> services = [];
        foreach (NameRecord.Pointer pointer in answer.Records.OfType<NameRecord.Pointer>().OrderBy(p => (p.Order, p.Preference)))
        {
            int index = Array.FindIndex(Spoken, s => s.Naptr == pointer.Services);
            if (pointer.Flags == "s" && index >= 0 && pointer.Replacement.Length != 0)
            {
                services.Add((Spoken[index].Kind, pointer.Replacement));
            }
        }

        return services.Count != 0 ? services : [.. Spoken.Select(s => (s.Kind, s.Srv + host))];
    }

    private async Task AddServiceAsync(List<SipTarget> found, SipTransportKind kind, string service, CancellationToken cancellation)
    {
        NameAnswer answer = await _names.AskAsync(service, NameRecordKind.Srv, cancellation).ConfigureAwait(false);
        foreach (NameRecord.Service one in ServiceOrder.Of(answer.Records.OfType<NameRecord.Service>(), _draw))
        {
            if (found.Count < MaxTargets && one.Target.Length != 0 && one.Port != 0)
            {
                await AddHostAsync(found, kind, one.Target, one.Port, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task AddHostAsync(List<SipTarget> found, SipTransportKind kind, string host, int port, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out IPAddress? written))
        {
            found.Add(new SipTarget(kind, new IPEndPoint(written, port)));
            return;
        }

        NameAnswer[] answers = await Task.WhenAll(
            _names.AskAsync(host, NameRecordKind.A, cancellation), _names.AskAsync(host, NameRecordKind.Aaaa, cancellation)).ConfigureAwait(false);
        found.AddRange(answers.SelectMany(a => a.Records).OfType<NameRecord.Address>().Select(a => new SipTarget(kind, new IPEndPoint(a.Value, port))));
    }

    private static async Task<List<SipTarget>> FindAsync(Func<List<SipTarget>, Task> search)
    {
        List<SipTarget> found = [];
        await search(found).ConfigureAwait(false);
        return found;
    }

    private static int DefaultPort(SipTransportKind? transport) => transport == SipTransportKind.Tls ? 5061 : 5060;

    private static Func<SipTransportKind, AddressFamily, bool> WaysOf(SipOptions sip)
    {
        AddressFamily[] udp = [.. sip.UdpEndPoints().Select(e => e.AddressFamily)];
        AddressFamily[] tcp = [.. sip.TcpEndPoints().Select(e => e.AddressFamily)];
        AddressFamily[] tls = [.. sip.TlsEndPoints().Select(e => e.AddressFamily)];
        return (transport, family) => (transport switch { SipTransportKind.Udp => udp, SipTransportKind.Tcp => tcp, _ => tls }).Contains(family);
    }
}
