using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>A call of ours that reaches several ends (RFC 3261 §13.2.2.4; TRX6).</summary>
[Trait("Req", "TRX6")]
public sealed class OutgoingForkTests : OutgoingCallTest
{
    private static readonly string Other = Descriptions.Theirs.Replace("30000", "31000", StringComparison.Ordinal);

    [Fact]
    public void The_first_200_is_the_call_and_every_other_gets_ACK_and_BYE()
    {
        AppCall call = Dial();
        Answer(180, "a");
        Answer(183, "b", Other);
        Answer(180, "c");
        Assert.Equal(["a", "b", "c"], call.Progress.Select(static progress => progress.Fork));
        Assert.Equal(4, Bridge.Counters.Dialogs);       // three early ones and the call that waits
        Answer(200, "a", Descriptions.Theirs);
        Assert.Equal(1, Bridge.Counters.Dialogs);
        Answer(200, "b", Other);
        Answer(200, "d", Other);                        // rang without a word
        Network.Run(1);
        Assert.Equal(["progress", "progress with sound", "progress", "answer", "confirmed"], call.Heard);
        Assert.Equal(Descriptions.Theirs, call.LastAnswer?.ToString());
        Assert.Equal(["a", "b", "d"], Callee.Requests("ACK").Select(static ack => ack.To.Tag));
        Assert.Equal(["b", "d"], Callee.Requests("BYE").Select(static bye => bye.To.Tag));
        Assert.Equal(["sip:b@192.0.2.7:5060", "sip:d@192.0.2.7:5060"], Callee.Requests("BYE").Select(static bye => bye.Uri.ToString()));
        Assert.Equal(1, Bridge.Counters.Dialogs);
        Assert.Null(call.End);
    }

    [Fact]
    public void A_repeated_200_of_an_end_that_lost_gets_its_ACK_and_no_second_BYE()
    {
        Dial();
        Answer(200, "a", Descriptions.Theirs);
        Answer(200, "b", Other);
        Answer(200, "b", Other);
        Answer(200, "a", Descriptions.Theirs);
        Assert.Equal(["a", "b", "b", "a"], Callee.Requests("ACK").Select(static ack => ack.To.Tag));
        Assert.Equal("b", Assert.Single(Callee.Requests("BYE")).To.Tag);
    }

    [Fact]
    public void Early_dialogs_end_with_a_refusal_and_requests_in_them_get_481()
    {
        AppCall call = Dial();
        Answer(180, "a");
        Answer(180, "b");
        Callee.Ask("OPTIONS", "b");
        Network.Run(0.05);
        Assert.Equal(200, Callee.Responses("OPTIONS").Last().StatusCode);
        Answer(486, "c");
        Assert.Equal(486, call.End?.Status);
        Callee.Ask("OPTIONS", "b");
        Network.Run(0.05);
        Assert.Equal(481, Callee.Responses("OPTIONS").Last().StatusCode);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void A_BYE_in_an_early_dialog_ends_that_one_only_and_it_may_answer_after_all()
    {
        AppCall call = Dial();
        Answer(180, "a");
        Answer(180, "b");
        Callee.Ask("BYE", "a");
        Network.Run(0.05);
        Assert.Equal(200, Callee.Responses("BYE").Single().StatusCode);
        Assert.Null(call.End);
        Answer(200, "a", Descriptions.Theirs);
        Assert.Equal("confirmed", call.Heard[^1]);
    }

    [Fact]
    public void After_hanging_up_every_200_gets_ACK_and_BYE()
    {
        AppCall call = Dial();
        Answer(180);
        Callee.ObeysCancel = false;
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(0.05);
        Answer(200, "a", Descriptions.Theirs);
        Answer(200, "b", Descriptions.Theirs);
        Network.Run(1);
        Assert.Equal(["progress", "ended"], call.Heard);
        Assert.Equal(["a", "b"], Callee.Requests("ACK").Select(static ack => ack.To.Tag));
        Assert.Equal(["a", "b"], Callee.Requests("BYE").Select(static bye => bye.To.Tag));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void An_INVITE_of_the_callee_while_ours_is_open_gets_491()
    {
        Dial();
        Answer(180);
        SipRequest invite = Callee.Ask("INVITE", sdp: Other);
        Network.Run(0.05);
        Assert.Equal(491, Callee.Responses("INVITE").Last().StatusCode);
        Callee.Send(AckOf(invite));
    }

    [Fact]
    public void An_old_callee_without_a_tag_is_one_end_like_any_other()
    {
        AppCall call = Dial();
        Answer(180, tag: "");
        Answer(200, tag: "", sdp: Descriptions.Theirs);
        Assert.Equal(["progress", "answer", "confirmed"], call.Heard);
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Null(Assert.Single(Callee.Requests("BYE")).To.Tag);
    }

    private SipRequest AckOf(SipRequest invite)
    {
        SipRequest ack = new("ACK", invite.Uri);
        foreach (string name in (string[])["Via", "From", "To", "Call-ID"])
        {
            ack.Headers.Add(name, (name == "To" ? Callee.Responses("INVITE").Last().Headers : invite.Headers)[name]!);
        }

        ack.Headers.Add("CSeq", $"{invite.CSeq.Number} ACK");
        return ack;
    }
}
