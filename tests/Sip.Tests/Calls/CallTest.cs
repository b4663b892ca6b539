using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>A bridge and a phone on a clean link; at the end nothing may be left behind.</summary>
public abstract class CallTest : IDisposable
{
    private protected CallTest(SipUserAgentOptions? options = null)
    {
        Network = new SimulatedNetwork(seed: 1);
        App = new SimulatedApp();
        Bridge = new SimulatedBridge(Network, App, options);
        Phone = new SimulatedPhone(Network);
    }

    private protected SimulatedNetwork Network { get; }

    private protected SimulatedApp App { get; }

    private protected SimulatedBridge Bridge { get; }

    private protected SimulatedPhone Phone { get; }

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

    private protected AppCall Establish(SimulatedPhone? phone = null)
    {
        phone ??= Phone;
        phone.Invite(Descriptions.Theirs);
        Network.Run(1);
        AppCall call = App.Calls[^1];
        Assert.Equal(["confirmed"], call.Heard);
        return call;
    }

    private protected void Do(Action<SipCall> command)
    {
        command(App.Calls[^1].Call);
        Bridge.Flush();
    }

    private protected SimulatedPhone NewPhone(SipTransportKind transport = SipTransportKind.Udp) => new(Network, transport);
}
