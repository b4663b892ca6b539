using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Simulation;

/// <summary>The real user agent core on the simulated network.</summary>
internal sealed class SimulatedBridge : SimulatedEnd
{
    public static readonly IPEndPoint Address = new(IPAddress.Parse("192.0.2.1"), 5060);

    public SimulatedBridge(SimulatedNetwork network, SimulatedApp app, SipUserAgentOptions? options = null)
        : base(network)
    {
        App = app;
        app.Network = network;
        Agent = new SipUserAgent(
            options ?? new SipUserAgentOptions(), app, Counters, app, new SipTokens(network.Random), wake: () => _hasCommands = true);
        network.Attach(Address, this);
    }

    private bool _hasCommands;

    public SimulatedApp App { get; }

    public SipUserAgent Agent { get; }

    public SipCounters Counters { get; } = new();

    public override TimeSpan Deadline => Agent.Deadline;

    public override void OnBytes(SipFlow flow, byte[] bytes)
    {
        Agent.OnMessage(SipParser.Parse(bytes), flow, Network.Now);
        Flush();
    }

    public override void OnTime()
    {
        Agent.OnTime(Network.Now);
        Flush();
    }

    /// <summary>Carries out commands that were given meanwhile, and sends.</summary>
    public void Flush()
    {
        if (_hasCommands)
        {
            _hasCommands = false;
            Agent.RunCommands(Network.Now);
        }

        while (Agent.Outbox.TryTake(out SipOutgoing outgoing))
        {
            Counters.CountSent(outgoing.Message);
            Network.Send(outgoing.Flow, SipWriter.Write(outgoing.Message));
        }

        Network.Updated(this);
    }

    /// <summary>Nothing is left behind and nothing went wrong.</summary>
    public void AssertEmpty()
    {
        Assert.Equal(
            (0L, 0L, 0L, 0L, 0L),
            (Counters.ServerTransactions, Counters.ClientTransactions, Counters.Dialogs, Counters.Timers, Counters.Faults));
        Assert.Equal(TimeSpan.MaxValue, Agent.Deadline);
        Assert.Equal(0, Agent.Outbox.Count);
        Assert.Empty(App.Faults);
    }
}
