using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Bridge.FunctionalTests.Load;

/// <summary>Ten thousand short calls leave nothing behind.</summary>
[Trait("Category", "Interop")]
public sealed class LeakTests
{
    private const int Calls = 10_000;
    private const int WarmUp = 2_000;

    [Fact]
    public async Task Ten_thousand_calls_leave_no_call_socket_thread_or_growth_behind()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            MediaPorts = 4000,
            Arguments = ["--Media:PortRest=00:00:01", "--Telemetry:LogLevel=Warning"],
        });
        await CallAsync(bridge, WarmUp);
        Footprint before = await SettleAsync(bridge);
        await CallAsync(bridge, Calls);
        Footprint after = await SettleAsync(bridge);
        TestContext.Current.TestOutputHelper?.WriteLine($"before {before}\nafter  {after}");

        Assert.Equal(Calls, (int)(after.Arrived - before.Arrived));
        Assert.InRange(after.Files, 0, before.Files + 10);
        Assert.InRange(after.Threads, 0, before.Threads + 10);
        // 10 000 calls of 1 kB each would be 10 MB; the heap's own rhythm moves by some MB.
        Assert.InRange(after.Bytes - before.Bytes, long.MinValue, 40L << 20);
    }

    private static async Task CallAsync(BridgeProcess bridge, int calls)
    {
        SippResult result = await SippRun.PlayAsync(new SippOptions
        {
            Scenario = Path.Combine(AppContext.BaseDirectory, "Sipp", "short-call.xml"),
            Target = bridge.Sip.ToString(),
            Calls = calls,
            CallsPerSecond = 150,
            ConcurrentCalls = 200,
            Limit = TimeSpan.FromSeconds(200),
        });
        Assert.True(result.Succeeded, result.ToString());
    }

    // Transactions of UDP linger for 32 s (timers B, F, H, J, L: 64 * T1), ports rest for 1 s; a full collection follows when
    // nobody has called for 40 s.
    private static async Task<Footprint> SettleAsync(BridgeProcess bridge)
    {
        await BridgeFixture.WaitUntilIdleAsync(bridge, TimeSpan.FromSeconds(10));
        await Task.Delay(TimeSpan.FromSeconds(50));
        int files = Directory.GetFileSystemEntries($"/proc/{bridge.Process.Id}/fd").Length;
        int threads = Directory.GetDirectories($"/proc/{bridge.Process.Id}/task").Length;
        double arrived = (await bridge.ReadMetricsAsync()).Sum("phonebridge_calls_arrived_total");
        return new Footprint(arrived, files, threads, bridge.Process.ResidentBytes);
    }

    private sealed record Footprint(double Arrived, int Files, int Threads, long Bytes);
}
