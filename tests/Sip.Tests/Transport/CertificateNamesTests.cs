using System.Security.Cryptography.X509Certificates;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Certificates;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Whom a certificate names (RFC 5922 §7.1, §7.2).</summary>
[Trait("Req", "TRA3")]
public sealed class CertificateNamesTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("a.example,b.example", "a.example,b.example")]
    [InlineData("sip:example.net,host.example.net", "example.net")]                    // a SIP URI goes before DNS names
    [InlineData("sip:alice@example.net,host.example.net", "host.example.net")]         // one of a user names no domain
    [InlineData("sips:example.net,https://example.net/,host.example.net", "host.example.net")]
    [InlineData("host.example.net,192.0.2.1,2001:db8::1", "host.example.net,192.0.2.1,2001:db8::1")]
    public void The_subject_alternative_names_count(string written, string expected)
    {
        using X509Certificate2 certificate = _authority.Issue("common.example", written.Split(','));
        Assert.Equal(expected.Split(','), CertificateNames.Of(certificate));
    }

    [Fact]
    public void The_common_name_counts_only_without_them()
    {
        using X509Certificate2 certificate = _authority.Issue("common.example", []);
        Assert.Equal(["common.example"], CertificateNames.Of(certificate));
    }

    [Theory]
    [InlineData("sip.example.net", "SIP.Example.NET", true)]
    [InlineData("*.example.net", "sip.example.net", false)]
    [InlineData("*.example.net", "*.example.net", true)]    // who wants the wildcard itself may say so
    [InlineData("sip.example.net.evil.example", "sip.example.net", false)]
    [InlineData("example.net", "sip.example.net", false)]
    public void Names_are_compared_whole(string name, string wanted, bool isMatch) =>
        Assert.Equal(isMatch, CertificateNames.Match([name], [wanted]));

    [Fact]
    public void What_cannot_be_read_names_nobody_and_what_could_break_a_log_line_is_left_out()
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        CertificateRequest request = new("CN=x", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x82, 0xff, 0xff, 0x82], critical: false));
        using X509Certificate2 broken = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        Assert.Empty(CertificateNames.Of(broken));

        request = new CertificateRequest("CN=x", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x05, 0x82, 0x03, (byte)'a', (byte)'\n', (byte)'b'], critical: false));
        using X509Certificate2 sly = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90));
        Assert.Empty(CertificateNames.Of(sly));
    }
}
