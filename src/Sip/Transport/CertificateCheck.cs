using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Sip.Transport;

/// <summary>Whether a peer's certificate is in force and comes from whom it should. Without the network: nothing is downloaded.</summary>
/// <remarks>Revocation is not looked up: it would make calls depend on the reachability of somebody's server.</remarks>
internal static class CertificateCheck
{
    private const string AnyUse = "2.5.29.37.0";
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const string SipDomainUse = "1.3.6.1.5.5.7.3.20";   // RFC 5924

    /// <summary>Checks a certificate.</summary>
    /// <param name="certificate">The peer's.</param>
    /// <param name="sent">What the peer sent with it, to build the chain from.</param>
    /// <param name="authorities">Whom the chain must end at; null: an authority that the system trusts.</param>
    /// <param name="now">The moment at which it must be in force.</param>
    /// <returns>What is wrong, in words for an operator; null when nothing is.</returns>
    public static string? FindFault(
        X509Certificate2 certificate, X509Certificate2Collection sent, X509Certificate2Collection? authorities, DateTimeOffset now)
    {
        using X509Chain chain = new();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.UtcDateTime;
        policy.ExtraStore.AddRange(sent);
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        try
        {
            return !chain.Build(certificate) ? string.Join(", ", chain.ChainStatus.Select(static s => s.Status).Distinct())
                : IsForTls(certificate) ? null
                : "it is not for TLS";
        }
        catch (CryptographicException error)
        {
            return error.Message;
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    // A trunk shows the same certificate whoever opens the connection, and public authorities give out none for clients any more:
    // so it may be for either side.
    private static bool IsForTls(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } extension
        || extension.EnhancedKeyUsages.Cast<Oid>().Any(static use => use.Value is AnyUse or ServerUse or ClientUse or SipDomainUse);
}
