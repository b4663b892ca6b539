using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Testing.Certificates;

namespace PhoneBridge.Bridge.Tests.Configuration;

/// <summary>Settings of TLS: mistakes stop the start, and who a certificate belongs to.</summary>
[Trait("Req", "TRA3")]
public sealed class SipTlsRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_certificate_with_its_key_is_needed_and_read_before_the_start()
    {
        Assert.StartsWith("Sip:Certificate:CertificateFile: must be set", Assert.Single(Find(("Sip:Tls:0", "127.0.0.1:5061"))), StringComparison.Ordinal);
        Assert.StartsWith("Sip:Certificate:KeyFile: must be set", Assert.Single(Find(("Sip:Certificate:CertificateFile", "/x"))), StringComparison.Ordinal);
        Assert.StartsWith(
            "Sip:Certificate:CertificateFile: '/nowhere/c.pem' cannot be read",
            Assert.Single(Find(("Sip:Certificate:CertificateFile", "/nowhere/c.pem"), ("Sip:Certificate:KeyFile", "/nowhere/k.pem"))), StringComparison.Ordinal);

        (string certificate, string key) = Write();
        Assert.Empty(Find(("Sip:Tls:0", "127.0.0.1:5061"), ("Sip:Certificate:CertificateFile", certificate), ("Sip:Certificate:KeyFile", key)));
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        IReadOnlyList<string> errors = Find(
            ("Sip:Tls:0", "5061"), ("Sip:Connections:MaxPerAddress", "2000"), ("Sip:Connections:FirstByteTimeout", "00:10:00"),
            ("Sip:UnknownTrunk:Tls:Names:0", "a"), ("Sip:Trunks:0:Name", "a"), ("Sip:Trunks:0:Tls:DemandCertificate", "true"),
            ("Sip:Trunks:0:Tls:AuthorityFile", "/nowhere"), ("Sip:Trunks:0:Tls:KeyFile", "/nowhere"),
            ("Sip:Trunks:1:Name", "b"), ("Sip:Trunks:1:Tls:Names:0", "sip:b"), ("Sip:Trunks:1:Registration:Registrar", "sip.example.net"),
            ("Sip:Trunks:1:Registration:User", "u"), ("Sip:Trunks:1:Registration:Password", "p"), ("Sip:Trunks:1:Registration:Transport", "Tls"),
            ("Sip:Trunks:1:Registration:Expires", "00:30:00"));
        string[] starts =
        [
            "Sip:Tls:0: '5061' is not", "Sip:Connections:MaxPerAddress: must not", "Sip:Connections:FirstByteTimeout: must", "Sip:UnknownTrunk:Tls: must be absent",
            "Sip:Trunks:0:Sources: names no", "Sip:Trunks:0:Tls:Names: must hold", "Sip:Trunks:0:Tls:AuthorityFile: '/nowhere'", "Sip:Trunks:0:Tls:CertificateFile: must be set",
            "Sip:Trunks:1:Tls:Names:0: 'sip:b'", "Sip:Certificate:CertificateFile: must be set",
        ];
        Assert.All(starts, start => Assert.Contains(errors, e => e.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_registration_by_TLS_needs_a_TLS_address_and_has_port_5061()
    {
        (string, string)[] registration =
        [
            ("Sip:Trunks:0:Name", "a"), ("Sip:Trunks:0:Registration:Registrar", "sip.example.net"), ("Sip:Trunks:0:Registration:User", "u"),
            ("Sip:Trunks:0:Registration:Password", "p"), ("Sip:Trunks:0:Registration:Transport", "Tls"),
        ];
        Assert.StartsWith("Sip:Trunks:0:Registration:Transport: Tls has no address", Assert.Single(Find(registration)), StringComparison.Ordinal);
        (string certificate, string key) = Write();
        Assert.Empty(Find(
            [.. registration, ("Sip:Tls:0", "127.0.0.1:5061"), ("Sip:Certificate:CertificateFile", certificate), ("Sip:Certificate:KeyFile", key)]));
    }

    [Theory]
    [Trait("Req", "TRA4")]
    [InlineData("203.0.113.9", "secure", "secure")]     // from anywhere, with the certificate
    [InlineData("203.0.113.9", null, null)]
    [InlineData("192.0.2.1", null, "plain")]
    [InlineData("192.0.2.1", "secure", "secure")]       // the certificate is the better proof
    [InlineData("198.51.100.1", null, null)]            // the address alone does not do
    [InlineData("198.51.100.1", "strict", "strict")]
    [InlineData("203.0.113.9", "strict", null)]         // nor the certificate from elsewhere
    public void A_call_belongs_to_the_trunk_whose_certificate_is_shown(string source, string? proven, string? expected)
    {
        SipOptions options = new()
        {
            Trunks =
            [
                new TrunkOptions { Name = "plain", Sources = ["192.0.2.1"] },
                new TrunkOptions { Name = "secure", Tls = new TrunkTlsOptions { Names = ["a.example"] } },
                new TrunkOptions { Name = "strict", Sources = ["198.51.100.1"], Tls = new TrunkTlsOptions { Names = ["b.example"], DemandCertificate = true } },
            ],
        };
        Assert.Equal(expected, new TrunkTable(options).TrunkOf(IPAddress.Parse(source), proven)?.Name);
    }

    private static IReadOnlyList<string> Find(params (string Key, string Value)[] settings) => ConfigurationErrors.Find(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());

    private (string Certificate, string Key) Write()
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("bridge", ["bridge.example"]);
        (string, string) files = (Path.Combine(_folder.Path, "c.pem"), Path.Combine(_folder.Path, "k.pem"));
        TestAuthority.Write(certificate, files.Item1, files.Item2);
        return files;
    }
}
