using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Flooding;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Benchmarks.Flood;

/// <summary>How a flood is run.</summary>
/// <param name="Rates">INVITEs of strangers in a second.</param>
/// <param name="Sources">Addresses that they come from.</param>
/// <param name="Length">Length of each run.</param>
/// <param name="CallsPerSecond">Calls of the trunk meanwhile.</param>
/// <param name="BridgeArguments">Further words of the bridge's command line.</param>
internal sealed record FloodOptions(
    IReadOnlyList<int> Rates, IReadOnlyList<int> Sources, TimeSpan Length, int CallsPerSecond, IReadOnlyList<string> BridgeArguments);

/// <summary>A trunk's calls without and with floods of strangers: set-up, the bridge's processor time and memory.</summary>
internal static class FloodRun
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs all.</summary>
    public static async Task<Report> RunAsync(FloodOptions options, Progress progress)
    {
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await TrunkCalls.StartBridgeAsync(options.BridgeArguments);
        await using PhoneExchange exchange = new();
        await new TrunkCalls().RunAsync(exchange, bridge, options.CallsPerSecond, WarmUp);
        Report report = new(Text($"flood: {options.CallsPerSecond} calls a second of a trunk, {options.Length.TotalSeconds:0} s each"));

        // What the calls alone cost, before and after: the machine changes while we measure.
        double before = await RunOneAsync(report, "no flood", null, 0);
        List<(string Name, double Share)> floods = [];
        foreach (int sources in options.Sources)
        {
            using InviteFlood flood = new(bridge.Sip, sources);
            foreach (int rate in options.Rates)
            {
                string name = Text($"{rate} a second from {sources}");
                progress.Show("flooding", name);
                floods.Add((name, await RunOneAsync(report, name, flood, rate)));
            }
        }

        double after = await RunOneAsync(report, "no flood again", null, 0);
        progress.Clear();
        foreach ((string name, double share) in floods)
        {
            report.Add(Text($"{name}: the flood's part of a core"), Text($"{100 * (share - ((before + after) / 2)):0.0} %"));
        }

        report.Add("load average", Machine.LoadAverage());
        return report;

        async Task<double> RunOneAsync(Report report, string name, InviteFlood? flood, int rate)
        {
            BridgeMetricsPage metricsBefore = await bridge.ReadMetricsAsync();
            ProcessUsage usageBefore = ProcessUsage.Read(bridge.Process.Id);
            TrunkCalls calls = new();
            Task<FloodResult>? flooding = flood?.RunAsync(rate, options.Length);
            await calls.RunAsync(exchange, bridge, options.CallsPerSecond, options.Length);
            FloodResult? result = flooding is null ? null : await flooding;
            ProcessUsage used = ProcessUsage.Read(bridge.Process.Id).Since(usageBefore);
            BridgeMetricsPage metrics = await bridge.ReadMetricsAsync();
            double share = used.Total / options.Length;
            report.Add(Text($"{name}: INVITE to 200 of the trunk"), calls.SetUp.ToString());
            report.Add(Text($"{name}: answered, turned away, failed"), Text($"{calls.Answered}, {calls.TurnedAway}, {calls.Failed}"));
            report.Add(Text($"{name}: bridge, of a core"), Text(
                $"{100 * share:0.0} % (listening thread {100 * (used.Threads.GetValueOrDefault("sip-udp") / options.Length):0.0} %)"));
            report.Add(Text($"{name}: resident memory, growth"), Text($"{used.ResidentMiB:0}, {used.ResidentMiB - usageBefore.ResidentMiB:+0.0;-0.0;0.0} MiB"));
            if (result is not null)
            {
                double dropped = Dropped(metrics) - Dropped(metricsBefore);
                report.Add(Text($"{name}: sent, seen by the bridge, answers"), Text($"{result.Sent} ({result.Sent / options.Length.TotalSeconds:0} a second), {dropped:0}, {result.Answers}"));
            }

            return share;
        }
    }

    private static double Dropped(BridgeMetricsPage metrics) =>
        metrics.Sum("phonebridge_sip_drops_total", "reason=\"Stranger\"") + metrics.Sum("phonebridge_sip_drops_total", "reason=\"Banned\"");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
