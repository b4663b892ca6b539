using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Testing.Certificates;

/// <summary>A certificate authority of the test's own. Certificates live from an hour ago until in a year, unless said otherwise.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2 _certificate;
    private readonly DateTimeOffset _now;

    /// <summary>Makes an authority.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="now">The moment that lifetimes are counted from; null for the system's.</param>
    public TestAuthority(string name = "Test authority", DateTimeOffset? now = null)
    {
        _now = now ?? TimeProvider.System.GetUtcNow();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(_now.AddYears(-2), _now.AddYears(10));
    }

    /// <summary>The authority's certificate alone, to be trusted.</summary>
    public X509Certificate2Collection Trust => [X509CertificateLoader.LoadCertificate(_certificate.RawData)];

    /// <summary>The authority's certificate as PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Issues a certificate with its key.</summary>
    /// <param name="commonName">Common name.</param>
    /// <param name="names">subjectAltName: <c>sip:…</c> and other URIs, addresses, else DNS names. Empty: the extension is left out.</param>
    /// <param name="from">Beginning of its life, from now.</param>
    /// <param name="until">End of its life, from now.</param>
    /// <param name="use">OID of its extended key usage.</param>
    public X509Certificate2 Issue(
        string commonName, IReadOnlyList<string> names, TimeSpan? from = null, TimeSpan? until = null, string use = ServerUse)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (names.Count > 0)
        {
            request.CertificateExtensions.Add(AltNames(names));
        }

        using X509Certificate2 bare = request.Create(
            _certificate, _now + (from ?? TimeSpan.FromHours(-1)), _now + (until ?? TimeSpan.FromDays(365)), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Writes certificate and key as PEM files.</summary>
    public static void Write(X509Certificate2 certificate, string certificateFile, string keyFile)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private static X509Extension AltNames(IReadOnlyList<string> names)
    {
        SubjectAlternativeNameBuilder builder = new();
        foreach (string name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? address))
            {
                builder.AddIpAddress(address);
            }
            else if (name.Contains(':', StringComparison.Ordinal))
            {
                builder.AddUri(new Uri(name));
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }
}
