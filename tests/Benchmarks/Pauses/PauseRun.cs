using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Pauses;

/// <summary>
/// What the collector and the compiler do to a media thread: the same work in child processes of this program that differ in their
/// environment alone. For the decision which of them the bridge uses.
/// </summary>
internal static class PauseRun
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly (string Name, string[] Words, (string Name, string Value)[] Environment)[] Collectors =
    [
        ("workstation, concurrent", [], [("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "1")]),
        ("workstation, concurrent, SustainedLowLatency", ["--sustained"], [("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "1")]),
        ("workstation, not concurrent", [], [("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0")]),
        ("server, concurrent", [], [("DOTNET_gcServer", "1"), ("DOTNET_gcConcurrent", "1"), ("DOTNET_GCDynamicAdaptationMode", "0")]),
        ("server, concurrent, adapting its size", [], [("DOTNET_gcServer", "1"), ("DOTNET_gcConcurrent", "1"), ("DOTNET_GCDynamicAdaptationMode", "1")]),
    ];

    private static readonly (string Name, (string Name, string Value)[] Environment)[] Compilers =
    [
        ("compiled once", [("DOTNET_TieredCompilation", "0")]),
        ("tiered, with profiles", [("DOTNET_TieredCompilation", "1"), ("DOTNET_TieredPGO", "1")]),
        ("tiered, without profiles", [("DOTNET_TieredCompilation", "1"), ("DOTNET_TieredPGO", "0")]),
    ];

    /// <summary>Runs all.</summary>
    /// <param name="seconds">Length of each run [s].</param>
    /// <param name="progress">Shows how far.</param>
    public static async Task<Report> RunAsync(int seconds, Progress progress)
    {
        Report report = new(Text($"a 20 ms deadline thread beside {CollectorLoad.LiveMiB} MiB live and {CollectorLoad.GarbageMiBPerSecond} MiB/s of garbage; {seconds} s each"));
        report.Add("load average at the beginning", Machine.LoadAverage());
        report.Add("an empty process", await ChildAsync(["pause-child", "lateness", $"{seconds}", "--quiet"], Collectors[0].Environment, seconds, progress, "an empty process"));
        foreach ((string name, string[] words, (string, string)[] environment) in Collectors)
        {
            report.Add(name, await ChildAsync(["pause-child", "lateness", $"{seconds}", .. words], environment, seconds, progress, name));
        }

        foreach ((string name, (string, string)[] environment) in Compilers)
        {
            report.Add($"mixing loop, {name}", await ChildAsync(["pause-child", "mixing", $"{seconds}"], environment, seconds, progress, name));
        }

        progress.Clear();
        report.Add("load average at the end", Machine.LoadAverage());
        return report;
    }

    // The last line that the child writes is its result.
    private static async Task<string> ChildAsync(
        string[] words, (string Name, string Value)[] environment, int seconds, Progress progress, string topic)
    {
        await using OwnedProcess child = OwnedProcess.Start(
            "dotnet", [typeof(PauseRun).Assembly.Location, .. words], environment: environment.ToDictionary(e => e.Name, e => e.Value));
        Task<int> exit = child.WaitForExitAsync(StartLimit + TimeSpan.FromSeconds(2 * seconds));
        await progress.WaitAsync(topic, TimeSpan.FromSeconds(seconds));
        return await exit == 0 ? child.Tail(1) : throw new InvalidOperationException($"'{topic}' failed:\n{child.Tail(20)}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
