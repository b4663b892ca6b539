using System.Net;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Trunks;

/// <summary>The bridge registered at Kamailio: calls to the number reach it through there.</summary>
[Trait("Category", "Interop")]
[Trait("Req", "REG")]
[Trait("Req", "AUC")]
public sealed class KamailioTests
{
    private const string Password = "Zq7-very-secret";
    private const string Number = "0033123456789";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_to_the_registered_number_reaches_the_bridge_while_it_is_registered()
    {
        Assert.SkipUnless(KamailioServer.IsInstalled, "Kamailio is not installed.");
        await using KamailioServer kamailio = await StartAsync();
        IPEndPoint address = kamailio.Address;
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments =
            [
                "--Telemetry:LogLevel=Trace",
                "--Sip:Trunks:0:Name=operator",
                "--Sip:Trunks:0:Numbers:0:Number=+33123456789",
                $"--Sip:Trunks:0:Registration:Registrar={address}",
                "--Sip:Trunks:0:Registration:Domain=trunk.example",
                $"--Sip:Trunks:0:Registration:User={Number}",
                "--Sip:Trunks:0:Registration:AuthUser=login",
            ],
            Environment = new Dictionary<string, string> { ["PHONEBRIDGE_Sip__Trunks__0__Registration__Password"] = Password },
        });

        // Three lifetimes, each with nonces that have run out meanwhile.
        await kamailio.WaitForAsync("saved expires=1800 user=login", times: 4);
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(1, metrics.Sum("phonebridge_trunk_registration_state", "trunk=\"operator\""));
        Assert.DoesNotContain(bridge.Log, line => line.Contains("failing", StringComparison.Ordinal));

        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        await using (PhoneExchange exchange = new())
        {
            await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = "+33699000001", Server = address });
            CallAnswer answer = await phone.DialAsync($"sip:{Number}@{address}", Cancel);
            Assert.Equal(200, answer.Status);
            await phone.Media.PressAsync(room.ParticipantPin);
            await room.WaitForAdmittedAsync(1, TimeSpan.FromSeconds(20));
        }

        Assert.Equal(1, (await bridge.ReadMetricsAsync()).Sum("phonebridge_calls_arrived_total", "trunk=\"operator\""));
        Assert.Equal(0, await bridge.StopAsync(TimeSpan.FromSeconds(30)));
        await kamailio.WaitForAsync("saved expires=0");
        Assert.DoesNotContain(bridge.Log, line => line.Contains(Password, StringComparison.Ordinal) || line.Contains("login", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "TRA6")]
    public async Task A_watched_trunk_goes_down_when_its_peer_dies_and_up_when_it_is_back()
    {
        Assert.SkipUnless(KamailioServer.IsInstalled, "Kamailio is not installed.");
        KamailioServer kamailio = await StartAsync();
        IPEndPoint address = kamailio.Address;
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = ["--Sip:Trunks:0:Name=operator", $"--Sip:Trunks:0:Peer:Address={address}", "--Sip:Trunks:0:Peer:OptionsInterval=00:00:01"],
        });
        try
        {
            await WaitForStateAsync(bridge, "up");          // its 404 is an answer
            await kamailio.DisposeAsync();
            await WaitForStateAsync(bridge, "down");
            string health = await ReadHealthAsync(bridge);
            Assert.Contains("operator: down, the peer is gone: it does not answer OPTIONS", health, StringComparison.Ordinal);
            Assert.Equal(3, (await bridge.ReadMetricsAsync()).Sum("phonebridge_trunk_state", "trunk=\"operator\""));
            kamailio = await StartAsync(address);
            await WaitForStateAsync(bridge, "up");
        }
        finally
        {
            await kamailio.DisposeAsync();
        }

        Assert.Equal(
            ["is Up", "is Down", "is Up"],
            bridge.Log.Where(line => line.Contains("Trunk operator is", StringComparison.Ordinal)).Select(line => line.Contains("is Up", StringComparison.Ordinal) ? "is Up" : "is Down"));
    }

    private static async Task WaitForStateAsync(BridgeProcess bridge, string state)
    {
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(60);
        while ((await bridge.Api.GetAsync("trunks/operator")).Required().Body.GetProperty("state").GetString() != state)
        {
            Assert.True(MonotonicTime.Now < end, $"not {state} in time:\n{string.Join('\n', bridge.Log)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }
    }

    private static async Task<string> ReadHealthAsync(BridgeProcess bridge)
    {
        using HttpClient http = new() { BaseAddress = bridge.Http };
        return await http.GetStringAsync("/health/live", Cancel);
    }

    private static Task<KamailioServer> StartAsync(IPEndPoint? at = null) =>
        KamailioServer.StartAsync("registrar.cfg", new Dictionary<string, string> { ["PASSWORD"] = Password }, at: at);
}
