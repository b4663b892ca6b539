using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;
using static PhoneBridge.Sip.Tests.Transactions.TransactionSamples;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.2.1, figure 7; RFC 6026 §7.1.</summary>
public sealed class InviteServerTransactionTests
{
    [Fact]
    [Trait("Req", "TRX2")]
    public void A_repeated_INVITE_gets_the_last_provisional_answer_again()
    {
        InviteServerTransaction machine = New(Udp);
        Assert.Null(machine.OnRepeat().Send);
        machine.Respond(Answer(machine, 100), T0);
        SipResponse ringing = Answer(machine, 180);
        machine.Respond(ringing, T0);

        Assert.Same(ringing, machine.OnRepeat().Send);
        Assert.Equal(TransactionState.Proceeding, machine.State);
    }

    [Fact]
    [Trait("Req", "TRX1")]
    public void A_refusal_is_repeated_at_T1_doubling_to_T2_until_timer_H_gives_up_at_32_s()
    {
        InviteServerTransaction machine = New(Udp);
        SipResponse busy = Answer(machine, 486);
        Assert.Same(busy, machine.Respond(busy, T0).Send);

        (List<double> sentAt, TransactionEvent last, double endedAt) = RunToEnd(machine);
        Assert.Equal([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], sentAt);
        Assert.Equal(TransactionEvent.TimedOut, last);
        Assert.Equal(32_000, endedAt);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void On_TCP_a_refusal_is_sent_once_and_timer_H_still_gives_up()
    {
        InviteServerTransaction machine = New(Tcp);
        machine.Respond(Answer(machine, 486), T0);

        (List<double> sentAt, TransactionEvent last, double endedAt) = RunToEnd(machine);
        Assert.Empty(sentAt);
        Assert.Equal(TransactionEvent.TimedOut, last);
        Assert.Equal(32_000, endedAt);
    }

    [Fact]
    public void The_ACK_ends_the_repeats_and_later_ACKs_are_absorbed_for_T4()
    {
        InviteServerTransaction machine = New(Udp);
        SipResponse busy = Answer(machine, 486);
        machine.Respond(busy, T0);
        Assert.Same(busy, machine.OnRepeat().Send);
        Assert.Equal(TransactionStep.None, machine.OnAck(T0 + Ms(200)));
        Assert.Equal(TransactionState.Confirmed, machine.State);
        Assert.Equal(TransactionStep.None, machine.OnAck(T0 + Ms(300)));
        Assert.Null(machine.OnRepeat().Send);
        Assert.Equal(T0 + Ms(5200), machine.Deadline);
        machine.OnTime(T0 + Ms(5200));
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void On_TCP_the_ACK_ends_the_transaction_at_once()
    {
        InviteServerTransaction machine = New(Tcp);
        machine.Respond(Answer(machine, 486), T0);
        machine.OnAck(T0 + Ms(50));
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    [Trait("Req", "TRX3")]
    public void After_a_2xx_it_absorbs_INVITEs_and_lets_ACKs_and_repeated_2xx_pass_until_timer_L()
    {
        InviteServerTransaction machine = New(Udp);
        SipResponse ok = Answer(machine, 200);
        Assert.Same(ok, machine.Respond(ok, T0).Send);
        Assert.Equal(TransactionState.Accepted, machine.State);
        Assert.Equal(TransactionStep.None, machine.OnRepeat());
        Assert.Equal(TransactionEvent.Deliver, machine.OnAck(T0 + Ms(10)).Event);
        Assert.Same(ok, machine.Respond(ok, T0 + Ms(500)).Send);
        Assert.Null(machine.Respond(Answer(machine, 486), T0 + Ms(600)).Send);
        Assert.Equal(T0 + Ms(32_000), machine.Deadline);
        Assert.Equal(TransactionStep.None, machine.OnTime(machine.Deadline));
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void A_second_final_answer_is_never_sent()
    {
        InviteServerTransaction machine = New(Udp);
        machine.Respond(Answer(machine, 486), T0);
        Assert.Equal(TransactionStep.None, machine.Respond(Answer(machine, 200), T0));
        Assert.Equal(TransactionStep.None, machine.Respond(Answer(machine, 180), T0));
    }

    [Fact]
    public void A_transport_failure_is_told_and_ends_it()
    {
        InviteServerTransaction machine = New(Udp);
        machine.Respond(Answer(machine, 180), T0);
        Assert.Equal(TransactionEvent.TransportFailed, machine.OnTransportFailure().Event);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    private static InviteServerTransaction New(SipFlow flow) => new(Request("INVITE"), flow, SipTimers.Default);

    private static SipResponse Answer(ServerTransaction machine, int status) => SipResponse.For(machine.Request, status, toTag: "us");
}
