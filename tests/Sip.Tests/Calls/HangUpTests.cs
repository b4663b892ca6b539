using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

public sealed class HangUpTests : CallTest
{
    [Fact]
    [Trait("Req", "DLG3")]
    public void The_peers_BYE_gets_200_ends_the_call_and_brings_its_cause()
    {
        AppCall call = Establish();
        Phone.SendInDialog("BYE", change: static bye => bye.Headers.Add("Reason", "SIP;cause=200, Q.850;cause=31;text=\"x\""));
        Network.Run(0.1);
        Assert.Equal(200, Phone.Final("BYE").StatusCode);
        Assert.Equal(new SipCallEnd(SipCallEndKind.RemoteHangUp, 31), call.End);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    [Trait("Req", "DLG3")]
    public void A_repeated_BYE_gets_200_again_and_a_new_one_481()
    {
        Establish();
        SipRequest bye = Phone.SendInDialog("BYE").Request;
        Network.Run(0.1);
        Phone.SendRaw(bye);
        Network.Run(0.1);
        Assert.Equal(2, Phone.Responses(200).Count(static ok => ok.CSeq.Method == "BYE"));
        Phone.SendInDialog("BYE");
        Network.Run(0.1);
        Assert.Equal(481, Phone.Final("BYE").StatusCode);
    }

    [Theory]
    [InlineData(SipHangUp.Normal, "Q.850;cause=16", "SIP;cause=200")]
    [InlineData(SipHangUp.Timeout, "Q.850;cause=102", "SIP;cause=408")]
    [InlineData(SipHangUp.Failure, "Q.850;cause=41", "SIP;cause=500")]
    [InlineData(SipHangUp.Resources, "Q.850;cause=47", "SIP;cause=503")]
    public void Our_BYE_says_why(SipHangUp cause, string q850, string sip)
    {
        AppCall call = Establish();
        Do(one => one.HangUp(cause));
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
        Network.Run(0.1);
        SipRequest bye = Assert.Single(Phone.Requests("BYE"));
        Assert.Equal([q850, sip], bye.Headers.GetAll("Reason").Select(static value => value[..value.LastIndexOf(';')]));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    [Trait("Req", "DLG3")]
    public void A_BYE_in_the_early_dialog_gets_200_and_the_INVITE_487()
    {
        App.OnCall = static call => call.Call.Ring();
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        SipRequest bye = Phone.NewRequest("BYE", null);
        bye.Headers.Set("CSeq", "2 BYE");
        bye.Headers.Set("To", Phone.Responses(180).Single().Headers["To"]!);
        Phone.SendRaw(bye);
        Network.Run(1);
        Assert.Single(Phone.Responses(200), static ok => ok.CSeq.Method == "BYE");
        Assert.Equal(487, Phone.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.Cancelled, App.Only.End?.Kind);
    }

    [Fact]
    [Trait("Req", "DLG3")]
    public void BYEs_that_cross_are_both_answered_with_200()
    {
        AppCall call = Establish();
        Phone.SendInDialog("BYE");
        Do(static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Equal(200, Phone.Final("BYE").StatusCode);
        Assert.Single(Phone.Requests("BYE"));
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
        Assert.Equal((0L, 0L), (Bridge.Counters.Dialogs, Bridge.Counters.Faults));
    }

    [Fact]
    [Trait("Req", "DLG3")]
    public void A_pending_re_INVITE_gets_487_when_the_peer_hangs_up()
    {
        Establish();
        App.OnOffer = static (_, _) => { };
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        Phone.SendInDialog("BYE");
        Network.Run(1);
        Assert.Equal((200, 487), (Phone.Final("BYE").StatusCode, Phone.Final("INVITE").StatusCode));
    }

    [Fact]
    public void Hanging_up_before_the_ACK_waits_with_the_BYE_until_it_comes()
    {
        Phone.IgnoredOks = 2;
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Do(static one => one.HangUp(SipHangUp.Normal));
        Assert.Equal(SipCallEndKind.LocalHangUp, App.Only.End?.Kind);
        Network.Run(0.1);
        Assert.Empty(Phone.Requests("BYE"));
        Network.Run(2);
        Assert.Single(Phone.Requests("BYE"));
    }

    [Theory]
    [Trait("Req", "TRX3")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_200_to_a_re_INVITE_is_repeated_until_its_ACK_even_after_a_BYE(bool isPeers)
    {
        AppCall call = Establish();
        Phone.IgnoredOks = 2;
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        if (isPeers)
        {
            Phone.SendInDialog("BYE");
        }
        else
        {
            Do(static one => one.HangUp(SipHangUp.Normal));
        }

        Network.Run(0.1);
        Assert.NotNull(call.End);
        Phone.SendInDialog("OPTIONS");
        Network.Run(3);
        Assert.Equal(481, Phone.Final("OPTIONS").StatusCode);
        Assert.Equal(3, Phone.Responses(200).Count(static ok => ok.CSeq == new SipCSeq(2, "INVITE")));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void Hanging_up_before_the_answer_refuses_the_call()
    {
        App.OnCall = static call => call.Call.HangUp(SipHangUp.Normal);
        Phone.Invite(Descriptions.Theirs);
        Network.Run(1);
        Assert.Equal(480, Phone.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.LocalHangUp, App.Only.End?.Kind);
    }

    [Fact]
    public void A_BYE_that_nobody_answers_is_given_up_after_32_s_and_everything_freed()
    {
        Establish();
        Phone.Answers.Enqueue(0);
        Do(static one => one.HangUp(SipHangUp.Normal));
        Network.Run(31);
        Assert.Equal(1, Bridge.Counters.Dialogs);
        Network.Run(2);
        Assert.Equal((0L, 0L), (Bridge.Counters.Dialogs, Bridge.Counters.ClientTransactions));
    }

    [Theory]
    [Trait("Req", "DLG5")]
    [InlineData(200, true)]
    [InlineData(405, true)]
    [InlineData(481, false)]
    [InlineData(408, false)]
    [InlineData(0, false)]
    public void A_probe_ends_the_call_only_when_the_peer_is_gone(int answer, bool isAlive)
    {
        AppCall call = Establish();
        Phone.Answers.Enqueue(answer);
        Do(static one => one.Probe());
        Network.Run(33);
        Assert.Equal("OPTIONS", Phone.Requests("OPTIONS").First().Method);
        Assert.Equal(isAlive, call.End is null);
        Assert.Equal(isAlive ? "alive" : "ended", call.Heard[^1]);
        if (!isAlive)
        {
            Assert.Equal(SipCallEndKind.PeerGone, call.End?.Kind);
            Assert.Single(Phone.Requests("BYE"));
        }
    }

    [Theory]
    [Trait("Req", "AUC")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_BYE_that_is_challenged_is_sent_again_with_an_answer_where_there_is_one(bool hasCredentials)
    {
        AppCall call = Establish();
        if (hasCredentials)
        {
            Do(static one => one.Authenticate(new DigestCredentials("bridge", "secret")));
        }

        Phone.Answers.Enqueue(407);
        Phone.Complete = static (_, response) => response.Headers.Add("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\"");
        Do(static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        string?[] answers = [.. Phone.Requests("BYE").Select(static bye => bye.Headers["Proxy-Authorization"])];
        Assert.Equal(hasCredentials ? 2 : 1, answers.Length);
        Assert.Null(answers[0]);
        Assert.Equal(hasCredentials, answers[^1]?.Contains("nonce=\"n\"", StringComparison.Ordinal) == true);
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }
}
