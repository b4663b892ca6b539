using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>A bridge that calls somebody on a clean link; at the end nothing may be left behind.</summary>
public abstract class OutgoingCallTest : IDisposable
{
    private protected OutgoingCallTest()
    {
        App = new SimulatedApp();
        Bridge = new SimulatedBridge(Network, App);
        Callee = new SimulatedCallee(Network);
    }

    private protected SimulatedNetwork Network { get; } = new(seed: 1);

    private protected SimulatedApp App { get; }

    private protected SimulatedBridge Bridge { get; }

    private protected SimulatedCallee Callee { get; }

    public void Dispose()
    {
        foreach (AppCall call in App.Calls)
        {
            call.Call.HangUp(SipHangUp.Normal);
        }

        Bridge.Flush();
        Network.RunToEnd();
        Bridge.AssertEmpty();
        Assert.All(App.Calls, static call => Assert.NotNull(call.End));
        GC.SuppressFinalize(this);
    }

    /// <summary>Places a call; its INVITE has arrived.</summary>
    private protected AppCall Dial(Func<SipOutgoingCallOptions, SipOutgoingCallOptions>? change = null)
    {
        AppCall call = Bridge.Call(SimulatedCallee.Address, change);
        Network.Run(0.02);
        return call;
    }

    /// <summary>Places a call that is taken.</summary>
    private protected AppCall Establish(
        Func<SipOutgoingCallOptions, SipOutgoingCallOptions>? change = null, Action<SipResponse>? changeOk = null)
    {
        AppCall call = Dial(change);
        Answer(200, sdp: Descriptions.Theirs, change: changeOk);
        Assert.Equal(["answer", "confirmed"], call.Heard);
        return call;
    }

    /// <summary>The callee answers the INVITE, and that has arrived.</summary>
    private protected void Answer(int status, string tag = "a", string? sdp = null, uint? rseq = null, Action<SipResponse>? change = null)
    {
        Callee.Reply(status, tag, sdp, rseq, change);
        Network.Run(0.05);
    }

    private protected void Do(AppCall call, Action<SipCall> command)
    {
        command(call.Call);
        Bridge.Flush();
    }
}
