using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;
using static PhoneBridge.Sip.Tests.Transactions.TransactionSamples;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>RFC 3261 §17.1.1, figure 5; RFC 6026 §7.2.</summary>
public sealed class InviteClientTransactionTests
{
    [Fact]
    public void Without_answer_timer_A_doubles_without_bound_and_timer_B_gives_up_at_32_s()
    {
        InviteClientTransaction machine = New(Udp);
        Assert.Same(machine.Request, machine.Start(T0).Send);

        (List<double> sentAt, TransactionEvent last, double endedAt) = RunToEnd(machine);
        Assert.Equal([500, 1500, 3500, 7500, 15500, 31500], sentAt);
        Assert.Equal(TransactionEvent.TimedOut, last);
        Assert.Equal(32_000, endedAt);
    }

    [Fact]
    public void On_TCP_nothing_is_repeated_and_timer_B_stands()
    {
        InviteClientTransaction machine = New(Tcp);
        machine.Start(T0);
        (List<double> sentAt, TransactionEvent last, double endedAt) = RunToEnd(machine);
        Assert.Empty(sentAt);
        Assert.Equal((TransactionEvent.TimedOut, 32_000d), (last, endedAt));
    }

    [Fact]
    public void A_provisional_answer_stops_repeats_and_the_time_limit()
    {
        InviteClientTransaction machine = New(Udp);
        machine.Start(T0);
        Assert.Equal(TransactionEvent.Deliver, machine.OnResponse(Answer(machine, 180), T0 + Ms(100)).Event);
        Assert.Equal(TimeSpan.MaxValue, machine.Deadline);
    }

    [Fact]
    [Trait("Req", "TRX7")]
    public void A_refusal_is_acknowledged_in_the_transaction_and_again_for_each_repeat_until_timer_D()
    {
        InviteClientTransaction machine = New(Udp);
        machine.Start(T0);
        TransactionStep step = machine.OnResponse(Answer(machine, 486), T0);
        SipRequest ack = Assert.IsType<SipRequest>(step.Send);

        // §17.1.1.3: same branch, Request-URI, From, Call-ID and CSeq number; To with the tag of the answer; Route copied.
        Assert.Equal("ACK", ack.Method);
        Assert.Equal(machine.Request.TopVia.Branch, ack.TopVia.Branch);
        Assert.Single(ack.Vias);
        Assert.Equal(new SipCSeq(1, "ACK"), ack.CSeq);
        Assert.Equal("us", ack.To.Tag);
        Assert.Equal("caller", ack.From.Tag);
        Assert.Equal(["<sip:p1.example;lr>"], ack.Headers.GetAll("Route"));
        Assert.Equal(TransactionEvent.Deliver, step.Event);

        TransactionStep repeat = machine.OnResponse(Answer(machine, 486), T0 + Ms(500));
        Assert.Same(ack, repeat.Send);
        Assert.Equal(TransactionEvent.None, repeat.Event);
        Assert.Equal(T0 + Ms(32_000), machine.Deadline);
        machine.OnTime(machine.Deadline);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void On_TCP_timer_D_is_zero()
    {
        InviteClientTransaction machine = New(Tcp);
        machine.Start(T0);
        Assert.NotNull(machine.OnResponse(Answer(machine, 404), T0).Send);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    [Trait("Req", "TRX7")]
    public void Every_repeated_2xx_is_delivered_for_its_ACK_until_timer_M()
    {
        InviteClientTransaction machine = New(Udp);
        machine.Start(T0);
        Assert.Equal(TransactionStep.Deliver, machine.OnResponse(Answer(machine, 200), T0));
        Assert.Equal(TransactionStep.Deliver, machine.OnResponse(Answer(machine, 200), T0 + Ms(500)));
        Assert.Equal(TransactionStep.None, machine.OnResponse(Answer(machine, 486), T0 + Ms(600)));
        Assert.Equal(T0 + Ms(32_000), machine.Deadline);
        machine.OnTime(machine.Deadline);
        Assert.Equal(TransactionState.Terminated, machine.State);
    }

    [Fact]
    public void A_transport_failure_is_told_while_an_answer_is_awaited()
    {
        InviteClientTransaction machine = New(Tcp);
        machine.Start(T0);
        Assert.Equal(TransactionEvent.TransportFailed, machine.OnTransportFailure().Event);
    }

    private static InviteClientTransaction New(SipFlow flow)
    {
        SipRequest invite = Request("INVITE");
        invite.Headers.Add("Route", "<sip:p1.example;lr>");
        return new InviteClientTransaction(invite, flow, SipTimers.Default, new SilentClient());
    }

    private static SipResponse Answer(ClientTransaction machine, int status) => SipResponse.For(machine.Request, status, toTag: "us");
}
