using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Sip</c>: where calls come in, and from whom.</summary>
public sealed class SipOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Sip";

    /// <summary>UDP addresses to listen on, each <c>address:port</c>; an empty text is skipped, port 0 lets the system choose.</summary>
    /// <value>Null (not configured) means <c>0.0.0.0:5060</c>.</value>
    public IList<string>? Udp { get; set; }

    /// <summary>TCP addresses to listen on, written as <see cref="Udp"/>.</summary>
    /// <value>Null (not configured) means <c>0.0.0.0:5060</c>.</value>
    public IList<string>? Tcp { get; set; }

    /// <summary>TLS addresses to listen on, written as <see cref="Udp"/>; 5061 is usual. They need a <see cref="Certificate"/>.</summary>
    /// <value>Null (not configured) means none.</value>
    public IList<string>? Tls { get; set; }

    /// <summary>Our certificate on TLS connections, those that we open as well.</summary>
    [ValidateObjectMembers]
    public CertificateOptions Certificate { get; set; } = new();

    /// <summary>Bounds of TCP and TLS connections.</summary>
    [ValidateObjectMembers]
    public ConnectionOptions Connections { get; set; } = new();

    /// <summary>Our address as the peers see it (Via, Contact, and SDP unless <c>Media:PublicAddress</c> says otherwise), behind 1:1 NAT.</summary>
    /// <value>Empty: the local address that a call came in on.</value>
    public string PublicAddress { get; set; } = "";

    /// <summary>Whether calls from addresses that belong to no trunk are taken (they are handled as <see cref="UnknownTrunk"/>).</summary>
    /// <value>Null: taken as long as no trunk is configured, so that a fresh bridge can be called by any SIP phone.</value>
    public bool? AcceptUnknownSources { get; set; }

    /// <summary>What is done with messages from addresses of no trunk, when such calls are not taken.</summary>
    public Strangers Strangers { get; set; }

    /// <summary>When a source is not heard any more.</summary>
    [ValidateObjectMembers]
    public BanOptions Bans { get; set; } = new();

    /// <summary>The most that is taken on.</summary>
    [ValidateObjectMembers]
    public OverloadOptions Overload { get; set; } = new();

    /// <summary>How calls from addresses of no trunk are handled, when they are taken.</summary>
    [ValidateObjectMembers]
    public TrunkOptions UnknownTrunk { get; set; } = new() { Name = "unknown" };

    /// <summary>The trunks; the one whose certificate is shown, else the first whose <see cref="TrunkOptions.Sources"/> hold the sender's address takes the call.</summary>
    [ValidateEnumeratedItems]
    public IList<TrunkOptions> Trunks { get; set; } = [];

    /// <summary>How peers with a name are found.</summary>
    [ValidateObjectMembers]
    public DnsOptions Dns { get; set; } = new();

    /// <summary>Largest number of calls at a time, of all trunks; more get 486.</summary>
    [Range(1, 100_000)]
    public int MaxCalls { get; set; } = 5000;

    /// <summary>Whether calls from addresses of no trunk are taken.</summary>
    public bool TakesUnknownSources => AcceptUnknownSources ?? Trunks.Count == 0;

    /// <summary>The bound form of <see cref="Udp"/>.</summary>
    /// <exception cref="FormatException">An entry is not an address with a port; a validated instance never throws.</exception>
    public IReadOnlyList<IPEndPoint> UdpEndPoints() => Parse(Udp);

    /// <summary>The bound form of <see cref="Tcp"/>.</summary>
    /// <exception cref="FormatException">An entry is not an address with a port; a validated instance never throws.</exception>
    public IReadOnlyList<IPEndPoint> TcpEndPoints() => Parse(Tcp);

    /// <summary>The bound form of <see cref="Tls"/>.</summary>
    /// <exception cref="FormatException">An entry is not an address with a port; a validated instance never throws.</exception>
    public IReadOnlyList<IPEndPoint> TlsEndPoints() => Parse(Tls ?? []);

    private static List<IPEndPoint> Parse(IList<string>? entries)
    {
        List<IPEndPoint> result = [];
        foreach (string entry in entries ?? ["0.0.0.0:5060"])
        {
            if (entry.Length != 0)
            {
                result.Add(ListenAddress.TryParse(entry, out IPEndPoint? endPoint)
                    ? endPoint
                    : throw new FormatException($"'{entry}' is not address:port"));
            }
        }

        return result;
    }
}
