using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

public sealed class CallSetUpTests : CallTest
{
    [Fact]
    [Trait("Req", "TRX2")]
    public void A_call_gets_100_at_once_then_180_then_200_with_the_answer()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Assert.Equal([100], Phone.Arrived.Select(static item => ((SipResponse)item.Message).StatusCode));

        Do(static call => call.Ring());
        Network.Run(0.1);
        SipResponse ringing = Assert.Single(Phone.Responses(180));
        Assert.NotNull(ringing.To.Tag);
        Assert.NotNull(ringing.Contact);

        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        SipResponse ok = Assert.Single(Phone.Responses(200));
        Assert.Equal(ringing.To.Tag, ok.To.Tag);
        Assert.Equal("<sip:192.0.2.1:5060>", ok.Headers["Contact"]);
        Assert.Contains("UPDATE", ok.Allow);
        Assert.True(SdpBody.Read(ok).Session is { Media.Count: 1 });
        Assert.Equal(["confirmed"], App.Only.Heard);
        Assert.NotNull(App.Only.Call.Offer);
    }

    [Fact]
    [Trait("Req", "TRX2")]
    public void A_repeated_INVITE_makes_no_second_call_and_gets_the_last_answer_again()
    {
        App.OnCall = static call => call.Call.Ring();
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.SendRaw(Phone.Invitation!.Request);
        Phone.SendRaw(Phone.Invitation!.Request);
        Network.Run(0.1);
        Assert.Single(App.Calls);
        Assert.Equal(3, Phone.Responses(180).Count());
    }

    [Theory]
    [Trait("Req", "TRX3")]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public void A_200_is_repeated_until_the_ACK_on_TCP_too(SipTransportKind transport)
    {
        SimulatedPhone phone = NewPhone(transport);
        phone.IgnoredOks = 3;
        phone.Invite(Descriptions.Theirs);
        Network.Run(5);
        double[] at = [.. phone.Arrived.Where(static item => item.Message is SipResponse { StatusCode: 200 })
            .Select(item => (item.At - phone.Arrived[0].At).TotalMilliseconds)];
        Assert.Equal([0, 500, 1500, 3500], at);
        Assert.Equal(["confirmed"], App.Only.Heard);
    }

    [Theory]
    [Trait("Req", "TRX3")]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public void Without_any_ACK_the_call_ends_after_32_s_with_a_BYE(SipTransportKind transport)
    {
        SimulatedPhone phone = NewPhone(transport);
        phone.IgnoredOks = 100;
        phone.Invite(Descriptions.Theirs);
        TimeSpan start = Network.Now;
        Network.Run(40);
        Assert.Equal(SipCallEndKind.NoAck, App.Only.End?.Kind);
        Assert.InRange((App.Only.EndedAt - start).TotalSeconds, 32, 32.1);
        SipRequest bye = Assert.Single(phone.Requests("BYE"));
        Assert.Contains("Q.850;cause=102", bye.Headers["Reason"], StringComparison.Ordinal);
        Assert.Equal(11, phone.Responses(200).Count());
    }

    [Fact]
    [Trait("Req", "TRX7")]
    public void A_lost_ACK_is_made_good_by_the_ACK_to_the_repeated_200()
    {
        Phone.IgnoredOks = 1;
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.2);
        Assert.Empty(App.Only.Heard);
        Network.Run(1);
        Assert.Equal(["confirmed"], App.Only.Heard);
        Phone.Ack(1);
        Network.Run(1);
        Assert.Equal(["confirmed"], App.Only.Heard);
    }

    [Fact]
    public void A_refusal_carries_its_headers_and_ends_the_call()
    {
        App.OnCall = static call => call.Call.Reject(486, "Full House", [("Retry-After", "9")]);
        Phone.Invite(Descriptions.Theirs);
        Network.Run(1);
        SipResponse busy = Phone.Final("INVITE");
        Assert.Equal((486, "Full House", "9"), (busy.StatusCode, busy.ReasonPhrase, busy.Headers["Retry-After"]));
        Assert.Equal(SipCallEndKind.Rejected, App.Only.End?.Kind);
        Network.RunToEnd();
        Assert.Single(Phone.Responses(486));
    }

    [Fact]
    public void An_application_that_never_answers_is_answered_for_with_480()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(181);
        Assert.Equal(480, Phone.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.NotAnswered, App.Only.End?.Kind);
    }

    [Fact]
    [Trait("Req", "DLG6")]
    public void A_late_offer_goes_out_in_the_200_and_its_answer_comes_in_the_ACK()
    {
        Phone.AckBody = Descriptions.Theirs;
        Phone.Invite(sdp: null);
        Network.Run(1);
        Assert.Null(App.Only.Call.Offer);
        Assert.Equal(["answer", "confirmed"], App.Only.Heard);
        Assert.Equal(30_000, App.Only.LastAnswer!.Media[0].Port);
    }

    [Theory]
    [Trait("Req", "DLG6")]
    [InlineData(null)]
    [InlineData("no session description")]
    public void A_late_offer_whose_ACK_brings_no_answer_ends_in_BYE(string? body)
    {
        Phone.AckBody = body;
        Phone.Invite(sdp: null);
        Network.Run(1);
        Assert.Equal(SipCallEndKind.AnswerMissing, App.Only.End?.Kind);
        Assert.Single(Phone.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "TRX5")]
    public void The_same_INVITE_by_another_way_gets_482()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        SipRequest fork = Phone.NewRequest("INVITE", Descriptions.Theirs);
        Phone.SendRaw(fork);
        Network.Run(0.1);
        Assert.Single(Phone.Responses(482));
        Assert.Single(App.Calls);
    }

    [Fact]
    [Trait("Req", "TRX5")]
    public void Max_Forwards_0_and_its_absence_are_answered_normally()
    {
        Phone.Invite(Descriptions.Theirs, static invite => invite.Headers.Set("Max-Forwards", "0"));
        SimulatedPhone other = NewPhone();
        other.Invite(Descriptions.Theirs, static invite => invite.Headers.Remove("Max-Forwards"));
        Network.Run(1);
        Assert.Equal((200, 200), (Phone.Final("INVITE").StatusCode, other.Final("INVITE").StatusCode));
    }

    [Fact]
    [Trait("Req", "TRX1")]
    public void A_caller_of_RFC_2543_without_branch_and_tag_is_served()
    {
        App.OnCall = static call => call.Call.Ring();
        const string Head = "Via: SIP/2.0/UDP 192.0.2.9:5999\r\nFrom: <sip:old@192.0.2.9>\r\nCall-ID: old\r\nContact: <sip:old@192.0.2.9:5999>\r\n";
        SimulatedPhone old = new(Network, port: 5999);
        string invite = $"INVITE sip:room@192.0.2.1 SIP/2.0\r\n{Head}To: <sip:room@192.0.2.1>\r\nCSeq: 1 INVITE\r\n\r\n";
        old.SendRaw(invite);
        old.SendRaw(invite);
        Network.Run(0.1);
        Assert.Single(App.Calls);
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(0.1);
        string to = old.Responses(200).First().Headers["To"]!;
        old.SendRaw($"ACK sip:192.0.2.1 SIP/2.0\r\n{Head}To: {to}\r\nCSeq: 1 ACK\r\nContent-Type: application/sdp\r\n\r\n{Descriptions.Theirs}");
        Network.Run(0.1);
        Assert.Equal(["answer", "confirmed"], App.Only.Heard);
        old.SendRaw($"BYE sip:192.0.2.1 SIP/2.0\r\n{Head}To: {to}\r\nCSeq: 2 BYE\r\n\r\n");
        Network.Run(0.1);
        Assert.Equal(SipCallEndKind.RemoteHangUp, App.Only.End?.Kind);
    }

    [Fact]
    [Trait("Req", "DLG1")]
    public void Record_Route_comes_back_in_order_in_180_and_200()
    {
        App.OnCall = static call =>
        {
            call.Call.Ring();
            call.Call.Accept(Descriptions.Ours);
        };
        Phone.Invite(Descriptions.Theirs, static invite =>
        {
            invite.Headers.Add("Record-Route", "<sip:p2.example;lr>, <sip:p1.example;lr>");
            invite.Headers.Add("Record-Route", "<sip:p0.example;lr>");
        });
        Network.Run(1);
        string[] expected = ["<sip:p2.example;lr>", "<sip:p1.example;lr>", "<sip:p0.example;lr>"];
        Assert.Equal(expected, Phone.Responses(180).Single().Headers.GetAll("Record-Route"));
        Assert.Equal(expected, Phone.Responses(200).Single().Headers.GetAll("Record-Route"));
    }

    [Fact]
    [Trait("Req", "TRX3")]
    public void An_answer_that_cannot_be_sent_ends_the_call()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Bridge.Agent.Outbox.TryTake(out _);
        App.Only.Call.Ring();
        Bridge.Agent.RunCommands(Network.Now);
        Assert.True(Bridge.Agent.Outbox.TryTake(out Sip.Transactions.SipOutgoing ringing));
        Bridge.Agent.OnTransportFailure(ringing.Owner!, Network.Now);
        Assert.Equal(SipCallEndKind.TransportFailed, App.Only.End?.Kind);
    }
}
