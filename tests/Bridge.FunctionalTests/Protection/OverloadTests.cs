using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Protection;

/// <summary>More calls than are rated: as many as are rated get through, the others hear 503, and calls that are up notice nothing.</summary>
[Trait("Req", "OVL")]
[Trait("Req", "T11")]
public sealed class OverloadTests
{
    private const int Rated = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_three_times_the_rated_calls_those_that_are_rated_are_taken_and_then_all_again()
    {
        await using BridgeProcess bridge = await KnownTrunk.StartBridgeAsync($"--Sip:Overload:CallsPerSecond={Rated}");
        await using PhoneExchange exchange = new();
        await using TestPhone before = Phone(exchange, bridge);
        Assert.Equal(200, (await before.DialAsync(bridge.Address(), Cancel)).Status);

        TimeSpan start = MonotonicTime.Now;
        Task<int>[] calls = new Task<int>[Rated * 3 * 4];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = CallAsync(exchange, bridge);
            await Task.Delay(TimeSpan.FromSeconds(1.0 / (3 * Rated)), Cancel);
        }

        int[] statuses = await Task.WhenAll(calls);
        double seconds = (MonotonicTime.Now - start).TotalSeconds;
        int taken = statuses.Count(status => status == 200);
        Assert.All(statuses, status => Assert.True(status is 200 or 503, $"{status}"));
        Assert.InRange(taken, 0.9 * Rated * 4, Rated * (seconds + 1));
        Assert.Equal(200, await before.HoldAsync());
        Assert.Equal(200, await before.ResumeAsync());

        // Normal again as soon as there are no more than are rated.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal(200, await CallAsync(exchange, bridge));
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        Assert.Equal(statuses.Length - taken, metrics.Sum("phonebridge_sip_shed_total", "reason=\"SetUpRate\""));
        Assert.Equal(taken + 2, metrics.Sum("phonebridge_calls_arrived_total", "trunk=\"known\""));
    }

    private static TestPhone Phone(PhoneExchange exchange, BridgeProcess bridge) =>
        exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip, Records = false });

    private static async Task<int> CallAsync(PhoneExchange exchange, BridgeProcess bridge)
    {
        await using TestPhone phone = Phone(exchange, bridge);
        return (await phone.DialAsync(bridge.Address(), Cancel)).Status;
    }
}
