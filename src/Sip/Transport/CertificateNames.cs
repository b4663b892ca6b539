using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transport;

/// <summary>Whom a certificate names (RFC 5922 §7.1).</summary>
internal static class CertificateNames
{
    private const string SubjectAltName = "2.5.29.17";
    private const string CommonName = "2.5.4.3";
    private const int MostNames = 256;

    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Address = new(TagClass.ContextSpecific, 7);

    /// <summary>
    /// The domains and addresses of its subjectAltName: SIP URIs without a user, else DNS names; addresses in any case. Only a
    /// certificate without subjectAltName is known by its common name. Never throws: what cannot be read names nobody.
    /// </summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        try
        {
            X509Extension? extension = certificate.Extensions.FirstOrDefault(static e => e.Oid?.Value == SubjectAltName);
            return extension is null ? CommonNames(certificate) : AltNames(extension.RawData);
        }
        catch (Exception error) when (error is AsnContentException or System.Security.Cryptography.CryptographicException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>Whether one of the certificate's names is one of those wanted: whole and without wildcards (RFC 5922 §7.2).</summary>
    public static bool Match(IReadOnlyList<string> names, IReadOnlyList<string> wanted) =>
        names.Any(name => wanted.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static List<string> AltNames(byte[] extension)
    {
        List<string> domains = [];
        List<string> hosts = [];
        List<string> addresses = [];
        AsnReader names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        for (int i = 0; names.HasData && i < MostNames; i++)
        {
            Asn1Tag tag = names.PeekTag();
            if (tag == Dns)
            {
                hosts.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, Dns).TrimEnd('.'));
            }
            else if (tag == Uri)
            {
                if (DomainOf(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri)) is { } domain)
                {
                    domains.Add(domain);
                }
            }
            else if (tag == Address)
            {
                byte[] octets = names.ReadOctetString(Address);
                if (octets.Length is 4 or 16)
                {
                    addresses.Add(new IPAddress(octets).ToString());
                }
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return [.. (domains.Count > 0 ? domains : hosts).Where(IsPlain), .. addresses];
    }

    // "sips" and URIs of one user name no domain (RFC 5922 §7.1).
    private static string? DomainOf(string text) =>
        SipUri.TryParse(text, out SipUri? uri) && uri is { Scheme: "sip", EncodedUser: null } ? uri.Host.TrimEnd('.') : null;

    private static string[] CommonNames(X509Certificate2 certificate) =>
    [
        .. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            .Select(static part => part.GetSingleElementValue() ?? "")
            .Where(IsPlain),
    ];

    // Names stand in logs: no blanks and controls, and nothing longer than a host name can be.
    private static bool IsPlain(string name) => name.Length is > 0 and < 256 && name.All(static c => c is > ' ' and <= '~');
}
