using System.Net;
using PhoneBridge.Bridge.FunctionalTests.Calls;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Bridge.FunctionalTests.DialOut;

/// <summary>What calls of the bridge may cost is kept through a crash; and a bridge that nobody told to dials nothing.</summary>
[Trait("Req", "C10")]
public sealed class DialOutBudgetTests
{
    private static readonly object Number = new { number = "+33612345678" };

    [Fact]
    public async Task The_budget_that_is_spent_is_spent_after_a_crash_too()
    {
        int nobody = FreePorts.TakeBlock(2);
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = [.. DialOutFixture.Trunk(0, "mobile", nobody, "+33"), "--DialOut:CallsPerRoomAndHour=1", "--DialOut:CallsPerDay=2"],
        });
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await bridge.Api.PostAsync($"rooms/{room.Id}/calls", Number)).Status);
        await bridge.CrashAsync();
        await bridge.StartAgainAsync();

        await room.StartAsync();
        ApiAnswer spent = await bridge.Api.PostAsync($"rooms/{room.Id}/calls", Number);
        Assert.Equal(HttpStatusCode.TooManyRequests, spent.Status);
        BridgeRoom other = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await other.StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await bridge.Api.PostAsync($"rooms/{other.Id}/calls", Number)).Status);
        BridgeRoom third = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await third.StartAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await bridge.Api.PostAsync($"rooms/{third.Id}/calls", Number)).Status);
        Assert.Equal(1, (await bridge.ReadMetricsAsync()).SumOrZero("phonebridge_calls_placed_total"));
    }

    [Fact]
    public async Task Without_a_section_DialOut_nothing_is_rung()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync();
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        ApiAnswer answer = await bridge.Api.PostAsync($"rooms/{room.Id}/calls", Number);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("DialOut", answer.Text, StringComparison.Ordinal);
        await CallsFixture.WaitUntilAsync(
            async () => (await bridge.Api.GetAsync("calls?end=notDialled")).Required().Body.GetProperty("calls").GetArrayLength() == 1, "the asking is recorded");
    }
}
