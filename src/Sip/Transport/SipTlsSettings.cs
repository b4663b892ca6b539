using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Sip.Transport;

/// <summary>What TLS goes by at this moment: replaced as a whole when a certificate changes, never changed itself.</summary>
public sealed record SipTlsSettings
{
    /// <summary>Our certificate with its chain and key; null: none, so that no TLS connection can be accepted.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>The peers that are known. Others may connect, as far as they show no certificate of one of these.</summary>
    public IReadOnlyList<SipTlsPeer> Peers { get; init; } = [];
}

/// <summary>What is expected of one peer's certificate (RFC 5922).</summary>
public sealed record SipTlsPeer
{
    /// <summary>How the peer is called in <see cref="SipFlow.ProvenPeer"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the peer is at that address. Asked on several threads.</summary>
    public required Func<IPAddress, bool> IsAt { get; init; }

    /// <summary>Names of which its certificate must hold one: domains, hosts or addresses, compared whole. Empty: the address connected to.</summary>
    public IReadOnlyList<string> CertificateNames { get; init; } = [];

    /// <summary>Whom its certificate must come from; null: the authorities that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Whether the peer is asked for a certificate when it connects to us, and known by it.</summary>
    public bool IsKnownByCertificate { get; init; }

    /// <summary>Whether connections from its addresses are refused without such a certificate.</summary>
    public bool MustShowCertificate { get; init; }

    /// <summary>Our certificate towards this peer; null: <see cref="SipTlsSettings.Certificate"/>.</summary>
    public SslStreamCertificateContext? OwnCertificate { get; init; }
}
