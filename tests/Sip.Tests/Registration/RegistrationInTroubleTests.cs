using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Registration;

/// <summary>A registration over a bad way, and with a defect beside it.</summary>
[Trait("Req", "REG")]
public sealed class RegistrationInTroubleTests
{
    private static readonly SipFlow Flow = new(SipTransportKind.Udp, SimulatedBridge.Address, SimulatedRegistrar.Address, Channel: 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lost_and_doubled_datagrams_do_no_harm(int seed)
    {
        SimulatedNetwork network = new(seed, new LinkQuality(Loss: 0.2, Duplication: 0.2, JitterMs: 100));
        SimulatedBridge bridge = new(network, new SimulatedApp());
        SimulatedRegistrar registrar = new(network) { Granted = 120 };
        List<SipRegistrationState> states = [];
        RegistrationUsage usage = Start(network, bridge, status => states.Add(status.State));
        network.Run(24 * 3600);
        Assert.Equal([SipRegistrationState.Registered], states);
        Assert.InRange(registrar.Requests.Count, 24 * 30, 24 * 60);
        Stop(network, bridge, usage);
        bridge.AssertEmpty();
    }

    [Fact]
    public void A_defect_of_who_listens_does_no_harm()
    {
        SimulatedNetwork network = new(seed: 1);
        SimulatedBridge bridge = new(network, new SimulatedApp());
        _ = new SimulatedRegistrar(network);
        RegistrationUsage usage = Start(network, bridge, static _ => throw new InvalidOperationException("a defect"));
        network.Run(10_000);
        Assert.Equal(SipRegistrationState.Registered, usage.Status.State);
        Assert.Single(bridge.App.Faults);
        Stop(network, bridge, usage);
        Assert.Equal((SipRegistrationState.Ended, 0), (usage.Status.State, bridge.Agent.Registrations.Count));
    }

    private static RegistrationUsage Start(SimulatedNetwork network, SimulatedBridge bridge, Action<SipRegistrationStatus> onChange)
    {
        RegistrationUsage usage = new(bridge.Agent, RegistrationTests.Options(), static (_, _) => Flow, onChange, network.Now);
        bridge.Agent.Registrations.Add(usage, network.Now);
        bridge.Flush();
        return usage;
    }

    private static void Stop(SimulatedNetwork network, SimulatedBridge bridge, RegistrationUsage usage)
    {
        bridge.Agent.Registrations.Run(usage, static (one, now) => one.Stop(now), network.Now);
        bridge.Flush();
        network.RunToEnd();
    }
}
