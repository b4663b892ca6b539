using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Sip.Transport;

/// <summary>What a peer's certificate, or its lack, comes to.</summary>
/// <param name="ProvenPeer">The known peer that it proves; null for none.</param>
/// <param name="Fault">Why the connection is refused, in words for an operator; null when it is not.</param>
internal readonly record struct TlsVerdict(string? ProvenPeer, string? Fault)
{
    /// <summary>Judges who connects to us.</summary>
    /// <remarks>
    /// Who shows the name of a known peer must prove it. A certificate that names nobody we know counts as none: many peers
    /// show theirs to everybody. Without one, only those are refused that must show one.
    /// </remarks>
    public static TlsVerdict OfClient(
        IReadOnlyList<SipTlsPeer> peers, IPAddress address, X509Certificate2? certificate, X509Certificate2Collection sent, DateTimeOffset now)
    {
        string? fault = null;
        if (certificate is not null)
        {
            IReadOnlyList<string> names = CertificateNames.Of(certificate);
            foreach (SipTlsPeer peer in peers.Where(peer => peer.IsKnownByCertificate && CertificateNames.Match(names, peer.CertificateNames)))
            {
                fault = CertificateCheck.FindFault(certificate, sent, peer.Authorities, now);
                if (fault is null)
                {
                    return new TlsVerdict(peer.Name, null);
                }
            }
        }

        if (fault is not null)
        {
            return new TlsVerdict(null, $"its certificate is not accepted: {fault}");
        }

        SipTlsPeer? strict = peers.FirstOrDefault(peer => peer.MustShowCertificate && peer.IsAt(address));
        return new TlsVerdict(
            null,
            strict is null ? null
            : certificate is null ? $"{strict.Name} must show a certificate and does not"
            : $"{strict.Name} must show a certificate in its name and shows another");
    }

    /// <summary>Judges whom we connected to.</summary>
    /// <param name="candidates">The known peers at that address; without any, the certificate must name the address.</param>
    /// <param name="address">Where we connected to.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="sent">What it sent with it.</param>
    /// <param name="now">The time.</param>
    public static TlsVerdict OfServer(
        IReadOnlyList<SipTlsPeer> candidates, IPAddress address, X509Certificate2? certificate, X509Certificate2Collection sent, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return new TlsVerdict(null, "it shows no certificate");
        }

        IReadOnlyList<string> names = CertificateNames.Of(certificate);
        string[] itself = [ResponseRoute.TextOf(address)];
        string? fault = null;
        foreach (SipTlsPeer peer in candidates)
        {
            if (CertificateNames.Match(names, peer.CertificateNames.Count > 0 ? peer.CertificateNames : itself))
            {
                fault = CertificateCheck.FindFault(certificate, sent, peer.Authorities, now);
                if (fault is null)
                {
                    return new TlsVerdict(peer.Name, null);
                }
            }
        }

        if (candidates.Count == 0 && CertificateNames.Match(names, itself))
        {
            fault = CertificateCheck.FindFault(certificate, sent, null, now);
            return new TlsVerdict(null, fault is null ? null : $"its certificate is not accepted: {fault}");
        }

        return new TlsVerdict(null, fault is null
            ? $"its certificate is for {(names.Count == 0 ? "nobody" : string.Join(", ", names.Take(4)))}"
            : $"its certificate is not accepted: {fault}");
    }
}
