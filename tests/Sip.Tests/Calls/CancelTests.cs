using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>RFC 3261 §9.2 in each state (TRX4).</summary>
public sealed class CancelTests : CallTest
{
    [Theory]
    [Trait("Req", "TRX4")]
    [InlineData(false)]
    [InlineData(true)]
    public void Before_the_final_answer_it_gets_200_and_the_INVITE_487(bool isRinging)
    {
        App.OnCall = call =>
        {
            if (isRinging)
            {
                call.Call.Ring();
            }
        };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.Cancel();
        Network.Run(1);
        Assert.Equal((200, 487), (Phone.Final("CANCEL").StatusCode, Phone.Final("INVITE").StatusCode));
        Assert.Equal(Phone.Final("INVITE").To.Tag, Phone.Final("CANCEL").To.Tag);
        Assert.Equal(SipCallEndKind.Cancelled, App.Only.End?.Kind);
        Assert.Equal(0, Bridge.Counters.Dialogs);

        // The ACK reached the INVITE's transaction: nothing is repeated any more.
        Network.Run(10);
        Assert.Single(Phone.Responses(487));
    }

    [Fact]
    [Trait("Req", "TRX4")]
    public void After_a_refusal_it_gets_only_200()
    {
        App.OnCall = static call => call.Call.Reject(486);
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.Cancel();
        Network.Run(1);
        Assert.Equal(200, Phone.Final("CANCEL").StatusCode);
        Assert.Empty(Phone.Responses(487));
    }

    [Fact]
    [Trait("Req", "TRX4")]
    public void Crossing_our_200_it_changes_nothing_and_ACK_then_BYE_end_the_call()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Do(static call => call.Accept(Descriptions.Ours));
        Phone.Cancel();
        Network.Run(0.1);
        Assert.Equal((200, 200), (Phone.Final("CANCEL").StatusCode, Phone.Final("INVITE").StatusCode));
        Assert.Equal(["confirmed"], App.Only.Heard);
        Phone.SendInDialog("BYE");
        Network.Run(1);
        Assert.Equal(200, Phone.Final("BYE").StatusCode);
        Assert.Equal(SipCallEndKind.RemoteHangUp, App.Only.End?.Kind);
    }

    [Fact]
    [Trait("Req", "TRX4")]
    public void For_nothing_that_is_known_it_gets_481()
    {
        Phone.Send("CANCEL");
        Network.Run(1);
        Assert.Equal(481, Phone.Final("CANCEL").StatusCode);
    }

    [Fact]
    [Trait("Req", "TRX4")]
    [Trait("Req", "DLG5")]
    public void A_cancelled_re_INVITE_gets_487_and_leaves_the_session()
    {
        AppCall call = Establish();
        App.OnOffer = static (_, _) => { };
        ClientTransaction reinvite = Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        Phone.Cancel(reinvite);
        Network.Run(1);
        Assert.Equal((200, 487), (Phone.Final("CANCEL").StatusCode, Phone.Final("INVITE").StatusCode));
        Assert.Equal(["confirmed", "offer", "offer withdrawn"], call.Heard);

        // An answer that comes too late is not sent.
        Do(static late => late.AnswerOffer(Descriptions.Ours));
        Network.Run(1);
        Assert.Single(Phone.Responses(487));
        Assert.Null(call.End);
    }

    [Fact]
    [Trait("Req", "TRX4")]
    public void A_command_to_accept_that_comes_after_the_CANCEL_changes_nothing()
    {
        App.OnCall = static _ => { };
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        Phone.Cancel();
        Network.Run(0.1);
        Do(static call => call.Accept(Descriptions.Ours));
        Network.Run(1);
        Assert.DoesNotContain(Phone.Responses(200), static response => response.CSeq.Method == "INVITE");
    }
}
