using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>What a peer may wish for and does not get: the answers that docs/trunks.md promises.</summary>
[Trait("Req", "ANS")]
[Trait("Req", "DLG13")]
public sealed class RefusedWishesTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const string Audio = "m=audio 30000 RTP/AVP 8\r\n";
    private const string Video = "m=video 30002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
    private const string Fax = "m=image 30004 udptl t38\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("m=audio 30000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n", "", 488, "Warning", "305 ")]
    [InlineData(Fax, "", 488, "Warning", "304 ")]
    [InlineData(Video, "", 488, "Warning", "304 ")]
    [InlineData("m=message 30000 TCP/MSRP *\r\n", "", 488, "Warning", "304 ")]
    [InlineData("m=audio 30000 UDP/TLS/RTP/SAVPF 8\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\n", "", 488, "Warning", "304 ")]
    [InlineData("m=audio 30000 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n", "", 488, "Warning", "399 ")]
    [InlineData("m=audio 30000 RTP/AVP 8\r\nc=IN IP6 2001:db8::1\r\n", "", 488, "Warning", "301 ")]
    [InlineData(Audio, "Require: precondition", 420, "Unsupported", "precondition")]
    [InlineData(Audio, "Require: outbound", 420, "Unsupported", "outbound")]
    [InlineData(Audio, "Replaces: nobody;from-tag=1;to-tag=2", 481, "", "")]
    [InlineData(Audio, "Session-Expires: 30\r\nSupported: timer", 422, "Min-SE", "90")]
    [InlineData(Audio, "Accept: text/plain", 406, "Accept", "application/sdp")]
    [InlineData(Audio, "Content-Encoding: gzip", 415, "Accept-Encoding", "identity")]
    public async Task A_call_that_cannot_be_had_so_is_refused_with_the_reason(string media, string line, int status, string header, string value)
    {
        SipWire answer = await AskAsync("INVITE", fixture.Bridge.Address(), line, media);
        Check(answer, status, header, value);
    }

    [Theory]
    [InlineData("REFER", 405, "Allow", "INVITE, ")]
    [InlineData("REGISTER", 405, "Allow", "INVITE, ")]
    [InlineData("MESSAGE", 405, "Allow", "INVITE, ")]
    [InlineData("PUBLISH", 405, "Allow", "INVITE, ")]
    [InlineData("SUBSCRIBE", 489, "", "")]
    [InlineData("NOTIFY", 489, "", "")]
    [InlineData("UNHEARDOF", 501, "Allow", "INVITE, ")]
    [InlineData("OPTIONS", 200, "Accept", "application/sdp")]
    public async Task Other_requests_are_answered(string method, int status, string header, string value) =>
        Check(await AskAsync(method, fixture.Bridge.Address(), "", ""), status, header, value);

    [Fact]
    public async Task Of_audio_beside_video_and_fax_the_audio_is_taken()
    {
        SipWire answer = await AskAsync("INVITE", fixture.Bridge.Address(), "", Audio + Video + Fax);
        Assert.Equal(200, answer.Status);
        Assert.Matches("m=audio [1-9]", answer.Body);
        Assert.Contains("m=video 0 ", answer.Body, StringComparison.Ordinal);
        Assert.Contains("m=image 0 ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_none_of_telephones_gets_416() => Check(await AskAsync("INVITE", "http://example.net/", "", Audio), 416, "", "");

    [Fact]
    public async Task Within_a_call_they_are_refused_and_the_call_goes_on()
    {
        await using TestPhone phone = fixture.CreatePhone();
        Assert.Equal(200, (await phone.DialAsync(fixture.Bridge.Address(), TestContext.Current.CancellationToken)).Status);
        Assert.Equal(603, await phone.SendAsync("REFER"));
        Assert.Equal(489, await phone.SendAsync("SUBSCRIBE"));
        Assert.Equal(405, await phone.SendAsync("MESSAGE"));
        Assert.Equal(488, await phone.ChangeAsync(new SessionChange { MediaLines = Fax }));
        Assert.Equal(488, await phone.ChangeAsync(new SessionChange { MediaLines = "m=audio 0 RTP/AVP 8\r\n" + Fax }));
        Assert.Equal(200, await phone.SendAsync("OPTIONS"));
    }

    private static void Check(SipWire answer, int status, string header, string value)
    {
        Assert.Equal(status, answer.Status);
        if (header.Length > 0)
        {
            Assert.StartsWith(value, answer[header], StringComparison.Ordinal);
        }
    }

    // One request without any dialog; its last answer.
    private async Task<SipWire> AskAsync(string method, string uri, string line, string media)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string callId = Guid.NewGuid().ToString("N");
        SipWire request = SipWire.Request(method, uri)
            .Add("Via", $"SIP/2.0/UDP {socket.LocalEndPoint};branch=z9hG4bK{callId};rport")
            .Add("Max-Forwards", "70")
            .Add("From", $"<sip:+33699000001@{socket.LocalEndPoint}>;tag=1")
            .Add("To", $"<{fixture.Bridge.Address()}>")
            .Add("Call-ID", callId)
            .Add("CSeq", $"1 {method}")
            .Add("Contact", $"<sip:caller@{socket.LocalEndPoint}>");
        foreach (string[] header in line.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(": ", 2)))
        {
            request.Add(header[0], header[1]);
        }

        if (media.Length > 0)
        {
            request.WithBody("application/sdp", $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n{media}");
        }

        await socket.SendToAsync(request.Write(), fixture.Bridge.Sip, TestContext.Current.CancellationToken);
        byte[] buffer = new byte[65_536];
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(Patience);
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, late.Token);
            if (SipWire.TryRead(buffer.AsSpan(0, length), out SipWire? answer) && answer.Status >= 200)
            {
                return answer;
            }
        }
    }
}
