using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>A handler that throws ends its call and no other.</summary>
public sealed class HandlerFaultTests
{
    private readonly SimulatedNetwork _network = new(seed: 1);
    private readonly SimulatedApp _app = new();
    private readonly SimulatedBridge _bridge;
    private readonly SimulatedPhone _phone;

    public HandlerFaultTests()
    {
        _bridge = new SimulatedBridge(_network, _app);
        _phone = new SimulatedPhone(_network);
    }

    [Fact]
    public void At_the_INVITE_the_caller_gets_500_and_the_next_call_works()
    {
        _app.OnCall = static _ => throw new InvalidOperationException("defect");
        _phone.Invite(Descriptions.Theirs);
        _network.Run(1);
        Assert.Equal(500, _phone.Final("INVITE").StatusCode);
        Assert.Equal((1L, 0L), (_bridge.Counters.Faults, _bridge.Counters.Dialogs));

        _app.OnCall = static call => call.Call.Accept(Descriptions.Ours);
        SimulatedPhone next = new(_network);
        next.Invite(Descriptions.Theirs);
        _network.Run(1);
        Assert.Equal(200, next.Final("INVITE").StatusCode);
    }

    [Fact]
    public void Within_the_call_it_ends_with_BYE_and_the_application_hears_of_the_end()
    {
        _app.OnOffer = static (_, _) => throw new InvalidOperationException("defect");
        _phone.Invite(Descriptions.Theirs);
        _network.Run(1);
        _phone.SendInDialog("INVITE", Descriptions.Hold);
        _network.Run(1);
        Assert.Single(_phone.Requests("BYE"));
        Assert.Equal(487, _phone.Final("INVITE").StatusCode);
        Assert.Equal(SipCallEndKind.Fault, _app.Only.End?.Kind);
        Assert.Equal((1L, 0L), (_bridge.Counters.Faults, _bridge.Counters.Dialogs));
        Assert.IsType<InvalidOperationException>(Assert.Single(_app.Faults));
        _network.RunToEnd();
        Assert.Equal((0L, 0L), (_bridge.Counters.ServerTransactions, _bridge.Counters.Timers));
    }

    [Fact]
    public void A_command_with_a_header_that_cannot_be_written_ends_the_call_and_leaves_the_core_sound()
    {
        _app.OnCall = static call => call.Call.Reject(486, null, [("Bad Name", "x")]);
        _phone.Invite(Descriptions.Theirs);
        _network.Run(1);
        Assert.Equal(500, _phone.Final("INVITE").StatusCode);
        Assert.Equal((1L, 0L), (_bridge.Counters.Faults, _bridge.Counters.Dialogs));
    }

    [Theory]
    [InlineData("progress", "CANCEL")]
    [InlineData("answer", "BYE")]
    [InlineData("confirmed", "BYE")]
    public void While_a_call_of_ours_rings_or_is_answered_it_ends(string at, string method)
    {
        SimulatedCallee callee = new(_network);
        AppCall call = _bridge.Call(SimulatedCallee.Address);
        call.OnHeard = what => _ = what == at ? throw new InvalidOperationException("defect") : 0;
        _network.Run(0.1);
        callee.Reply(180);
        _network.Run(0.1);
        callee.Reply(200, sdp: Descriptions.Theirs);
        _network.Run(1);
        Assert.Single(callee.Requests(method));
        Assert.Equal(SipCallEndKind.Fault, call.End?.Kind);
        Assert.Equal((1L, 0L), (_bridge.Counters.Faults, _bridge.Counters.Dialogs));
        _network.RunToEnd();
        Assert.Equal((0L, 0L), (_bridge.Counters.ClientTransactions, _bridge.Counters.Timers));
    }
}
