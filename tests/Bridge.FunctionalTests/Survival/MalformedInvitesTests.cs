using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Fuzz;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Survival;

/// <summary>More malformed INVITEs than the PROTOS suite c07-sip has (4527), at a running bridge: it goes on taking calls and keeps nothing of them.</summary>
[Trait("Req", "MSG8")]
public sealed class MalformedInvitesTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    private const int Seed = 20_262;
    private const int Each = 2_300;
    private const int BetweenCalls = 200;
    private const long MostGrowth = 50 << 20;

    private const string Offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 101\r\n"
        + "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

    private const string Multipart = "--b\r\nContent-Type: application/sdp\r\n\r\n" + Offer
        + "\r\n--b\r\nContent-Type: application/isup;version=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x00\x49\r\n--b--\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProtocolType.Udp)]
    [InlineData(ProtocolType.Tcp)]
    public async Task A_call_passes_between_each_200_and_nothing_is_left(ProtocolType transport)
    {
        LineMutator mutator = new([Invite(transport, "application/sdp", Offer), Invite(transport, "multipart/mixed;boundary=b", Multipart)], Seed);
        await CallAsync();
        long before = 0;
        for (int i = 0; i < Each; i++)
        {
            await SendAsync(transport, NextMalformed(mutator));
            if (i % BetweenCalls == BetweenCalls - 1)
            {
                await CallAsync();
                before = before == 0 ? fixture.Bridge.Process.ResidentBytes : before;
            }
        }

        await CallAsync();
        await fixture.WaitUntilIdleAsync(TimeSpan.FromSeconds(20));
        BridgeMetricsPage metrics = await WaitUntilForgottenAsync();
        Assert.Equal(0, metrics.Sum("phonebridge_sip_faults_total"));
        long growth = fixture.Bridge.Process.ResidentBytes - before;
        Assert.True(growth < MostGrowth, $"seed {Seed}: {growth >> 20} MiB more than after the first {BetweenCalls}");
    }

    // The parser is asked only to leave out mutations that are calls after all.
    private static byte[] NextMalformed(LineMutator mutator)
    {
        while (true)
        {
            byte[] input = mutator.Next();
            if (SipParser.Parse(input).Message is not { } message || SdpBody.Read(message).RefusalStatus != 0)
            {
                return input;
            }
        }
    }

    private async Task CallAsync()
    {
        await using TestPhone phone = fixture.CreatePhone();
        Assert.Equal(200, (await phone.DialAsync(fixture.Bridge.Address(), Cancellation)).Status);
        await phone.HangUpAsync();
    }

    private async Task SendAsync(ProtocolType transport, byte[] input)
    {
        using Socket socket = new(AddressFamily.InterNetwork, transport == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, transport);
        await socket.ConnectAsync(fixture.Bridge.Sip, Cancellation);
        await socket.SendAsync(input.AsMemory(0, Math.Min(input.Length, 65_000)), Cancellation);
    }

    private async Task<BridgeMetricsPage> WaitUntilForgottenAsync()
    {
        // Timers H and J keep a refused transaction for 32 s.
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(60);
        while (true)
        {
            BridgeMetricsPage page = await fixture.Bridge.ReadMetricsAsync();
            double held = page.Sum("phonebridge_sip_dialogs") + page.Sum("phonebridge_sip_transactions")
                + page.Sum("phonebridge_sip_connections") + page.Sum("phonebridge_sip_timers");
            if (held == 0)
            {
                return page;
            }

            Assert.True(MonotonicTime.Now < end, $"seed {Seed}: {held} dialogs, transactions, connections and timers are still there");
            await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        }
    }

    private byte[] Invite(ProtocolType transport, string type, string body) => Encoding.ASCII.GetBytes(
        $"INVITE sip:bridge@{fixture.Bridge.Sip};user=phone SIP/2.0\r\nVia: SIP/2.0/{(transport == ProtocolType.Tcp ? "TCP" : "UDP")} 127.0.0.1:5066;branch=z9hG4bK-broken;rport\r\n"
        + "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK7,SIP/2.0/UDP 192.0.2.8;branch=z9hG4bK8\r\nRecord-Route: <sip:127.0.0.1:5066;lr>,<sip:192.0.2.7;lr>\r\nMax-Forwards: 70\r\n"
        + "From: \"Broken \\\"B\\\"\" <sip:+33699000000@127.0.0.1;user=phone>;tag=1928301774\r\nTo: <sip:bridge@127.0.0.1>\r\nCall-ID: broken-1@127.0.0.1\r\n"
        + "CSeq: 314159 INVITE\r\nContact: <sip:127.0.0.1:5066>\r\nP-Asserted-Identity: \"B\" <tel:+33699000000>\r\nPrivacy: none\r\nSession-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\n"
        + $"Supported: timer, replaces\r\nAllow: INVITE, ACK, CANCEL, BYE, UPDATE\r\nAccept: application/sdp\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
