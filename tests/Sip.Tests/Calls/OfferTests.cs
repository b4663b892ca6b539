using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Offers within a call: hold, refresh, crossing, failure (RFC 3261 §14, RFC 3311, RFC 3264 §8).</summary>
public sealed class OfferTests : CallTest
{
    [Theory]
    [Trait("Req", "DLG7")]
    [Trait("Req", "DLG5")]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void Hold_and_resume_reach_the_application_and_are_answered(string method)
    {
        AppCall call = Establish();
        List<SdpDirection> asked = [];
        App.OnOffer = (one, offer) =>
        {
            asked.Add(offer!.DirectionOf(offer.Media[0]));
            one.Call.AnswerOffer(Descriptions.Ours);
        };
        foreach (string sdp in (string[])[Descriptions.Hold, Descriptions.Theirs])
        {
            Phone.SendInDialog(method, sdp);
            Network.Run(1);
            Assert.Equal(200, Phone.Final(method).StatusCode);
            Assert.NotNull(SdpBody.Read(Phone.Final(method)).Session);
            Assert.NotNull(Phone.Final(method).Contact);
        }

        Assert.Equal([SdpDirection.SendOnly, SdpDirection.SendReceive], asked);
        Assert.Equal(["confirmed", "offer", "offer"], call.Heard);
        Network.Run(60 * 30);
        Assert.Null(call.End);
    }

    [Fact]
    [Trait("Req", "DLG6")]
    public void A_re_INVITE_without_SDP_gets_our_offer_and_its_ACK_brings_the_answer()
    {
        AppCall call = Establish();
        Phone.AckBody = Descriptions.Theirs;
        Phone.SendInDialog("INVITE");
        Network.Run(1);
        Assert.NotNull(SdpBody.Read(Phone.Final("INVITE")).Session);
        Assert.Equal(["confirmed", "offer wanted", "answer"], call.Heard);
    }

    [Fact]
    [Trait("Req", "DLG6")]
    public void A_re_INVITE_without_SDP_whose_ACK_brings_no_answer_ends_in_BYE()
    {
        AppCall call = Establish();
        Phone.SendInDialog("INVITE");
        Network.Run(1);
        Assert.Equal(SipCallEndKind.AnswerMissing, call.End?.Kind);
        Assert.Single(Phone.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "DLG5")]
    public void A_refused_offer_leaves_call_and_target_as_they_were()
    {
        AppCall call = Establish();
        App.OnOffer = static (one, _) => one.Call.RefuseOffer(488, "304 192.0.2.1 \"Media type not available\"");
        Phone.SendInDialog("INVITE", Descriptions.Hold, change: static invite =>
            invite.Headers.Set("Contact", "<sip:elsewhere@192.0.2.99:5099>"));
        Network.Run(1);
        SipResponse refusal = Phone.Final("INVITE");
        Assert.Equal((488, "304 192.0.2.1 \"Media type not available\""), (refusal.StatusCode, refusal.Headers["Warning"]));
        Do(static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Single(Phone.Requests("BYE"));
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
    }

    [Theory]
    [Trait("Req", "DLG1")]
    [InlineData("INVITE", true)]
    [InlineData("UPDATE", true)]
    [InlineData("UPDATE", false)]
    public void A_new_Contact_moves_the_target_of_our_requests(string method, bool hasSdp)
    {
        Establish();
        SimulatedPhone moved = NewPhone();
        Phone.SendInDialog(method, hasSdp ? Descriptions.Theirs : null, change: request => request.Headers.Set("Contact", moved.Contact));
        Network.Run(1);
        Do(static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Empty(Phone.Requests("BYE"));
        Assert.Single(moved.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void A_second_INVITE_before_the_answer_to_the_first_gets_500_with_Retry_After_never_491()
    {
        Establish();
        App.OnOffer = static (_, _) => { };
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        Phone.SendInDialog("INVITE", Descriptions.Theirs);
        Phone.SendInDialog("UPDATE", Descriptions.Theirs);
        Network.Run(0.1);
        Assert.Equal((500, 500), (Phone.Final("INVITE").StatusCode, Phone.Final("UPDATE").StatusCode));
        Assert.InRange(int.Parse(Phone.Final("INVITE").Headers["Retry-After"]!, null), 0, 10);
        Assert.Empty(Phone.Responses(491));
        Do(static one => one.AnswerOffer(Descriptions.Ours));
        Network.Run(1);
        Assert.Equal(2, Phone.Responses(200).Count(static ok => ok.CSeq.Method == "INVITE"));
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void An_UPDATE_with_an_offer_before_the_call_is_answered_gets_500()
    {
        App.OnCall = static call => call.Call.Ring();
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        foreach ((int cseq, string? sdp, int expected) in (List<(int, string?, int)>)[(2, Descriptions.Hold, 500), (3, null, 200)])
        {
            SipRequest update = Phone.NewRequest("UPDATE", sdp);
            update.Headers.Set("CSeq", $"{cseq} UPDATE");
            update.Headers.Set("To", Phone.Responses(180).Single().Headers["To"]!);
            Phone.SendRaw(update);
            Network.Run(0.1);
            Assert.Single(Phone.Responses(expected));
        }
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void While_our_offer_waits_for_its_ACK_an_INVITE_gets_491()
    {
        Establish();
        Phone.AckBody = Descriptions.Theirs;
        Phone.IgnoredOks = 3;
        Phone.SendInDialog("INVITE");
        Network.Run(0.1);
        Phone.SendInDialog("INVITE", Descriptions.Theirs);
        Network.Run(0.2);
        Assert.Single(Phone.Responses(491));
        Network.Run(5);
        Assert.Equal("answer", App.Only.Heard[^1]);
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void A_re_INVITE_that_overtakes_the_ACK_of_the_first_is_not_refused()
    {
        Phone.IgnoredOks = 1;
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(2);
        Assert.Equal(3, Phone.Responses(200).Count());
        Assert.Equal(["offer", "confirmed"], App.Only.Heard.Order().Reverse());
    }

    [Fact]
    [Trait("Req", "DLG5")]
    public void An_offer_that_the_application_leaves_unanswered_is_refused_for_it()
    {
        AppCall call = Establish();
        App.OnOffer = static (_, _) => { };
        Phone.SendInDialog("UPDATE", Descriptions.Hold);
        Network.Run(11);
        Assert.Equal(500, Phone.Final("UPDATE").StatusCode);
        Assert.Equal("offer withdrawn", call.Heard[^1]);
        Assert.Null(call.End);
    }

    [Fact]
    public void Our_offer_goes_out_as_re_INVITE_and_its_200_is_acknowledged_each_time()
    {
        AppCall call = Establish();
        Do(static one => one.SendOffer(Descriptions.Ours));
        Network.Run(1);
        SipRequest invite = Assert.Single(Phone.Requests("INVITE"));
        Assert.NotNull(SdpBody.Read(invite).Session);
        Assert.Equal("answer", call.Heard[^1]);

        SipResponse repeated = SipResponse.For(invite, 200, toTag: Phone.Tag);
        repeated.Headers.Add("Contact", Phone.Contact);
        Phone.SendRaw(repeated);
        Network.Run(1);
        SipRequest[] acks = [.. Phone.Requests("ACK")];
        Assert.Equal(2, acks.Length);
        Assert.NotEqual(invite.TopVia.Branch, acks[0].TopVia.Branch);
        Assert.Equal(invite.CSeq.Number, acks[0].CSeq.Number);
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void After_491_our_offer_is_sent_again_within_2_s_and_the_peers_goes_through_meanwhile()
    {
        AppCall call = Establish();
        Phone.Answers.Enqueue(491);
        Do(static one => one.SendOffer(Descriptions.Ours));
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.005);
        Network.Run(2.5);
        Assert.Equal(491, Phone.Final("INVITE").StatusCode);     // the peer met our open offer …
        Assert.Equal(2, Phone.Requests("INVITE").Count());      // … and so did we, and tried again
        Assert.Equal("answer", call.Heard[^1]);
    }

    [Theory]
    [Trait("Req", "DLG5")]
    [InlineData(488, false)]
    [InlineData(408, true)]
    [InlineData(481, true)]
    [InlineData(0, true)]
    public void A_failing_offer_of_ours_leaves_the_session_unless_the_peer_is_gone(int status, bool isEnd)
    {
        AppCall call = Establish();
        Phone.Answers.Enqueue(status);
        Do(static one => one.SendOffer(Descriptions.Ours));
        Network.Run(33);
        Assert.Equal(isEnd, call.End is { Kind: SipCallEndKind.PeerGone });
        Assert.Equal(isEnd ? null : status, call.OfferFailedWith);
        Assert.Equal(isEnd ? 1 : 0, Phone.Requests("BYE").Count());
    }

    [Fact]
    public void Our_offer_waits_until_the_peers_is_answered()
    {
        Establish();
        App.OnOffer = static (_, _) => { };
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        Do(static one => one.SendOffer(Descriptions.Ours));
        Network.Run(1);
        Assert.Empty(Phone.Requests("INVITE"));
        Do(static one => one.AnswerOffer(Descriptions.Ours));
        Network.Run(1);
        Assert.Single(Phone.Requests("INVITE"));
    }

    [Theory]
    [Trait("Req", "DLG5")]
    [InlineData("application/sdp", "v=0\r\nm=audio", 400)]
    [InlineData("text/html", "<p>", 415)]
    public void A_re_INVITE_with_a_body_that_is_no_offer_is_refused_and_the_call_goes_on(string type, string body, int status)
    {
        AppCall call = Establish();
        Phone.SendInDialog("INVITE", body, type);
        Network.Run(1);
        Assert.Equal(status, Phone.Final("INVITE").StatusCode);
        Assert.Equal(["confirmed"], call.Heard);
    }
}
