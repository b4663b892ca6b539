using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Benchmarks.Flood;

/// <summary>A trunk sends a multiple of the calls that are rated, then as many as are rated again.</summary>
internal static class OverloadRun
{
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(10);

    /// <summary>Runs the three parts.</summary>
    public static async Task<Report> RunAsync(int rated, int times, TimeSpan length, IReadOnlyList<string> arguments, Progress progress)
    {
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await TrunkCalls.StartBridgeAsync([$"--Sip:Overload:CallsPerSecond={rated}", .. arguments]);
        await using PhoneExchange exchange = new();
        Report report = new(Text($"overload: {rated} calls a second are rated, {rated * times} come for {length.TotalSeconds:0} s"));
        await PartAsync("warm-up", rated / 2, TimeSpan.FromSeconds(5));
        await PartAsync("as many as are rated", rated * 9 / 10, Around);
        TrunkCalls overload = await PartAsync(Text($"{times} times as many"), rated * times, length);
        report.Add("answered, of those that are rated", Text($"{100 * overload.Answered / (rated * length.TotalSeconds):0.0} %"));

        // From the first second on.
        await PartAsync("afterwards", rated * 9 / 10, Around);
        BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
        progress.Clear();
        report.Add("turned away by reason: rate, queue, half open", Text(
            $"{Shed(metrics, "SetUpRate"):0}, {Shed(metrics, "QueueDelay"):0}, {Shed(metrics, "HalfOpenCalls"):0}"));
        report.Add("load average", Machine.LoadAverage());
        return report;

        async Task<TrunkCalls> PartAsync(string name, int rate, TimeSpan length)
        {
            progress.Show(name);
            TrunkCalls calls = new();
            ProcessUsage before = ProcessUsage.Read(bridge.Process.Id);
            await calls.RunAsync(exchange, bridge, rate, length);
            ProcessUsage used = ProcessUsage.Read(bridge.Process.Id).Since(before);
            report.Add(Text($"{name} ({rate} a second): answered, turned away, failed"), Text($"{calls.Answered}, {calls.TurnedAway}, {calls.Failed}"));
            report.Add(Text($"{name}: INVITE to 200"), calls.SetUp.ToString());
            report.Add(Text($"{name}: bridge, of a core"), Text($"{100 * (used.Total / length):0} %"));
            return calls;
        }
    }

    private static double Shed(BridgeMetricsPage metrics, string reason) => metrics.SumOrZero("phonebridge_sip_shed_total", $"reason=\"{reason}\"");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
