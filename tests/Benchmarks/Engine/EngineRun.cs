using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Engine;

/// <summary>Measures the media engine without the rest of the bridge: what a process of its own for it would take.</summary>
internal static class EngineRun
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    // As the bridge sets it for itself (docs/adr/0004).
    private static readonly Dictionary<string, string> Collector = new()
    {
        ["DOTNET_TieredCompilation"] = "0",
        ["DOTNET_GCGen0MaxBudget"] = "1000000",
    };

    /// <summary>Runs the whole.</summary>
    public static async Task<Report> RunAsync(int participants, int rooms, int talkers, TimeSpan length, Progress progress)
    {
        progress.Show("starting the engine");
        using EngineCrowd crowd = new();
        await using OwnedProcess engine = OwnedProcess.Start(
            "dotnet",
            [typeof(EngineRun).Assembly.Location, "engine-child", Text($"{participants}"), Text($"{rooms}"), Text($"{crowd.Port}")],
            environment: Collector);
        await engine.WaitForLineAsync(line => line == EngineChild.Ready, StartLimit);
        int[] ports = [.. engine.Output
            .Where(line => line.StartsWith(EngineChild.PortWord, StringComparison.Ordinal))
            .Select(line => int.Parse(line.AsSpan(EngineChild.PortWord.Length + 1), CultureInfo.InvariantCulture))];
        double silent = ProcessUsage.Read(engine.Id).ResidentMiB;

        Thread[] threads = crowd.Start(ports, talkers * rooms);
        await progress.WaitAsync("the engine settles:", Settle);
        ProcessUsage before = ProcessUsage.Read(engine.Id);
        (long sentBefore, long cameBefore, long voiceBefore) = crowd.Counts;
        TimeSpan start = MonotonicTime.Now;
        await progress.WaitAsync("measuring", length);
        ProcessUsage used = ProcessUsage.Read(engine.Id).Since(before);
        (long sent, long came, long voice) = crowd.Counts;
        TimeSpan taken = MonotonicTime.Now - start;
        crowd.Stop();
        Array.ForEach(threads, thread => thread.Join());
        progress.Clear();

        Report report = new(Text($"the media engine alone: {participants} legs (pcma) in {rooms} conferences, {talkers} talkers each, {length.TotalSeconds:0} s"));
        report.Add("load average at the end", Machine.LoadAverage());
        report.Add("memory, legs opened", Text($"{silent:0} MiB resident"));
        report.Add("memory, talking", Text($"{used.ResidentMiB:0} MiB resident ({1024 * used.ResidentMiB / participants:0} KiB a leg with all of the process), {used.PeakResidentMiB:0} MiB at most"));
        report.Add("processor time", Text($"{used.Total / taken:0.000} cores"));
        report.Add("packets to it", Text($"{sent - sentBefore}, {(sent - sentBefore) / taken.TotalSeconds / participants:0.00} a second and leg"));
        report.Add("packets from it", Text($"{came - cameBefore}, {(came - cameBefore) / taken.TotalSeconds / participants:0.00} a second and leg; {100.0 * (voice - voiceBefore) / Math.Max(1, came - cameBefore):0.0} % with a voice"));
        return report;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
