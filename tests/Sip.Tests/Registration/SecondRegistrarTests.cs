using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Registration;

/// <summary>A registration with several places to go to (RFC 3263 §4.3), and through a proxy, on virtual time.</summary>
[Trait("Req", "REG")]
[Trait("Req", "TRA5")]
public sealed class SecondRegistrarTests
{
    private static readonly IPEndPoint First = SimulatedRegistrar.Address;
    private static readonly IPEndPoint Second = new(IPAddress.Parse("192.0.2.10"), 5070);

    private readonly SimulatedNetwork _network = new(seed: 1);
    private readonly SimulatedBridge _bridge;
    private readonly List<SipRegistrationStatus> _told = [];

    public SecondRegistrarTests() => _bridge = new SimulatedBridge(_network, new SimulatedApp());

    [Fact]
    public void A_silent_registrar_is_left_for_the_second_one_without_a_wait_and_without_an_alarm()
    {
        SimulatedRegistrar second = new(_network, Second);
        RegistrationUsage usage = Start();
        _network.Run(31);
        Assert.Empty(second.Requests);
        _network.Run(3);
        Assert.Equal([SipRegistrationState.Registered], _told.Select(status => status.State));

        // The one that works is kept, also when the places are found anew.
        usage.MoveTo([First, Second]);
        _network.Run(600);
        Assert.Equal(Second, usage.Registrar);
        Assert.Single(_told);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    public void A_registrar_that_cannot_now_is_left_for_the_second_one(int status)
    {
        SimulatedRegistrar first = new(_network) { Script = request => SipResponse.For(request, status, toTag: "r") };
        SimulatedRegistrar second = new(_network, Second);
        Start();
        _network.Run(1);
        Assert.Equal((1, 2), (first.Requests.Count, second.Requests.Count));
        Assert.Equal([SipRegistrationState.Registered], _told.Select(s => s.State));
    }

    [Fact]
    public void When_all_fail_it_waits_and_begins_again_with_the_first()
    {
        SimulatedRegistrar first = new(_network) { Script = request => SipResponse.For(request, 503, toTag: "r") };
        SimulatedRegistrar second = new(_network, Second) { Script = first.Script };
        Start();
        _network.Run(1);
        Assert.Equal((1, 1), (first.Requests.Count, second.Requests.Count));
        Assert.Equal((SipRegistrationState.Failing, 503), (_told[^1].State, _told[^1].StatusCode));
        first.Script = null;
        _network.Run(5);
        Assert.Equal(SipRegistrationState.Registered, _told[^1].State);
        Assert.Single(second.Requests);
    }

    [Fact]
    public void A_registrar_that_will_not_have_us_is_believed()
    {
        SimulatedRegistrar first = new(_network) { Script = request => SipResponse.For(request, 403, toTag: "r") };
        SimulatedRegistrar second = new(_network, Second);
        Start();
        _network.Run(3600);
        Assert.Equal((1, 0), (first.Requests.Count, second.Requests.Count));
        Assert.Equal(SipRegistrationState.Refused, _told[^1].State);
    }

    [Fact]
    public void A_proxy_stands_in_the_Route_and_the_domain_in_the_Request_URI()
    {
        SimulatedRegistrar proxy = new(_network);
        Start(new SipUri { Scheme = "sip", Host = "edge.example" });
        _network.Run(1);
        Assert.All(proxy.Requests, one => Assert.Equal(("<sip:edge.example;lr>", "sip:trunk.example"), (one.Request.Headers["Route"], one.Request.Uri.ToString())));
        Assert.Equal(SipRegistrationState.Registered, _told[^1].State);
    }

    private RegistrationUsage Start(SipUri? proxy = null)
    {
        SipRegistrationOptions options = RegistrationTests.Options() with { Registrars = [First, Second], OutboundProxy = proxy };
        RegistrationUsage usage = new(
            _bridge.Agent, options, (transport, place) => new SipFlow(transport, SimulatedBridge.Address, place, Channel: 0), _told.Add, _network.Now);
        _bridge.Agent.Registrations.Add(usage, _network.Now);
        _bridge.Flush();
        return usage;
    }
}
