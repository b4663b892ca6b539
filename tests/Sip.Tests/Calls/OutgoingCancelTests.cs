using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Giving up a call of ours (RFC 3261 §9.1; TRX4).</summary>
[Trait("Req", "TRX4")]
public sealed class OutgoingCancelTests : OutgoingCallTest
{
    [Fact]
    public void While_it_rings_CANCEL_goes_out_and_the_end_is_told_at_once()
    {
        AppCall call = Dial();
        Answer(180);
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Assert.Equal(SipCallEndKind.LocalHangUp, call.End?.Kind);
        Network.Run(1);
        Assert.Single(Callee.Requests("CANCEL"));
        Assert.Equal(["1 ACK"], Callee.Requests("ACK").Select(static ack => ack.Headers["CSeq"]));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void Before_any_provisional_answer_it_waits_for_one()
    {
        AppCall call = Dial();
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(5);
        Assert.Empty(Callee.Requests("CANCEL"));
        Assert.NotNull(call.End);
        Answer(100, tag: "");
        Assert.Single(Callee.Requests("CANCEL"));
        Answer(183);
        Assert.Single(Callee.Requests("CANCEL"));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void An_answer_that_overtakes_it_gets_ACK_and_BYE()
    {
        AppCall before = Dial();
        Do(before, static one => one.HangUp(SipHangUp.Normal));
        Answer(200, sdp: Descriptions.Theirs);
        Assert.Empty(Callee.Requests("CANCEL"));
        Assert.Equal(["ACK", "BYE"], Callee.Arrived.Select(static item => item.Message).OfType<SipRequest>().Skip(1).Select(static r => r.Method));
        Assert.Equal(["ended"], before.Heard);
    }

    [Fact]
    public void Crossing_the_200_on_the_wire_it_leads_to_ACK_and_BYE()
    {
        AppCall call = Dial();
        Answer(180);
        Callee.ObeysCancel = false;
        Callee.Reply(200, sdp: Descriptions.Theirs);
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Equal((1, 1, 1), (Callee.Requests("CANCEL").Count(), Callee.Requests("ACK").Count(), Callee.Requests("BYE").Count()));
        Assert.Equal(["progress", "ended"], call.Heard);
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }

    [Fact]
    public void A_callee_that_ignores_it_is_forgotten_after_32_s()
    {
        AppCall call = Dial();
        Answer(180);
        Callee.ObeysCancel = false;
        Callee.Statuses["CANCEL"] = 481;
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(31.9);
        Assert.Equal(2, Bridge.Counters.Dialogs);
        Network.Run(0.2);
        Assert.Equal((0L, 0L), (Bridge.Counters.Dialogs, Bridge.Counters.ClientTransactions));
    }

    [Fact]
    public void After_the_answer_hanging_up_means_BYE_and_twice_is_once()
    {
        AppCall call = Establish();
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Do(call, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(1);
        Assert.Empty(Callee.Requests("CANCEL"));
        Assert.Single(Callee.Requests("BYE"));
    }

    [Fact]
    public void Hanging_all_up_at_the_end_of_the_program_cancels_what_rings()
    {
        Dial();
        Answer(180);
        Bridge.Agent.HangUpAll(SipHangUp.Normal, Network.Now);
        Bridge.Flush();
        Network.Run(1);
        Assert.Single(Callee.Requests("CANCEL"));
        Assert.Equal(0, Bridge.Counters.Dialogs);
    }
}
