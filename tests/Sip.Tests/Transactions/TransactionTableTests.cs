using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;
using static PhoneBridge.Sip.Tests.Transactions.TransactionSamples;

namespace PhoneBridge.Sip.Tests.Transactions;

/// <summary>Matching (RFC 3261 §17.1.3, §17.2.3), forgetting and caps.</summary>
public sealed class TransactionTableTests : IServerTransactionUser
{
    private readonly SipOutbox _outbox = new();
    private readonly List<ServerTransaction> _requests = [];
    private readonly List<SipRequest> _acks = [];
    private readonly List<(ServerTransaction Cancel, InviteServerTransaction? Invite)> _cancels = [];
    private readonly TransactionTable _table;
    private int _overflows;

    public TransactionTableTests() => _table = new TransactionTable(SipTimers.Default, _outbox, this, capacity: 3);

    [Fact]
    [Trait("Req", "TRX1")]
    public void The_same_branch_from_the_same_sender_is_one_transaction()
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.OnRequest(Request("INVITE"), Udp, T0);
        Assert.Single(_requests);
        Assert.Equal(1, _table.ServerCount);
    }

    [Theory]
    [Trait("Req", "TRX1")]
    [InlineData("INVITE", "z9hG4bKother", "192.0.2.9:5060")]
    [InlineData("INVITE", "z9hG4bKsample", "192.0.2.9:5062")]
    [InlineData("INVITE", "z9hG4bKsample", "192.0.2.77:5060")]
    [InlineData("OPTIONS", "z9hG4bKsample", "192.0.2.9:5060")]
    public void Another_branch_sender_or_method_is_another_transaction(string method, string branch, string sentBy)
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.OnRequest(Request(method, branch, callId: "call-2", sentBy: sentBy), Udp, T0);
        Assert.Equal(2, _requests.Count);
    }

    [Theory]
    [Trait("Req", "TRX1")]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("z9hG4bK")]
    public void Without_the_cookie_requests_match_by_the_rules_of_RFC_2543(string? branch)
    {
        _table.OnRequest(Request("INVITE", branch), Udp, T0);
        _table.OnRequest(Request("INVITE", branch), Udp, T0);
        Assert.Single(_requests);
        _table.OnRequest(Request("INVITE", branch, cseq: 2), Udp, T0);
        _table.OnRequest(Request("INVITE", branch, callId: "call-2"), Udp, T0);
        Assert.Equal(3, _requests.Count);
    }

    [Fact]
    [Trait("Req", "TRX1")]
    public void An_ACK_of_RFC_2543_finds_its_refused_INVITE_by_our_tag()
    {
        _table.OnRequest(Request("INVITE", branch: null), Udp, T0);
        _table.Respond(_requests[0], SipResponse.For(_requests[0].Request, 486, toTag: "us"), T0);
        _table.OnRequest(Request("ACK", branch: null, toTag: "them"), Udp, T0);
        Assert.Equal(TransactionState.Completed, _requests[0].State);
        Assert.Single(_acks);
        _table.OnRequest(Request("ACK", branch: null, toTag: "us"), Udp, T0);
        Assert.Equal(TransactionState.Confirmed, _requests[0].State);
        Assert.Single(_acks);
    }

    [Fact]
    public void An_ACK_to_a_refusal_is_absorbed_and_any_other_is_delivered()
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.Respond(_requests[0], SipResponse.For(_requests[0].Request, 486, toTag: "us"), T0);
        _table.OnRequest(Request("ACK"), Udp, T0);
        Assert.Empty(_acks);
        _table.OnRequest(Request("ACK", branch: "z9hG4bKack"), Udp, T0);
        Assert.Single(_acks);
        Assert.Equal(1, _table.ServerCount);
    }

    [Fact]
    [Trait("Req", "TRX4")]
    public void A_CANCEL_is_a_transaction_of_its_own_and_finds_its_INVITE()
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.OnRequest(Request("CANCEL"), Udp, T0);
        _table.OnRequest(Request("CANCEL", branch: "z9hG4bKnobody"), Udp, T0);
        Assert.Same(_requests[0], _cancels[0].Invite);
        Assert.Null(_cancels[1].Invite);
        Assert.Equal(3, _table.ServerCount);
    }

    [Fact]
    [Trait("Req", "TRX5")]
    public void A_request_that_came_by_two_ways_is_merged_only_outside_dialogs()
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.OnRequest(Request("INVITE", "z9hG4bKfork"), Udp, T0);
        _table.OnRequest(Request("INVITE", "z9hG4bKdialog", toTag: "us"), Udp, T0);
        Assert.False(_table.IsMerged(_requests[0]));
        Assert.True(_table.IsMerged(_requests[1]));
        Assert.False(_table.IsMerged(_requests[2]));
    }

    [Fact]
    public void Beyond_its_capacity_it_keeps_nothing()
    {
        for (int i = 0; i < 5; i++)
        {
            _table.OnRequest(Request("OPTIONS", $"z9hG4bK{i}", callId: $"call-{i}"), Udp, T0);
        }

        Assert.Equal((3, 2), (_table.ServerCount, _overflows));
    }

    [Fact]
    public void Answers_find_their_request_by_branch_and_method()
    {
        SilentClient client = new();
        SipRequest bye = Request("BYE", toTag: "us");
        _table.Start(bye, Udp, null, client, T0);
        Assert.False(_table.OnResponse(SipResponse.For(Request("INVITE"), 200), T0));
        Assert.False(_table.OnResponse(SipResponse.For(Request("BYE", "z9hG4bKother", toTag: "us"), 200), T0));
        Assert.True(_table.OnResponse(SipResponse.For(bye, 200), T0));
    }

    [Fact]
    public void Everything_is_forgotten_when_its_timers_are_over()
    {
        _table.OnRequest(Request("INVITE"), Udp, T0);
        _table.Respond(_requests[0], SipResponse.For(_requests[0].Request, 200, toTag: "us"), T0);
        _table.OnRequest(Request("OPTIONS", "z9hG4bKo"), Tcp, T0);
        _table.Respond(_requests[1], SipResponse.For(_requests[1].Request, 200, toTag: "us"), T0);
        _table.Start(Request("BYE", "z9hG4bKb", toTag: "us"), Udp, null, new SilentClient(), T0);
        Assert.Equal((1, 1, 2), (_table.ServerCount, _table.ClientCount, _table.TimerCount));
        for (TimeSpan next = _table.Deadline; next != TimeSpan.MaxValue; next = _table.Deadline)
        {
            _table.OnTime(next);
        }

        Assert.Equal((0, 0, 0), (_table.ServerCount, _table.ClientCount, _table.TimerCount));
    }

    [Fact]
    [Trait("Req", "TRA2")]
    public void Answers_to_datagrams_go_to_the_source_port_when_rport_asks_for_it_and_else_to_the_sent_by_port()
    {
        SipFlow arrival = Udp with { Remote = new(Udp.Remote.Address, 40_000) };
        SipRequest plain = Request("OPTIONS", sentBy: "phone.example:5070");
        Assert.Equal(5070, ResponseRoute.For(plain, arrival).Remote.Port);

        SipRequest asking = Request("OPTIONS");
        asking.Headers.ReplaceFirst("Via", "SIP/2.0/UDP 10.0.0.5;rport;branch=z9hG4bKr");
        Assert.Equal(arrival, ResponseRoute.For(asking, arrival));
        ResponseRoute.Stamp(asking, arrival.Remote);
        Assert.Equal(("192.0.2.9", 40_000), (asking.TopVia.Received, asking.TopVia.RPort));
        ResponseRoute.Stamp(plain, arrival.Remote);
        Assert.Equal("192.0.2.9", plain.TopVia.Received);
    }

    void IServerTransactionUser.OnRequest(ServerTransaction transaction, TimeSpan now) => _requests.Add(transaction);

    void IServerTransactionUser.OnAck(SipRequest ack, SipFlow flow, TimeSpan now) => _acks.Add(ack);

    void IServerTransactionUser.OnCancel(ServerTransaction cancel, InviteServerTransaction? invite, TimeSpan now) =>
        _cancels.Add((cancel, invite));

    void IServerTransactionUser.OnOverflow(SipRequest request, SipFlow flow) => _overflows++;
}
