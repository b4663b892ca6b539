using System.Diagnostics;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>The host signs on at a trunk's registrar, shows how that stands, and signs off at its end.</summary>
[Trait("Req", "REG")]
public sealed class TrunkRegistrationTests
{
    private const string Password = "Zq7-very-secret";

    [Fact]
    public async Task The_bridge_signs_on_shows_it_and_signs_off()
    {
        await using TestRegistrar registrar = new(
            request => request["Authorization"] is null ? TestRegistrar.Challenge(request) : TestRegistrar.Accept(request));
        await using (RunningBridge bridge = await RunningBridge.StartAsync(Arguments(registrar.Address)))
        {
            HealthEntry entry = await StateAsync(bridge, HealthState.Up);
            Assert.Equal(("", false), (entry.Reason, entry.IsRequired));
            string metrics = await bridge.Anonymous.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            Assert.Matches("phonebridge_trunk_registration_state\\{[^}]*trunk=\"operator\"[^}]*\\} 1", metrics);
            Assert.DoesNotContain(Password, metrics, StringComparison.Ordinal);
        }

        Assert.Equal(["1800", "1800", "0"], registrar.Requests.Select(request => request["Expires"]));
        Assert.Contains("username=\"login\"", registrar.Requests[1]["Authorization"], StringComparison.Ordinal);
        Assert.StartsWith("<sip:0033123456789@127.0.0.1:", registrar.Requests[1]["Contact"], StringComparison.Ordinal);
        Assert.DoesNotContain(registrar.Requests, request => System.Text.Encoding.UTF8.GetString(request.Write()).Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_an_alarm_without_the_password_and_the_bridge_stays_ready_for_others()
    {
        await using TestRegistrar registrar = new(TestRegistrar.Challenge);
        await using RunningBridge bridge = await RunningBridge.StartAsync(Arguments(registrar.Address));
        HealthEntry entry = await StateAsync(bridge, HealthState.Down);
        Assert.Equal("operator: refused, user or password are not accepted; nothing more is tried before a reload or restart", entry.Reason);
        string page = await bridge.Anonymous.GetStringAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Contains("trunkRegistrations", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, page, StringComparison.Ordinal);
        Assert.DoesNotContain("login", page, StringComparison.Ordinal);
        Assert.Equal(2, registrar.Requests.Count);
    }

    [Fact]
    public void Health_tells_of_all_trunks_in_one_line()
    {
        Assert.Equal((HealthState.Up, "no trunk asks for a registration"), TrunkKeeper.Summarise([]));
        Assert.Equal((HealthState.Up, ""), TrunkKeeper.Summarise([One("a", SipRegistrationState.Registered)]));
        Assert.Equal((HealthState.Starting, "b: Registering"), TrunkKeeper.Summarise(
            [One("a", SipRegistrationState.Registered), One("b", SipRegistrationState.Registering)]));
        Assert.Equal((HealthState.Degraded, "b: Refused"), TrunkKeeper.Summarise(
            [One("a", SipRegistrationState.Registered), One("b", SipRegistrationState.Refused)]));
        Assert.Equal((HealthState.Down, "a: Failing; b: Refused"), TrunkKeeper.Summarise(
            [One("a", SipRegistrationState.Failing), One("b", SipRegistrationState.Refused)]));
    }

    private static (string Trunk, SipRegistrationState State, string Words) One(string trunk, SipRegistrationState state) => (trunk, state, $"{state}");

    private static string[] Arguments(string registrar) =>
    [
        "--Sip:Trunks:0:Name=operator",
        $"--Sip:Trunks:0:Registration:Registrar={registrar}",
        "--Sip:Trunks:0:Registration:Domain=trunk.example",
        "--Sip:Trunks:0:Registration:User=0033123456789",
        "--Sip:Trunks:0:Registration:AuthUser=login",
        $"--Sip:Trunks:0:Registration:Password={Password}",
    ];

    private static async Task<HealthEntry> StateAsync(RunningBridge bridge, HealthState wanted)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            HealthEntry entry = bridge.Get<HealthBoard>().Read().Single(one => one.Thing == OutsideThing.TrunkRegistrations);
            if (entry.State == wanted)
            {
                return entry;
            }

            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), $"still {entry.State}: {entry.Reason}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
