using System.Globalization;
using System.Net;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Registration;

/// <summary>A registration is kept on virtual time: made, refreshed, tried again, taken back.</summary>
[Trait("Req", "REG")]
public sealed class RegistrationTests : IDisposable
{
    private readonly SimulatedNetwork _network = new(seed: 1);
    private readonly SimulatedBridge _bridge;
    private readonly SimulatedRegistrar _registrar;
    private readonly List<SipRegistrationStatus> _told = [];
    private RegistrationUsage? _usage;
    private SipFlow? _flow = new(SipTransportKind.Udp, SimulatedBridge.Address, SimulatedRegistrar.Address, Channel: 0);

    public RegistrationTests()
    {
        _bridge = new SimulatedBridge(_network, new SimulatedApp());
        _registrar = new SimulatedRegistrar(_network);
    }

    private SipRegistrationState State => _usage!.Status.State;

    private IEnumerable<int> Expires => _registrar.Requests.Select(
        one => int.Parse(one.Request.Headers[SipHeaderNames.Expires]!, CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Command(static (usage, now) => usage.Stop(now));
        _network.RunToEnd();
        _bridge.AssertEmpty();
        Assert.Equal(0, _bridge.Agent.Registrations.Count);
        Assert.Equal(SipRegistrationState.Ended, State);
    }

    [Fact]
    [Trait("Req", "AUC")]
    public void A_challenge_is_answered_and_the_address_bound()
    {
        Start();
        _network.Run(1);
        Assert.Equal(SipRegistrationState.Registered, State);
        Assert.Equal([SipRegistrationState.Registered], _told.Select(status => status.State));
        SipRequest request = _registrar.Last;
        Assert.Equal(("sip:trunk.example", 2u), (request.Uri.ToString(), request.CSeq.Number));
        Assert.Equal(("<sip:0033123456789@trunk.example>", request.To.Uri), (request.Headers["To"], request.From.Uri));
        Assert.Equal("<sip:0033123456789@192.0.2.1:5060>;expires=1800", request.Headers["Contact"]);
        Assert.Contains("username=\"user\"", request.Headers[SipHeaderNames.Authorization], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1800)]
    [InlineData(600)]
    [InlineData(100)]
    [InlineData(60)]
    [InlineData(10)]
    public void It_is_refreshed_between_half_and_nine_tenths_of_what_was_granted(int granted)
    {
        _registrar.Granted = granted;
        Start();
        _network.Run(granted * 20);
        TimeSpan[] times = [.. _registrar.Requests.Skip(1).Select(one => one.At)];
        Assert.InRange(times.Length, 20, 40);
        Assert.All(times.Zip(times[1..]), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, granted * 0.5, granted * 0.9));
        Assert.Equal(SipRegistrationState.Registered, State);
        Assert.Single(_told);
    }

    [Fact]
    public void All_requests_have_one_Call_ID_and_a_rising_CSeq_and_the_nonce_is_used_on()
    {
        Start();
        _network.Run(3000);
        Assert.Single(_registrar.Requests.Select(one => one.Request.CallId).Distinct());
        Assert.Single(_registrar.Requests.Select(one => one.Request.From.Tag).Distinct());
        Assert.Equal(Enumerable.Range(1, _registrar.Requests.Count).Select(n => (uint)n), _registrar.Requests.Select(one => one.Request.CSeq.Number));
        Assert.Contains("nc=00000003", _registrar.Requests[3].Request.Headers[SipHeaderNames.Authorization], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "AUC")]
    public void A_nonce_that_ran_out_is_replaced_without_losing_the_registration()
    {
        Start();
        _network.Run(1);
        _registrar.Nonce = "n2";
        _network.Run(600);
        Assert.Equal(4, _registrar.Requests.Count);
        Assert.Single(_told);
    }

    [Fact]
    public void Expires_counts_when_the_contact_does_not_say()
    {
        _registrar.Script = request =>
        {
            SipResponse ok = SipResponse.For(request, 200, toTag: "r");
            ok.Headers.Add(SipHeaderNames.Expires, "100");
            return ok;
        };
        Start();
        _network.Run(95);
        Assert.Equal(2, _registrar.Requests.Count);
    }

    [Fact]
    public void A_lifetime_that_is_too_brief_is_raised_to_what_the_registrar_names()
    {
        _registrar.Granted = 7200;
        _registrar.Script = request =>
        {
            if (request.Headers[SipHeaderNames.Expires] is "0" or "7200")
            {
                return _registrar.Ok(request);
            }

            SipResponse brief = SipResponse.For(request, 423, toTag: "r");
            brief.Headers.Add(SipHeaderNames.MinExpires, "7200");
            return brief;
        };
        Start();
        _network.Run(7000);
        Assert.Equal(SipRegistrationState.Registered, State);
        Assert.Equal([1800, 7200, 7200], Expires);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("x")]
    [InlineData(null)]
    public void A_423_that_helps_no_further_is_a_failure_like_others(string? least)
    {
        _registrar.Script = request =>
        {
            SipResponse brief = SipResponse.For(request, 423, toTag: "r");
            if (least is not null)
            {
                brief.Headers.Add(SipHeaderNames.MinExpires, least);
            }

            return brief;
        };
        Start();
        _network.Run(1);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.Rejected, 423), Seen(_usage!.Status));
        Assert.Single(_registrar.Requests);
    }

    [Fact]
    public void Service_Route_and_Path_of_the_last_success_are_kept()
    {
        string route = "<sip:orig@edge.example;lr>, <sip:core.example;lr>";
        _registrar.Script = request =>
        {
            SipResponse ok = _registrar.Ok(request);
            ok.Headers.Add(SipHeaderNames.ServiceRoute, route);
            ok.Headers.Add(SipHeaderNames.Path, "<sip:edge.example;lr>");
            return ok;
        };
        Start();
        _network.Run(1);
        Assert.Equal(["<sip:orig@edge.example;lr>", "<sip:core.example;lr>"], _usage!.Routes.ServiceRoute.Select(one => one.ToString()));
        Assert.Equal("<sip:edge.example;lr>", Assert.Single(_usage.Routes.Path).ToString());
        route = "<tel:+33123456789>";
        _network.Run(600);
        Assert.Empty(_usage.Routes.ServiceRoute);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public void Who_is_not_wanted_stops_and_says_so(int status)
    {
        _registrar.Script = request => SipResponse.For(request, status, toTag: "r");
        Start();
        _network.Run(100_000);
        Assert.Single(_registrar.Requests);
        Assert.Equal((SipRegistrationState.Refused, SipRegistrationReason.Rejected, status), Seen(_usage!.Status));
    }

    [Fact]
    [Trait("Req", "AUC")]
    public void A_wrong_password_is_tried_once()
    {
        _registrar.Password = "another";
        Start();
        _network.Run(100_000);
        Assert.Equal(2, _registrar.Requests.Count);
        Assert.Equal((SipRegistrationState.Refused, SipRegistrationReason.WrongCredentials, 401), Seen(_usage!.Status));
    }

    [Fact]
    public void Failures_are_waited_out_longer_and_longer_up_to_a_cap_and_without_end()
    {
        _registrar.Script = request => SipResponse.For(request, 503, toTag: "r");
        Start();
        _network.Run(24 * 3600);
        double[] waits = [.. _registrar.Requests.Zip(_registrar.Requests.Skip(1)).Select(pair => (pair.Second.At - pair.First.At).TotalSeconds)];
        double[] longest = [4, 8, 16, 32, 64, 128, 256, 300, 300];
        Assert.All(longest.Zip(waits), pair => Assert.InRange(pair.Second, pair.First * 0.5, pair.First + 0.1));
        Assert.All(waits[8..], wait => Assert.InRange(wait, 150, 300.1));
        Assert.InRange(waits[8..].Distinct().Count(), 50, int.MaxValue);        // no two bridges in step
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.Rejected, 503), Seen(_usage!.Status));
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(20), _usage.Status.Since);

        _registrar.Script = null;
        _network.Run(301);
        Assert.Equal(SipRegistrationState.Registered, State);
    }

    [Fact]
    public void Retry_After_is_kept_to()
    {
        _registrar.Script = request =>
        {
            SipResponse later = SipResponse.For(request, 503, toTag: "r");
            later.Headers.Add(SipHeaderNames.RetryAfter, "900 (nightly work);duration=60");
            return later;
        };
        Start();
        _network.Run(899);
        Assert.Single(_registrar.Requests);
        _network.Run(2);
        Assert.Equal(2, _registrar.Requests.Count);
    }

    [Fact]
    public void A_registrar_that_is_silent_or_cannot_be_reached_is_tried_again()
    {
        _network.IsCut = true;
        Start();
        _network.Run(33);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.TimedOut, 0), Seen(_usage!.Status));
        _flow = null;
        _network.Run(300);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.TransportFailed, 0), Seen(_usage.Status));
        _flow = new(SipTransportKind.Udp, SimulatedBridge.Address, SimulatedRegistrar.Address, Channel: 0);
        _network.IsCut = false;
        _network.Run(301);
        Assert.Equal(SipRegistrationState.Registered, State);
    }

    [Fact]
    public void Success_without_a_binding_is_no_success()
    {
        _registrar.Granted = 0;
        Start();
        _network.Run(1);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.NotBound, 200), Seen(_usage!.Status));
    }

    [Fact]
    public void At_the_end_it_is_taken_back()
    {
        Start();
        _network.Run(1);
        Command(static (usage, now) => usage.Stop(now));
        Assert.Equal(SipRegistrationState.Leaving, State);
        _network.Run(1);
        Assert.Equal(SipRegistrationState.Ended, State);
        Assert.Equal("<sip:0033123456789@192.0.2.1:5060>;expires=0", _registrar.Last.Headers["Contact"]);
        Assert.Equal([1800, 1800, 0], Expires);
    }

    [Fact]
    public void Stopped_with_a_request_on_its_way_it_waits_for_the_answer_and_then_takes_it_back()
    {
        Start();
        Command(static (usage, now) => usage.Stop(now));
        _network.Run(1);
        Assert.Equal(SipRegistrationState.Ended, State);
        Assert.Equal([1800], Expires);                  // challenged: nothing was bound yet, so nothing is taken back

        _registrar.Requests.Clear();
        _registrar.Script = _registrar.Ok;
        Start();
        Command(static (usage, now) => usage.Stop(now));
        _network.Run(1);
        Assert.Equal([1800, 0], Expires);
    }

    [Fact]
    public void Another_address_of_the_registrar_takes_the_next_request()
    {
        _registrar.Script = request => SipResponse.For(request, 500, toTag: "r");
        Start();
        _network.Run(1);
        IPEndPoint second = new(IPAddress.Parse("192.0.2.10"), 5070);
        SimulatedRegistrar other = new(_network, second);
        _flow = _flow!.Value with { Remote = second };
        Command((usage, _) => usage.MoveTo([second]));
        _network.Run(10);
        Assert.Equal(SipRegistrationState.Registered, State);
        Assert.Equal(2, other.Requests.Count);
    }

    private static (SipRegistrationState, SipRegistrationReason, int) Seen(SipRegistrationStatus status) =>
        (status.State, status.Reason, status.StatusCode);

    internal static SipRegistrationOptions Options() => new()
    {
        User = "0033123456789",
        Domain = "trunk.example",
        Registrars = [SimulatedRegistrar.Address],
        Credentials = new DigestCredentials("user", "secret-of-trunk"),
    };

    private void Start()
    {
        _usage = new RegistrationUsage(_bridge.Agent, Options(), (_, _) => _flow, _told.Add, _network.Now);
        _bridge.Agent.Registrations.Add(_usage, _network.Now);
        _bridge.Flush();
    }

    private void Command(Action<RegistrationUsage, TimeSpan> run)
    {
        _bridge.Agent.Registrations.Run(_usage!, run, _network.Now);
        _bridge.Flush();
    }
}
