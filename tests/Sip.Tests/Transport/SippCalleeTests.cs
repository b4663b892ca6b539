using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Calls of ours to SIPp, a peer that others wrote: challenge, reliable 183, answer, BYE.</summary>
[Trait("Category", "Interop")]
public sealed class SippCalleeTests
{
    private const int Calls = 20;

    private const string Scenario = """
        <?xml version="1.0" encoding="UTF-8"?>
        <scenario name="callee with challenge and reliable early media">
          <recv request="INVITE" crlf="true"/>
          <send><![CDATA[
        SIP/2.0 401 Unauthorized
        [last_Via:]
        [last_From:]
        [last_To:];tag=c[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        WWW-Authenticate: Digest realm="sipp", nonce="0123456789", qop="auth", algorithm=MD5
        Content-Length: 0

        ]]></send>
          <recv request="ACK"/>
          <recv request="INVITE">
            <action>
              <ereg regexp="username=.bridge.,.*nonce=.0123456789.,.*response=" search_in="hdr" header="Authorization:" check_it="true" assign_to="1"/>
              <ereg regexp=".*" search_in="hdr" header="Via:" check_it="true" assign_to="4"/>
              <verifyauth assign_to="2" username="bridge" password="secret"/>
            </action>
          </recv>
          <nop condexec="2" condexec_inverse="true"><action><error message="The digest is wrong"/></action></nop>
          <send><![CDATA[
        SIP/2.0 183 Session Progress
        [last_Via:]
        [last_From:]
        [last_To:];tag=d[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Require: 100rel
        RSeq: 5
        Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=- 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [local_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8
        ]]></send>
          <recv request="PRACK">
            <action><ereg regexp="5 2 INVITE" search_in="hdr" header="RAck:" check_it="true" assign_to="3"/></action>
          </recv>
          <send><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

        ]]></send>
          <pause milliseconds="50"/>
          <send retrans="500"><![CDATA[
        SIP/2.0 200 OK
        Via: [$4]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        CSeq: 2 INVITE
        Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
        Content-Length: 0

        ]]></send>
          <recv request="ACK"/>
          <recv request="BYE"/>
          <send><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

        ]]></send>
          <Reference variables="1,3"/>
        </scenario>
        """;

    [Theory]
    [Trait("Req", "TRX6")]
    [Trait("Req", "DLG9")]
    [Trait("Req", "AUC")]
    [InlineData(SippTransport.Udp)]
    [InlineData(SippTransport.Tcp)]
    public async Task A_callee_that_challenges_and_sends_early_media_is_called_and_hung_up(SippTransport transport)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        EchoApp app = new();
        SipTransportKind kind = transport == SippTransport.Udp ? SipTransportKind.Udp : SipTransportKind.Tcp;
        await using SipEndpoint endpoint = new(new SipEndpointOptions { Listen = [new SipListen(kind, new IPEndPoint(IPAddress.Loopback, 0))] }, app, app);
        await endpoint.StartAsync(cancel);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xml");
        await File.WriteAllTextAsync(file, Scenario.ReplaceLineEndings("\n"), cancel);
        try
        {
            await using SippRun sipp = SippRun.Start(new SippOptions
            {
                Scenario = file,
                Target = endpoint.Bound[0].EndPoint.ToString(),
                Transport = transport,
                Calls = Calls,
            });
            IPEndPoint callee = new(IPAddress.Loopback, sipp.Port);
            if (kind == SipTransportKind.Tcp)
            {
                await WaitForListenerAsync(callee, cancel);
            }

            CallerEvents[] calls = [.. Enumerable.Range(0, Calls).Select(_ => new CallerEvents())];
            foreach (CallerEvents events in calls)
            {
                endpoint.Call(OptionsFor(endpoint.FlowTo(kind, callee)!.Value), events);
            }

            SippResult result = await sipp.FinishAsync();
            Assert.True(result.Succeeded, result.ToString());
            foreach (CallerEvents events in calls)
            {
                SipCallEnd end = await events.Ended.Task.WaitAsync(TimeSpan.FromSeconds(10), cancel);
                Assert.Equal(SipCallEndKind.LocalHangUp, end.Kind);
                Assert.Equal(["183", "answer", "confirmed"], events.Heard);
            }
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Empty(app.Faults);
    }

    private static SipOutgoingCallOptions OptionsFor(SipFlow flow) => new()
    {
        Target = new SipUri { Scheme = "sip", User = "service", Host = "127.0.0.1", Port = flow.Remote.Port },
        From = new SipNameAddress(new SipUri { Scheme = "sip", User = "+33199009999", Host = "127.0.0.1" }),
        Flow = flow,
        Offer = Descriptions.Ours,
        Credentials = new DigestCredentials("bridge", "secret"),
    };

    private static async Task WaitForListenerAsync(IPEndPoint address, CancellationToken cancel)
    {
        while (true)
        {
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(address, cancel);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancel);
            }
        }
    }

    /// <summary>Hangs up once it is answered.</summary>
    private sealed class CallerEvents : ISipCallEvents
    {
        public List<string> Heard { get; } = [];

        public TaskCompletionSource<SipCallEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnProgress(SipCall call, SipProgress progress) => Heard.Add(progress.Sdp is null ? "silence" : $"{progress.Status}");

        public void OnOffer(SipCall call, SdpSession? offer) => Heard.Add("offer");

        public void OnAnswer(SipCall call, SdpSession answer) => Heard.Add("answer");

        public void OnConfirmed(SipCall call)
        {
            Heard.Add("confirmed");
            call.HangUp(SipHangUp.Normal);
        }

        public void OnInfo(SipCall call, string contentType, ReadOnlyMemory<byte> body) => Heard.Add("info");

        public void OnEnded(SipCall call, SipCallEnd end) => Ended.TrySetResult(end);
    }
}
