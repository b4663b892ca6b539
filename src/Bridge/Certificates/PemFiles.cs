using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Bridge.Certificates;

/// <summary>A certificate of ours as it is used.</summary>
/// <param name="Context">Certificate, key and chain, for handshakes.</param>
/// <param name="Subject">Whom it names.</param>
/// <param name="NotAfter">The end of its life.</param>
internal sealed record OwnCertificate(SslStreamCertificateContext Context, string Subject, DateTimeOffset NotAfter);

/// <summary>Reads certificates and keys from PEM files.</summary>
internal static class PemFiles
{
    /// <summary>Reads a certificate with its chain and its key.</summary>
    /// <exception cref="IOException">A file cannot be read, or not used; the text names it and nothing of the key.</exception>
    public static OwnCertificate ReadOwn(string certificateFile, string keyFile)
    {
        string certificates = ReadText(certificateFile);
        string key = ReadText(keyFile);
        try
        {
            X509Certificate2 own = X509Certificate2.CreateFromPem(certificates, key);
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(certificates);
            chain.RemoveAt(0);
            return new OwnCertificate(
                SslStreamCertificateContext.Create(own, chain, offline: true), own.Subject, new DateTimeOffset(own.NotAfter.ToUniversalTime()));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new IOException($"'{certificateFile}' and '{keyFile}' are no certificate with its unencrypted key in PEM: {error.Message}", error);
        }
    }

    /// <summary>Reads the certificates of authorities.</summary>
    /// <exception cref="IOException">The file cannot be read, or holds none.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPem(ReadText(file));
        }
        catch (CryptographicException error)
        {
            throw new IOException($"'{file}' holds a certificate that cannot be read: {error.Message}", error);
        }

        return authorities.Count > 0 ? authorities : throw new IOException($"'{file}' holds no certificate in PEM.");
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"'{file}' cannot be read: {error.Message}", error);
        }
    }
}
