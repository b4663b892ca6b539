using System.Net;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Calls by SIPp, a peer that others wrote.</summary>
[Trait("Category", "Interop")]
public sealed class SippTests
{
    private const string Scenario = """
        <?xml version="1.0" encoding="UTF-8"?>
        <scenario name="normal call with re-INVITE and INFO">
          <send retrans="500"><![CDATA[
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        CSeq: 1 INVITE
        Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=- 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [local_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8
        ]]></send>
          <recv response="100" optional="true"/>
          <recv response="180" optional="true"/>
          <recv response="200" rrs="true"/>
          <send><![CDATA[
        ACK [next_url] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        [last_To:]
        Call-ID: [call_id]
        CSeq: 1 ACK
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
          <pause milliseconds="100"/>
          <send retrans="500"><![CDATA[
        INFO [next_url] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        [last_To:]
        Call-ID: [call_id]
        CSeq: 2 INFO
        Max-Forwards: 70
        Content-Type: application/dtmf-relay
        Content-Length: [len]

        Signal=5
        Duration=160
        ]]></send>
          <recv response="200"/>
          <send retrans="500"><![CDATA[
        BYE [next_url] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
        [last_To:]
        Call-ID: [call_id]
        CSeq: 3 BYE
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
          <recv response="200"/>
        </scenario>
        """;

    [Theory]
    [InlineData(SippTransport.Udp)]
    [InlineData(SippTransport.Tcp)]
    public async Task Normal_calls_succeed_and_leave_no_dialog(SippTransport transport)
    {
        EchoApp app = new();
        SipTransportKind kind = transport == SippTransport.Udp ? SipTransportKind.Udp : SipTransportKind.Tcp;
        SipEndpointOptions options = new() { Listen = [new SipListen(kind, new IPEndPoint(IPAddress.Loopback, 0))] };
        await using SipEndpoint endpoint = new(options, app, app);
        await endpoint.StartAsync(TestContext.Current.CancellationToken);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xml");
        await File.WriteAllTextAsync(file, Scenario.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        try
        {
            SippResult result = await SippRun.PlayAsync(new SippOptions
            {
                Scenario = file,
                Target = endpoint.Bound[0].EndPoint.ToString(),
                Transport = transport,
                Calls = 50,
                CallsPerSecond = 50,
            });
            Assert.True(result.Succeeded, result.ToString());
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(50, app.Ends.Count);
        Assert.Equal(0, endpoint.Counters.Dialogs);
        Assert.Empty(app.Faults);
    }
}
