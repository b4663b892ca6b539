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

    public SimulatedBridge(SimulatedNetwork network, SimulatedApp app, SipUserAgentOptions? options = null, IPEndPoint? address = null)
        : base(network)
    {
        EndPoint = address ?? Address;
        App = app;
        app.Network = network;
        Agent = new SipUserAgent(
            options ?? new SipUserAgentOptions(), app, Counters, app, new SipTokens(network.Random), wake: () => _hasCommands = true);
        network.Attach(EndPoint, this);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Nothing can be sent.</summary>
    public bool IsSendingBroken { get; set; }

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

    /// <summary>Places a call to that address.</summary>
    public AppCall Call(
        IPEndPoint callee, Func<SipOutgoingCallOptions, SipOutgoingCallOptions>? change = null, SipTransportKind transport = SipTransportKind.Udp)
    {
        Assert.True(SipUri.TryParse($"sip:+33199001234@{callee}", out SipUri target));
        Assert.True(SipUri.TryParse("sip:+33199009999@192.0.2.1", out SipUri from));
        SipOutgoingCallOptions options = new()
        {
            Target = target,
            From = new SipNameAddress(from),
            Flow = new SipFlow(transport, EndPoint, callee, Channel: 0),
            Offer = Descriptions.Ours,
        };
        AppCall events = new(App);
        events.Call = Agent.Call(change?.Invoke(options) ?? options, events);
        App.Calls.Add(events);
        Flush();
        return events;
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
            if (IsSendingBroken)
            {
                if (outgoing.Owner is { } owner)
                {
                    Agent.OnTransportFailure(owner, Network.Now);
                }

                continue;
            }

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
