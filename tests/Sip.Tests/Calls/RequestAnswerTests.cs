using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>What each request gets outside and inside dialogs (profile §2.5).</summary>
[Trait("Req", "ANS")]
[Trait("Req", "OPT")]
public sealed class RequestAnswerTests : CallTest
{
    private const string Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, NOTIFY";

    [Theory]
    [InlineData("REGISTER", 405)]
    [InlineData("PUBLISH", 405)]
    [InlineData("MESSAGE", 405)]
    [InlineData("REFER", 405)]
    [InlineData("NEWMETHOD", 501)]
    [Trait("Req", "DLG13")]
    public void Methods_that_are_not_served_get_405_or_501_with_Allow(string method, int status)
    {
        Phone.Send(method);
        Network.Run(0.1);
        Assert.Equal((status, Allow), (Phone.Final(method).StatusCode, Phone.Final(method).Headers["Allow"]));
    }

    [Theory]
    [Trait("Req", "DLG2")]
    [InlineData("BYE", 481)]
    [InlineData("INFO", 481)]
    [InlineData("UPDATE", 481)]
    [InlineData("PRACK", 481)]
    [InlineData("NOTIFY", 489)]
    [InlineData("SUBSCRIBE", 489)]
    public void Requests_of_a_dialog_that_is_not_there_are_refused(string method, int status)
    {
        Phone.Send(method);
        Network.Run(0.1);
        Assert.Equal(status, Phone.Final(method).StatusCode);
    }

    [Theory]
    [Trait("Req", "DLG2")]
    [InlineData("INVITE")]
    [InlineData("BYE")]
    [InlineData("OPTIONS")]
    [InlineData("NOTIFY")]
    public void A_To_tag_of_no_dialog_gets_481(string method)
    {
        Phone.Send(method, static request => request.Headers.Set("To", "<sip:room@192.0.2.1>;tag=gone"));
        Network.Run(0.1);
        Assert.Equal(481, Phone.Final(method).StatusCode);
    }

    [Fact]
    [Trait("Req", "DLG2")]
    public void An_ACK_of_no_dialog_is_dropped_and_counted()
    {
        SipRequest ack = Phone.NewRequest("ACK", null);
        ack.Headers.Set("To", "<sip:room@192.0.2.1>;tag=gone");
        Phone.SendRaw(ack);
        Network.Run(0.1);
        Assert.Empty(Phone.Arrived);
        Assert.Equal(1, Bridge.Counters.DropsOf(SipDropReason.StrayAck));
    }

    [Theory]
    [Trait("Req", "DLG13")]
    [InlineData("REFER", 603)]
    [InlineData("MESSAGE", 405)]
    [InlineData("NEWMETHOD", 501)]
    [InlineData("PRACK", 481)]
    [InlineData("NOTIFY", 489)]
    [InlineData("SUBSCRIBE", 489)]
    [InlineData("OPTIONS", 200)]
    public void Within_a_call_other_requests_are_answered_and_the_call_goes_on(string method, int status)
    {
        AppCall call = Establish();
        Phone.SendInDialog(method);
        Network.Run(0.1);
        Assert.Equal(status, Phone.Final(method).StatusCode);
        Assert.Equal(["confirmed"], call.Heard);
    }

    [Fact]
    public void INFO_gets_200_and_its_body_reaches_the_application()
    {
        AppCall call = Establish();
        Phone.SendInDialog("INFO", "Signal=5\r\nDuration=160\r\n", "application/dtmf-relay");
        Network.Run(0.1);
        Assert.Equal(200, Phone.Final("INFO").StatusCode);
        Assert.Equal(("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"), call.Info);
    }

    [Fact]
    [Trait("Req", "DLG2")]
    public void A_CSeq_lower_than_the_last_gets_500_and_gaps_are_allowed()
    {
        Establish();
        Phone.SendInDialog("INFO", change: static info => info.Headers.Set("CSeq", "900 INFO"));
        Network.Run(0.1);
        Assert.Equal(200, Phone.Final("INFO").StatusCode);
        Phone.SendInDialog("OPTIONS", change: static options => options.Headers.Set("CSeq", "899 OPTIONS"));
        Network.Run(0.1);
        Assert.Equal(500, Phone.Final("OPTIONS").StatusCode);
        Phone.SendInDialog("BYE", change: static bye => bye.Headers.Set("CSeq", "4294967295 BYE"));
        Network.Run(0.1);
        Assert.Equal(200, Phone.Final("BYE").StatusCode);
    }

    [Theory]
    [Trait("Req", "DLG10")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void Required_options_that_we_do_not_know_get_420_with_their_names(string method)
    {
        Phone.Send(method, static request => request.Headers.Add("Require", "precondition, 100rel, join"));
        Network.Run(0.1);
        Assert.Equal(420, Phone.Final(method).StatusCode);
        Assert.Equal(["precondition", "join"], Phone.Final(method).Headers.GetAll("Unsupported"));
    }

    [Theory]
    [InlineData("sip:room@192.0.2.1")]
    [InlineData("sip:nobody-knows-this@192.0.2.1")]
    [InlineData("sip:192.0.2.1")]
    public void OPTIONS_gets_200_with_all_we_can_for_any_user(string uri)
    {
        Assert.True(SipUri.TryParse(uri, out SipUri target));
        Phone.Send("OPTIONS", request => request.Uri = target);
        Network.Run(0.1);
        SipResponse ok = Phone.Final("OPTIONS");
        Assert.Equal((200, Allow, "timer, 100rel, replaces"), (ok.StatusCode, ok.Headers["Allow"], ok.Headers["Supported"]));
        Assert.Contains("application/sdp", ok.Headers.GetAll("Accept"));
        Assert.Equal(("identity", "en"), (ok.Headers["Accept-Encoding"], ok.Headers["Accept-Language"]));
        Assert.NotNull(ok.To.Tag);
    }

    [Theory]
    [InlineData("text/nobodyKnowsThis", 406)]
    [InlineData("", 406)]
    [InlineData("application/sdp;level=1, text/plain", 200)]
    [InlineData("*/*", 200)]
    [InlineData("application/*", 200)]
    public void An_INVITE_whose_Accept_leaves_out_SDP_gets_406(string accept, int status)
    {
        Phone.Invite(Descriptions.Theirs, invite => invite.Headers.Add("Accept", accept));
        Network.Run(0.1);
        Assert.Equal(status, Phone.Final("INVITE").StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, App.Calls.Count);
    }

    [Theory]
    [InlineData("text/html", "<p>", "Accept", 415)]
    [InlineData("application/sdp", "not sdp", null, 400)]
    public void An_INVITE_with_another_or_a_broken_body_is_refused(string type, string body, string? header, int status)
    {
        Phone.Invite(null, invite => invite.SetBody(type, System.Text.Encoding.ASCII.GetBytes(body)));
        Network.Run(0.1);
        SipResponse refusal = Phone.Final("INVITE");
        Assert.Equal(status, refusal.StatusCode);
        Assert.True(header is null || refusal.Headers.Contains(header));
        Assert.Empty(App.Calls);
    }

    [Fact]
    public void SDP_beside_other_parts_is_used()
    {
        string body = "--b\r\nContent-Type: application/isup;version=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x02\r\n"
            + $"--b\r\nContent-Type: application/sdp\r\n\r\n{Descriptions.Theirs}\r\n--b--\r\n";
        Phone.Invite(null, invite => invite.SetBody("multipart/mixed;boundary=b", System.Text.Encoding.ASCII.GetBytes(body)));
        Network.Run(0.1);
        Assert.Equal(200, Phone.Final("INVITE").StatusCode);
        Assert.NotNull(App.Only.Call.Offer);
    }

    [Theory]
    [InlineData(null, "<sip:caller@192.0.2.9>;tag=t", 200)]     // RFC 2543: From stands for the Contact
    [InlineData(null, "<tel:+33123456789>;tag=t", 400)]
    [InlineData("<tel:+33123456789>", "<sip:caller@192.0.2.9>;tag=t", 400)]
    public void An_INVITE_must_say_by_a_SIP_URI_where_requests_go(string? contact, string from, int status)
    {
        Phone.Invite(Descriptions.Theirs, invite =>
        {
            invite.Headers.Set("From", from);
            invite.Headers.Remove("Contact");
            if (contact is not null)
            {
                invite.Headers.Add("Contact", contact);
            }
        });
        Network.Run(0.1);
        Assert.Equal(status, Phone.Final("INVITE").StatusCode);
    }

    [Theory]
    [InlineData("INVITE sip:room@192.0.2.1 SIP/7.0", "1 INVITE", 505)]
    [InlineData("OPTIONS nobody:knows@192.0.2.1 SIP/2.0", "1 OPTIONS", 416)]
    [InlineData("OPTIONS sip:room@192.0.2.1 SIP/2.0", "1 INVITE", 400)]
    [Trait("Req", "MSG8")]
    public void A_malformed_request_that_can_be_answered_gets_the_status_of_its_fault(string line, string cseq, int status)
    {
        Phone.SendRaw($"{line}\r\nVia: SIP/2.0/UDP {Phone.Address};branch=z9hG4bKbad\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
            + $"Call-ID: bad\r\nMax-Forwards: 70\r\nCSeq: {cseq}\r\nContent-Length: 0\r\n\r\n");
        Network.RunToEnd();
        Assert.Single(Phone.Responses(status));
        Assert.Single(Phone.Arrived);
    }

    [Theory]
    [Trait("Req", "MSG8")]
    [InlineData("hello", SipDropReason.NotSip)]
    [InlineData("SIP/2.0 2000 OK\r\nCall-ID: x\r\n\r\n", SipDropReason.MalformedResponse)]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\nCall-ID: x\r\n\r\n", SipDropReason.MalformedRequest)]
    public void What_cannot_be_answered_is_dropped_and_counted(string text, SipDropReason reason)
    {
        Phone.SendRaw(text);
        Network.Run(1);
        Assert.Empty(Phone.Arrived);
        Assert.Equal([reason], App.Drops);
        Assert.Equal(1, Bridge.Counters.DropsOf(reason));
    }

    [Theory]
    [InlineData("", SipDropReason.StrayResponse)]
    [InlineData(", SIP/2.0/UDP 192.0.2.200;branch=z9hG4bKx", SipDropReason.ForeignResponse)]
    public void An_answer_to_nothing_and_one_with_a_second_Via_are_dropped(string more, SipDropReason reason)
    {
        SipResponse response = SipResponse.For(Phone.NewRequest("OPTIONS", null), 200, toTag: "x");
        response.Headers.Set("Via", response.Headers["Via"] + more);
        Phone.SendRaw(response);
        Network.Run(1);
        Assert.Equal([reason], App.Drops);
    }
}
