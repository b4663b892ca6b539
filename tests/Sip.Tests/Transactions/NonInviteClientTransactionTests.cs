using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;
using static PhoneBridge.Sip.Tests.Transactions.TransactionSamples;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.1.2, figure 6.</summary>
public sealed class NonInviteClientTransactionTests
{
    [Fact]
    public void Without_answer_timer_E_doubles_to_T2_and_timer_F_gives_up_at_32_s()
    {
        NonInviteClientTransaction machine = New(Udp);
        Assert.Same(machine.Request, machine.Start(T0).Send);

        (List<double> sentAt, TransactionEvent last, double endedAt) = RunToEnd(machine);
        Assert.Equal([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], sentAt);
        Assert.Equal(TransactionEvent.TimedOut, last);
        Assert.Equal(32_000, endedAt);
    }

    [Fact]
    public void After_a_provisional_answer_it_repeats_every_T2()
    {
        NonInviteClientTransaction machine = New(Udp);
        machine.Start(T0);
        machine.OnResponse(Answer(machine, 100), T0 + Ms(100));

        (List<double> sentAt, TransactionEvent last, _) = RunToEnd(machine);
        Assert.Equal([500, 4500, 8500, 12500, 16500, 20500, 24500, 28500], sentAt);
        Assert.Equal(TransactionEvent.TimedOut, last);
    }

    [Fact]
    public void A_final_answer_is_delivered_once_and_its_repeats_are_absorbed_for_T4()
    {
        NonInviteClientTransaction machine = New(Udp);
        machine.Start(T0);
        Assert.Equal(TransactionStep.Deliver, machine.OnResponse(Answer(machine, 200), T0));
        Assert.Equal(TransactionStep.None, machine.OnResponse(Answer(machine, 200), T0 + Ms(100)));
        Assert.Equal(T0 + Ms(5000), machine.Deadline);
        machine.OnTime(machine.Deadline);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void On_TCP_it_is_sent_once_and_timer_K_is_zero()
    {
        NonInviteClientTransaction machine = New(Tcp);
        machine.Start(T0);
        Assert.Equal(T0 + Ms(32_000), machine.Deadline);
        machine.OnResponse(Answer(machine, 200), T0);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    private static NonInviteClientTransaction New(SipFlow flow) =>
        new(Request("BYE", toTag: "us"), flow, SipTimers.Default, new SilentClient());

    private static SipResponse Answer(ClientTransaction machine, int status) => SipResponse.For(machine.Request, status);
}
