using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;
using static PhoneBridge.Sip.Tests.Transactions.TransactionSamples;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.2.2, figure 8.</summary>
public sealed class NonInviteServerTransactionTests
{
    [Fact]
    public void Repeats_are_ignored_until_there_is_an_answer_and_then_get_it_again_until_timer_J()
    {
        NonInviteServerTransaction machine = New(Udp);
        Assert.Null(machine.OnRepeat().Send);
        SipResponse trying = Answer(machine, 100);
        machine.Respond(trying, T0);
        Assert.Same(trying, machine.OnRepeat().Send);
        SipResponse ok = Answer(machine, 200);
        Assert.Same(ok, machine.Respond(ok, T0).Send);
        Assert.Same(ok, machine.OnRepeat().Send);
        Assert.Equal(TransactionStep.None, machine.Respond(Answer(machine, 500), T0));
        Assert.Equal(T0 + Ms(32_000), machine.Deadline);
        Assert.Equal(TransactionStep.None, machine.OnTime(T0 + Ms(31_999)));
        Assert.Equal(TransactionState.Completed, machine.State);
        machine.OnTime(machine.Deadline);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void On_TCP_timer_J_is_zero()
    {
        NonInviteServerTransaction machine = New(Tcp);
        machine.Respond(Answer(machine, 200), T0);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    private static NonInviteServerTransaction New(SipFlow flow) => new(Request("BYE"), flow, SipTimers.Default);

    private static SipResponse Answer(ServerTransaction machine, int status) => SipResponse.For(machine.Request, status, toTag: "us");
}
