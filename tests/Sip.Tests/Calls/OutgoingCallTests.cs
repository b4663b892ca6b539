using System.Net;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Calls that we place: set-up, early media, refusals and what is tried again after them (RFC 3261 §8.1.3, §13.2).</summary>
public sealed class OutgoingCallTests : OutgoingCallTest
{
    private static readonly SipNameAddress Route = Address("<sip:192.0.2.7;lr>");
    private static readonly SipNameAddress Identity = Address("<tel:+33199009999>");

    [Fact]
    [Trait("Req", "TRX6")]
    public void The_INVITE_says_who_calls_what_we_can_and_what_we_offer()
    {
        Dial(static options => options with
        {
            Routes = [Route],
            AssertedIdentity = Identity,
            PreferredIdentity = Identity,
            IsAnonymous = true,
            ContactUser = "0033199009999",
            SessionInterval = TimeSpan.FromSeconds(1800),
        });
        SipRequest invite = Assert.Single(Callee.Requests("INVITE"));
        Assert.Equal("sip:+33199001234@192.0.2.7:5060", invite.Uri.ToString());
        Assert.Equal("<sip:+33199001234@192.0.2.7:5060>", invite.Headers["To"]);
        Assert.StartsWith("<sip:+33199009999@192.0.2.1>;tag=", invite.Headers["From"], StringComparison.Ordinal);
        Assert.Equal("<sip:0033199009999@192.0.2.1:5060>", invite.Headers["Contact"]);
        Assert.Equal(
            ("<sip:192.0.2.7;lr>", "<tel:+33199009999>", "<tel:+33199009999>", "id", "70"),
            (invite.Headers["Route"], invite.Headers["P-Asserted-Identity"], invite.Headers["P-Preferred-Identity"], invite.Headers["Privacy"], invite.Headers["Max-Forwards"]));
        Assert.Equal(("1800", "90", "timer, 100rel, replaces"), (invite.Headers["Session-Expires"], invite.Headers["Min-SE"], invite.Headers["Supported"]));
        Assert.Equal(Descriptions.Ours.ToBytes().ToArray(), invite.Body.ToArray());
        Assert.Contains("PRACK", invite.Allow);
    }

    [Fact]
    [Trait("Req", "TRX6")]
    [Trait("Req", "DLG11")]
    public void It_rings_is_answered_and_ends_like_a_call_that_came_in()
    {
        AppCall call = Dial();
        Assert.True(call.Call.IsOutgoing);
        Answer(100, tag: "");
        Answer(180);
        Assert.Equal(["progress"], call.Heard);
        Assert.Equal(new SipProgress(180, "a", null), call.Progress[0]);
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Equal(["progress", "answer", "confirmed"], call.Heard);
        Assert.Equal(Descriptions.Theirs, call.LastAnswer?.ToString());
        SipRequest ack = Assert.Single(Callee.Requests("ACK"));
        Assert.Equal(("sip:a@192.0.2.7:5060", "1 ACK"), (ack.Uri.ToString(), ack.Headers["CSeq"]));
        Assert.NotEqual(Callee.Invite.TopVia.Branch, ack.TopVia.Branch);
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
        SipRequest bye = Assert.Single(Callee.Requests("BYE"));
        Assert.Equal(("sip:a@192.0.2.7:5060", "2 BYE"), (bye.Uri.ToString(), bye.Headers["CSeq"]));
        Assert.StartsWith("Q.850;cause=16", bye.Headers["Reason"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public void The_callee_hangs_up()
    {
        AppCall call = Establish();
        Callee.Ask("BYE", change: static bye => bye.Headers.Add("Reason", "Q.850;cause=16"));
        Network.Run(1);
        Assert.Equal(new SipCallEnd(SipCallEndKind.RemoteHangUp, 16), call.End);
        Assert.Equal(200, Assert.Single(Callee.Responses("BYE")).StatusCode);
    }

    [Fact]
    [Trait("Req", "TRX7")]
    public void Every_repeated_200_gets_the_same_ACK_again()
    {
        AppCall call = Establish();
        Answer(200, sdp: Descriptions.Theirs);
        Answer(200, sdp: Descriptions.Theirs);
        SipRequest[] acks = [.. Callee.Requests("ACK")];
        Assert.Equal(3, acks.Length);
        Assert.Single(acks.Select(static ack => ack.TopVia.Branch).Distinct());
        Assert.Equal(["answer", "confirmed"], call.Heard);
        Assert.Empty(Callee.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "DLG1")]
    public void Routes_are_the_Record_Route_of_the_200_reversed_whatever_a_180_said()
    {
        AppCall call = Dial();
        Answer(180, change: static ringing => ringing.Headers.Add("Record-Route", "<sip:192.0.2.50;lr>"));
        Answer(200, sdp: Descriptions.Theirs, change: static ok => ok.Headers.Add("Record-Route", "<sip:192.0.2.51;lr>, <sip:192.0.2.7;lr>"));
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(0.05);
        Assert.All(
            [.. Callee.Requests("ACK"), .. Callee.Requests("BYE")],
            static request => Assert.Equal(["<sip:192.0.2.7;lr>", "<sip:192.0.2.51;lr>"], request.Headers.GetAll("Route")));
        Assert.Single(Callee.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "DLG11")]
    public void Early_media_are_told_and_the_description_of_the_answer_comes_last()
    {
        AppCall call = Dial();
        Answer(183, sdp: Descriptions.Hold);
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Equal(["progress with sound", "answer", "confirmed"], call.Heard);
        Assert.Equal(Descriptions.Hold, call.Progress[0].Sdp?.ToString());
        Assert.Equal(Descriptions.Theirs, call.LastAnswer?.ToString());
    }

    [Fact]
    [Trait("Req", "DLG11")]
    public void A_200_without_description_after_early_media_means_theirs_and_without_any_the_call_ends()
    {
        AppCall kept = Dial();
        Answer(183, sdp: Descriptions.Theirs);
        Answer(200);
        Assert.Equal(Descriptions.Theirs, kept.LastAnswer?.ToString());

        AppCall silent = Dial();
        Answer(200);
        Network.Run(1);
        Assert.Equal(SipCallEndKind.AnswerMissing, silent.End?.Kind);
        Assert.Single(Callee.Requests("BYE"));
    }

    [Theory]
    [Trait("Req", "TRX6")]
    [InlineData(486, null, null)]
    [InlineData(503, "30", 30)]
    [InlineData(603, "later", null)]
    [InlineData(302, null, null)]       // not followed
    [InlineData(401, null, null)]       // no credentials
    [InlineData(422, null, null)]       // no timer asked for
    public void A_refusal_is_told_with_status_and_Retry_After(int status, string? retryAfter, int? seconds)
    {
        AppCall call = Dial();
        Answer(180);
        Callee.Reply(status, change: response =>
        {
            response.Headers.Add("Reason", "Q.850;cause=17");
            response.Headers.Add("Contact", "<sip:elsewhere@192.0.2.7>");
            if (retryAfter is not null)
            {
                response.Headers.Add("Retry-After", retryAfter);
            }
        });
        Network.Run(0.05);
        Assert.Equal((SipCallEndKind.Refused, status, 17), (call.End!.Value.Kind, call.End.Value.Status, call.End.Value.RemoteCause));
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, call.End.Value.RetryAfter);
        Assert.NotNull(call.End.Value.ReasonPhrase);
        SipRequest ack = Assert.Single(Callee.Requests("ACK"));
        Assert.Equal(Callee.Invite.TopVia.Branch, ack.TopVia.Branch);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public void Who_says_nothing_at_all_is_given_up_after_32_s()
    {
        AppCall call = Bridge.Call(SimulatedCallee.Address);
        TimeSpan start = Network.Now;
        Network.Run(40);
        Assert.Equal((SipCallEndKind.PeerGone, TimeSpan.FromSeconds(32)), (call.End!.Value.Kind, call.EndedAt - start));
        Assert.Empty(Callee.Requests("CANCEL"));
        Assert.Equal(7, Callee.Requests("INVITE").Count());
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public void What_rings_too_long_is_cancelled()
    {
        AppCall call = Dial(static options => options with { AnswerWithin = TimeSpan.FromSeconds(45) });
        Answer(180);
        Network.Run(44);
        Assert.Null(call.End);
        Network.Run(2);
        Assert.Equal(SipCallEndKind.NotAnswered, call.End?.Kind);
        Assert.Single(Callee.Requests("CANCEL"));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Theory]
    [Trait("Req", "AUC")]
    [InlineData(401, "WWW-Authenticate", "Authorization")]
    [InlineData(407, "Proxy-Authenticate", "Proxy-Authorization")]
    public void A_challenge_is_answered_in_the_INVITE_its_ACK_and_CANCEL_and_within_the_call(int status, string header, string answer)
    {
        AppCall call = Dial(static options => options with { Credentials = new DigestCredentials("bridge", "secret") });
        Answer(status, change: response => response.Headers.Add(header, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\""));
        SipRequest second = Callee.Invite;
        Assert.Equal((2u, true), (second.CSeq.Number, second.Headers[answer]?.Contains("nonce=\"n1\"", StringComparison.Ordinal)));
        Assert.Equal(Callee.Requests("INVITE").First().CallId, second.CallId);
        Answer(200, tag: "b", sdp: Descriptions.Theirs);
        Assert.Equal(["answer", "confirmed"], call.Heard);
        Assert.Equal(second.Headers[answer], Callee.Requests("ACK").Last().Headers[answer]);

        // The nonce is used on within the call, until it is refused.
        bool isRefused = true;
        Callee.Complete = (request, response) => response.Headers.Add(header, isRefused ? "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"" : "x");
        Callee.Statuses["BYE"] = status;
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(0.015);
        isRefused = false;
        Callee.Statuses["BYE"] = 200;
        Network.Run(1);
        SipRequest[] byes = [.. Callee.Requests("BYE")];
        Assert.Equal(2, byes.Length);
        Assert.Contains("nonce=\"n1\"", byes[0].Headers[answer], StringComparison.Ordinal);
        Assert.Contains("nonce=\"n2\"", byes[1].Headers[answer], StringComparison.Ordinal);
        Assert.Equal(byes[0].CSeq.Number + 1, byes[1].CSeq.Number);
        Assert.Equal(byes[0].Headers.GetAll("Reason"), byes[1].Headers.GetAll("Reason"));
    }

    [Fact]
    [Trait("Req", "AUC")]
    public void A_wrong_password_ends_the_call_and_a_CANCEL_carries_the_credentials()
    {
        AppCall wrong = Dial(static options => options with { Credentials = new DigestCredentials("bridge", "wrong") });
        Answer(407, change: static response => response.Headers.Add("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n1\""));
        Answer(407, change: static response => response.Headers.Add("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n2\""));
        Assert.Equal((SipCallEndKind.Refused, 407), (wrong.End!.Value.Kind, wrong.End.Value.Status));
        Assert.Equal(2, Callee.Requests("INVITE").Count());

        AppCall right = Dial(static options => options with { Credentials = new DigestCredentials("bridge", "right") });
        Answer(407, change: static response => response.Headers.Add("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n3\""));
        Answer(180);
        Do(right, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        SipRequest cancel = Assert.Single(Callee.Requests("CANCEL"));
        Assert.Equal(Callee.Invite.Headers["Proxy-Authorization"], cancel.Headers["Proxy-Authorization"]);
        Assert.Equal(Callee.Invite.TopVia.Branch, cancel.TopVia.Branch);
    }

    [Theory]
    [Trait("Req", "TRX6")]
    [InlineData(0, "192.0.2.7", 0)]             // not allowed
    [InlineData(2, "192.0.2.7", 2)]             // … or not as often
    [InlineData(5, "192.0.2.66", 0)]            // to somewhere else
    [InlineData(5, "192.0.2.7;maddr=192.0.2.66", 0)]
    public void Redirections_are_followed_within_the_trunk_as_often_as_allowed(int allowed, string host, int followed)
    {
        AppCall call = Dial(options => options with { MaxRedirections = allowed });
        for (int i = 0; call.End is null; i++)
        {
            Assert.InRange(i, 0, allowed);
            Answer(302, change: response => response.Headers.Add("Contact", $"<sip:next{i}@{host}>"));
        }

        Assert.Equal((SipCallEndKind.Refused, 302), (call.End!.Value.Kind, call.End.Value.Status));
        SipRequest[] invites = [.. Callee.Requests("INVITE")];
        Assert.Equal(1 + followed, invites.Length);
        Assert.Equal(followed == 0 ? "sip:+33199001234@192.0.2.7:5060" : "sip:next1@192.0.2.7", invites[^1].Uri.ToString());
        Assert.All(invites, invite => Assert.Equal(invites[0].Headers["To"], invite.Headers["To"]));
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public void An_INVITE_that_cannot_be_sent_ends_the_call()
    {
        Bridge.IsSendingBroken = true;
        AppCall call = Bridge.Call(SimulatedCallee.Address);
        Assert.Equal(SipCallEndKind.TransportFailed, call.End?.Kind);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    [Trait("Req", "DLG5")]
    public void Hold_INFO_OPTIONS_and_offers_go_both_ways_within_the_call()
    {
        AppCall call = Establish();
        SipRequest hold = Callee.Ask("INVITE", sdp: Descriptions.Hold);
        Network.Run(0.05);
        Assert.Equal(200, Callee.Responses("INVITE").Last().StatusCode);
        Callee.Acknowledge(hold);
        Callee.Ask("INFO", sdp: "5");
        Callee.Ask("OPTIONS");
        Callee.Ask("UPDATE", sdp: Descriptions.Theirs);
        Do(call, static one => one.Probe());
        Network.Run(0.05);
        Assert.Equal([200, 200, 200], ((string[])["INFO", "OPTIONS", "UPDATE"]).Select(method => Callee.Responses(method).Single().StatusCode));
        Do(call, static one => one.SendOffer(Descriptions.Ours));
        Network.Run(0.05);
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Equal(["answer", "confirmed", "offer", "info", "offer", "alive", "answer"], call.Heard);
        Assert.Equal("sip:a@192.0.2.7:5060", Callee.Invite.Uri.ToString());
    }

    [Fact]
    [Trait("Req", "DLG4")]
    public void After_491_the_maker_of_the_Call_ID_waits_2_to_4_s()
    {
        AppCall call = Establish();
        Do(call, static one => one.SendOffer(Descriptions.Ours));
        Network.Run(0.02);
        Answer(491);
        TimeSpan refused = Network.Now;
        Network.Run(4.2);
        TimeSpan again = Callee.Arrived.First(static item => item.Message is SipRequest { Method: "INVITE", CSeq.Number: 3 }).At;
        Assert.InRange(again - refused, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4.1));
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Equal("answer", call.Heard[^1]);
    }

    [Theory]
    [Trait("Req", "DLG5")]
    [InlineData(481)]
    [InlineData(408)]
    public void A_callee_that_knows_the_call_no_more_ends_it(int status)
    {
        AppCall call = Establish();
        Callee.Statuses["OPTIONS"] = status;
        Do(call, static one => one.Probe());
        Network.Run(1);
        Assert.Equal(SipCallEndKind.PeerGone, call.End?.Kind);
        Assert.Single(Callee.Requests("BYE"));
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public void On_a_stream_the_dialog_keeps_to_its_connection()
    {
        Network.Detach(SimulatedCallee.Address);
        SimulatedCallee callee = new(Network, SipTransportKind.Tcp);
        AppCall call = Bridge.Call(SimulatedCallee.Address, transport: SipTransportKind.Tcp);
        Network.Run(0.02);
        Assert.Contains("transport=tcp", callee.Invite.Headers["Contact"], StringComparison.Ordinal);
        callee.Reply(200, sdp: Descriptions.Theirs);
        Network.Run(0.05);
        Assert.Equal([7L], Bridge.Agent.ConnectionsInUse());
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Single(callee.Requests("BYE"));
    }

    private static SipNameAddress Address(string text)
    {
        Assert.True(SipNameAddress.TryParse(text, out SipNameAddress address));
        return address;
    }
}
