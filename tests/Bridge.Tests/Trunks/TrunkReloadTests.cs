using System.Diagnostics;
using System.Net;
using System.Text.Json;
using PhoneBridge.Bridge.Tests.Api;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>Trunks are reloaded whole or not at all, and shown as they are.</summary>
[Trait("Req", "TRA4")]
public sealed class TrunkReloadTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task New_trunks_are_in_force_and_old_ones_gone()
    {
        Write("""{ "Name": "a", "Sources": ["192.0.2.1"] }, { "Name": "b", "Sources": ["192.0.2.2"] }""");
        await using RunningBridge bridge = await StartAsync();
        Assert.Equal(["a", "b"], await NamesAsync(bridge));

        Write("""{ "Name": "b", "Sources": ["192.0.2.3"] }, { "Name": "c", "Sources": ["192.0.2.1"], "MaxCalls": 3 }""");
        Answer answer = await bridge.PostAsync("trunks/reload");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("""{"added":["c"],"removed":["a"],"changed":["b"]}""", answer.Body.GetRawText());
        Assert.Equal(["b", "c"], await NamesAsync(bridge));
        TrunkTable table = bridge.Get<TrunkTables>().Current;
        Assert.Equal(("c", "b", false), (table.TrunkOf(IPAddress.Parse("192.0.2.1"))?.Name, table.TrunkOf(IPAddress.Parse("192.0.2.3"))?.Name, table.IsKnown(IPAddress.Parse("192.0.2.2"))));
    }

    [Theory]
    [InlineData("""{ "Name": "b", "Sources": ["192.0.2.999"] }, { "Name": "c" }""", "Sip:Trunks:0:Sources:0,Sip:Trunks:1:Sources")]
    [InlineData("""{ "Name": "b", "Sourcez": ["192.0.2.9"], "Sources": ["192.0.2.8"] }""", "Sip:Trunks:0:Sourcez")]
    [InlineData("""{ "Name": """, "")]
    public async Task With_an_error_nothing_changes_and_every_error_is_named(string trunks, string keys)
    {
        Write("""{ "Name": "a", "Sources": ["192.0.2.1"] }""");
        await using RunningBridge bridge = await StartAsync();
        TrunkTable before = bridge.Get<TrunkTables>().Current;
        Write(trunks);
        Answer answer = await bridge.PostAsync("trunks/reload");
        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (answer.Status, answer.MediaType));
        string[] named = [.. answer.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name)];
        Assert.NotEmpty(named);
        Assert.All(keys.Split(',', StringSplitOptions.RemoveEmptyEntries), key => Assert.Contains(key, named));
        Assert.Same(before, bridge.Get<TrunkTables>().Current);
        Assert.Equal(["a"], await NamesAsync(bridge));
    }

    [Fact]
    [Trait("Req", "REG")]
    public async Task A_registration_that_did_not_change_runs_on_and_one_that_is_gone_is_taken_back()
    {
        await using TestRegistrar first = new(request => TestRegistrar.Accept(request).Add("Service-Route", "<sip:edge.example;lr>"));
        await using TestRegistrar second = new(TestRegistrar.Accept);
        Write(Registered("a", first, "1") + "," + Registered("b", second, "2"));
        await using RunningBridge bridge = await StartAsync();
        await UntilAsync(bridge, "a", "registered");
        await UntilAsync(bridge, "b", "registered");
        Assert.Equal(["<sip:edge.example;lr>"], bridge.Get<TrunkKeeper>().RoutesOf("a").ServiceRoute.Select(route => route.ToString()));
        Assert.Empty(bridge.Get<TrunkKeeper>().RoutesOf("b").ServiceRoute);

        Write(Registered("a", first, "1"));
        Assert.Equal(HttpStatusCode.OK, (await bridge.PostAsync("trunks/reload")).Status);
        await UntilAsync(() => second.Requests.Count == 2);
        Assert.Equal("0", second.Requests[^1]["Expires"]);

        // Another user: the old address is taken back first, then the new one is bound.
        Write(Registered("a", first, "3"));
        Assert.Equal(HttpStatusCode.OK, (await bridge.PostAsync("trunks/reload")).Status);
        await UntilAsync(() => first.Requests.Count == 3);
        Assert.Equal(
            [("<sip:1@trunk.example>", "1800"), ("<sip:1@trunk.example>", "0"), ("<sip:3@trunk.example>", "1800")],
            first.Requests.Select(request => (request["To"], request["Expires"])));
    }

    [Fact]
    [Trait("Req", "REG")]
    [Trait("Req", "TRA5")]
    public async Task Of_two_registrars_of_a_service_the_dead_one_is_passed_over_and_a_source_by_name_follows_its_addresses()
    {
        await using NameServer names = new();
        await using TestRegistrar alive = new(TestRegistrar.Accept);
        await using TestRegistrar dead = new(request => PhoneBridge.Testing.Phones.SipWire.Response(request, 503, "Service Unavailable", "r"));
        names.AddSrv("_sip._udp.trunk.example", 1, 0, Port(dead), "dead.trunk.example", life: 1).AddA("dead.trunk.example", "127.0.0.1", life: 1)
            .AddSrv("_sip._udp.trunk.example", 2, 0, Port(alive), "alive.trunk.example", life: 1).AddA("alive.trunk.example", "127.0.0.1", life: 1)
            .AddA("calls.trunk.example", "192.0.2.7", life: 1);
        Write("""
            { "Name": "a", "Sources": ["calls.trunk.example"],
              "Registration": { "Registrar": "trunk.example", "User": "1", "Password": "p" } }
            """);
        await using RunningBridge bridge = await StartAsync($"--Sip:Dns:Servers:0={names.Address}");
        Assert.Equal("a", bridge.Get<TrunkTables>().Current.TrunkOf(IPAddress.Parse("192.0.2.7"))?.Name);     // known when the first call can come
        Assert.True(bridge.Get<TrunkTables>().Current.IsKnown(IPAddress.Loopback));
        await UntilAsync(bridge, "a", "registered");
        Assert.Single(dead.Requests);
        Assert.Equal("REGISTER sip:trunk.example SIP/2.0", alive.Requests[0].StartLine);

        names.Remove("calls.trunk.example", 1);
        names.AddA("calls.trunk.example", "192.0.2.8");
        await UntilAsync(() => bridge.Get<TrunkTables>().Current.IsKnown(IPAddress.Parse("192.0.2.8")));
        Assert.False(bridge.Get<TrunkTables>().Current.IsKnown(IPAddress.Parse("192.0.2.7")));

        // The name servers go: the trunk stays.
        names.IsWell = false;
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(bridge.Get<TrunkTables>().Current.IsKnown(IPAddress.Parse("192.0.2.8")));
        Assert.Equal("up", (await bridge.GetAsync("trunks/a")).Text("state"));
    }

    [Fact]
    public async Task A_trunk_is_shown_with_state_and_figures_to_those_with_a_key()
    {
        Write("""{ "Name": "a", "Sources": ["192.0.2.1"] }""");
        await using RunningBridge bridge = await StartAsync();
        Answer answer = await bridge.GetAsync("trunks/a");
        Assert.Equal(("unknown", "a", 0), (answer.Text("state"), answer.Text("name"), answer.Body.GetProperty("callsNow").GetInt32()));
        Assert.Equal(JsonValueKind.Null, answer.Body.GetProperty("setUpMeanMs").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await bridge.GetAsync("trunks/b")).Status);
        foreach (string path in new[] { "trunks", "trunks/a" })
        {
            using HttpResponseMessage response = await bridge.Anonymous.GetAsync("/api/v1/" + path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using HttpResponseMessage refused = await bridge.Anonymous.PostAsync("/api/v1/trunks/reload", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Matches("phonebridge_trunk_state\\{[^}]*trunk=\"a\"[^}]*\\} 0", await bridge.Anonymous.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
    }

    private static int Port(TestRegistrar registrar) => IPEndPoint.Parse(registrar.Address).Port;

    private static string Registered(string name, TestRegistrar registrar, string user) =>
        $$"""{ "Name": "{{name}}", "Registration": { "Registrar": "{{registrar.Address}}", "Domain": "trunk.example", "User": "{{user}}", "Password": "p" } }""";

    private void Write(string trunks) => File.WriteAllText(_file, $$"""{ "Sip": { "Trunks": [ {{trunks}} ] } }""");

    private Task<RunningBridge> StartAsync(params string[] more) => RunningBridge.StartAsync(["--config", _file, .. more]);

    private static async Task<string[]> NamesAsync(RunningBridge bridge) =>
        [.. (await bridge.GetAsync("trunks")).Body.GetProperty("trunks").EnumerateArray().Select(trunk => trunk.GetProperty("name").GetString()!)];

    private static async Task UntilAsync(RunningBridge bridge, string trunk, string registration)
    {
        while ((await bridge.GetAsync($"trunks/{trunk}")).Text("registration") != registration)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task UntilAsync(Func<bool> isReached)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!isReached())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(40));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
