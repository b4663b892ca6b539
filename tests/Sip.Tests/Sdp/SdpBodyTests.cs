using System.Text;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

public sealed class SdpBodyTests
{
    private const string Sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\n";

    private static SdpBodyResult Read(string? contentType, string body, params (string Name, string Value)[] headers)
    {
        SipRequest request = new("INVITE", SipUri.Unusable) { Body = Encoding.UTF8.GetBytes(body) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (contentType is not null)
        {
            request.Headers.Add("Content-Type", contentType);
        }

        return SdpBody.Read(request);
    }

    private static string Multipart(params string[] parts) =>
        "preamble\r\n" + string.Concat(parts.Select(part => $"--b1\r\n{part}\r\n")) + "--b1--\r\nepilogue";

    [Theory]
    [InlineData("application/sdp")]
    [InlineData("Application/SDP ; charset=utf-8")]
    [InlineData(null)]
    public void A_plain_body_is_read(string? contentType) =>
        Assert.Equal(4000, Read(contentType, Sdp).Session!.Media[0].Port);

    [Theory]
    [InlineData("multipart/mixed;boundary=b1")]
    [InlineData("multipart/mixed; boundary=\"b1\"")]
    [InlineData("Multipart/Mixed ;Boundary=b1")]
    public void Beside_other_parts_the_sdp_is_found(string contentType)
    {
        SdpBodyResult result = Read(contentType, Multipart(
            "Content-Type: application/isup;version=itu-t92+;base=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\u0001\u0010\0--b1x",
            "Content-Type: application/SDP\r\nContent-Disposition: session\r\n\r\n" + Sdp,
            "Content-Type: application/pidf+xml\r\n\r\n<presence/>"));
        Assert.Equal(4000, result.Session!.Media[0].Port);
    }

    [Fact]
    public void A_foreign_part_that_must_be_handled_gets_415_with_accept()
    {
        SdpBodyResult result = Read("multipart/mixed;boundary=b1", Multipart(
            "Content-Type: application/sdp\r\n\r\n" + Sdp,
            "Content-Type: application/isup\r\nContent-Disposition: signal ; handling=Required\r\n\r\nx"));
        Assert.Equal(415, result.RefusalStatus);
        Assert.Contains(result.RefusalHeaders, header => header is { Name: "Accept", Value: "application/sdp, multipart/mixed" });
    }

    [Fact]
    public void Without_an_sdp_part_the_offer_is_absent()
    {
        Assert.True(Read("multipart/mixed;boundary=b1", Multipart("Content-Type: text/plain\r\n\r\nhello", "Content-Type: text/plain\r\n")).IsAbsent);
        Assert.True(Read("application/sdp", "").IsAbsent);
        Assert.True(Read("application/x", "x", ("Content-Disposition", "render;handling=optional")).IsAbsent);
    }

    [Theory]
    [InlineData("multipart/mixed", "--b1\r\n\r\nx\r\n--b1--")]
    [InlineData("multipart/mixed;boundary=b1", "--b1\r\nContent-Type: application/sdp\r\n\r\n" + Sdp)]
    [InlineData("multipart/mixed;boundary=b1", "--b1--")]
    [InlineData("multipart/mixed;boundary=b1", "--b1\r\nno header\r\n--b1--")]
    [InlineData("multipart/mixed;boundary=\"\"", "--\r\n\r\nx\r\n----")]
    [InlineData("application/sdp", "nonsense")]
    [InlineData("app lication/sdp", Sdp)]
    [InlineData("a/b/c", Sdp)]
    public void A_broken_body_gets_400(string contentType, string body) => Assert.Equal(400, Read(contentType, body).RefusalStatus);

    [Fact]
    public void More_parts_than_the_limit_get_400()
    {
        string[] parts = [.. Enumerable.Repeat("Content-Type: text/plain\r\n\r\nx", SipMultipart.MaxParts + 1)];
        Assert.Equal(400, Read("multipart/mixed;boundary=b1", Multipart(parts)).RefusalStatus);
        Assert.True(Read("multipart/mixed;boundary=b1", Multipart(parts[1..])).IsAbsent);
    }

    [Fact]
    public void Foreign_types_and_encodings_get_415()
    {
        Assert.Equal(415, Read("application/unknownformat", "x").RefusalStatus);
        Assert.Equal(415, Read(null, "x").RefusalStatus);
        SdpBodyResult zipped = Read("application/sdp", Sdp, ("Content-Encoding", "gzip"));
        Assert.Equal((415, "Accept-Encoding"), (zipped.RefusalStatus, zipped.RefusalHeaders[0].Name));
    }

    [Fact]
    public void The_line_break_before_a_boundary_is_no_part_of_the_content()
    {
        byte[] body = Encoding.UTF8.GetBytes(Multipart("Content-Type: a/b\r\n\r\nline\r\n"));
        Assert.True(SipMultipart.TryRead(body, "b1", out IReadOnlyList<SipBodyPart> parts));
        Assert.Equal("line\r\n"u8, parts[0].Body.Span);
    }
}
