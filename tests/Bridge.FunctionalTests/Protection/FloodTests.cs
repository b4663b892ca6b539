using System.Text.Json;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Flooding;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Protection;

/// <summary>A small flood of strangers: calls of the trunk go on as if there were none. Figures are for <c>tests/Benchmarks</c>.</summary>
[Trait("Req", "TRA4")]
[Trait("Req", "T9")]
public sealed class FloodTests
{
    private const int Calls = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, "Silent")]
    [InlineData(500, "Silent")]
    [InlineData(500, "Refuse")]
    public async Task Calls_of_a_trunk_are_answered_while_strangers_flood(int sources, string strangers)
    {
        await using BridgeProcess bridge = await KnownTrunk.StartBridgeAsync($"--Sip:Strangers={strangers}");
        await using PhoneExchange exchange = new();
        using InviteFlood flood = new(bridge.Sip, sources);
        Task<FloodResult> flooding = flood.RunAsync(2000, TimeSpan.FromSeconds(5));
        for (int i = 0; i < Calls; i++)
        {
            await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
            Assert.Equal(200, (await phone.DialAsync(bridge.Address(), Cancel)).Status);
        }

        FloodResult result = await flooding;
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(Calls, metrics.Sum("phonebridge_calls_arrived_total"));
        Assert.Equal(0, metrics.SumOrZero("phonebridge_sip_drops_total", "QueueFull"));
        Assert.Equal(0, metrics.Sum("phonebridge_sip_faults_total"));
        double dropped = metrics.Sum("phonebridge_sip_drops_total", "reason=\"Stranger\"") + metrics.Sum("phonebridge_sip_drops_total", "reason=\"Banned\"");
        Assert.InRange(dropped, result.Sent * 0.5, result.Sent);    // the rest was lost in the socket's buffer while the machine was busy
        Assert.InRange(result.Answers, strangers == "Silent" ? 0 : 1, strangers == "Silent" ? 0 : 20 * sources);

        // Nothing of it was written down but the bans, and those few times.
        Assert.InRange(bridge.Log.Count(line => line.Contains("was banned", StringComparison.Ordinal)), sources == 1 ? 1 : 0, 40);
        Assert.Empty((await bridge.Api.GetAsync("calls?trunk=stranger")).Required().Body.GetProperty("calls").EnumerateArray());
        if (sources == 1)
        {
            JsonElement ban = Assert.Single((await bridge.Api.GetAsync("bans")).Required().Body.EnumerateArray());
            Assert.Equal(InviteFlood.AddressOf(0).ToString(), ban.GetProperty("address").GetString());
        }
    }

    [Fact]
    [Trait("Req", "OVL")]
    public async Task Where_everybody_may_call_a_flooding_source_gets_few_calls_and_the_others_theirs()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = ["--Sip:UnknownTrunk:CallsPerSecond=5", "--Sip:UnknownTrunk:Burst=20", "--Sip:Bans:Attempts=20"],
        });
        await using PhoneExchange exchange = new();
        using InviteFlood flood = new(bridge.Sip, 1);
        FloodResult result = await flood.RunAsync(500, TimeSpan.FromSeconds(2));
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });
        Assert.Equal(200, (await phone.DialAsync(bridge.Address(), Cancel)).Status);
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.InRange(metrics.Sum("phonebridge_calls_arrived_total"), 2, 40);
        Assert.Equal(1, metrics.Sum("phonebridge_sip_bans_total"));
        Assert.InRange(metrics.Sum("phonebridge_sip_drops_total", "reason=\"Banned\""), 1, result.Sent);
    }
}
