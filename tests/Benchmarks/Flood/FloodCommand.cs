using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Flood;

/// <summary>The commands <c>flood</c> and <c>overload</c>.</summary>
internal static class FloodCommand
{
    /// <summary>Makes <c>flood</c>.</summary>
    public static Command Create()
    {
        Option<int[]> rates = Options.Numbers("--rates", "2000,20000", "INVITEs of strangers in a second, one run each");
        Option<int[]> sources = Options.Numbers("--sources", "1,1000", "addresses that they come from, one run each");
        Option<int> seconds = Options.Number("--seconds", 20, "length of a run [s]");
        Option<int> calls = Options.Number("--calls", 10, "calls of the trunk in a second meanwhile");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("flood", "How long a trunk's calls take to be answered, and what it costs, while strangers send INVITEs.")
        {
            rates, sources, seconds, calls, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            FloodOptions options = new(
                parsed.GetValue(rates)!, parsed.GetValue(sources)!, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(calls), parsed.GetValue(bridge)!);
            Report result = await FloodRun.RunAsync(options, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }

    /// <summary>Makes <c>overload</c>.</summary>
    public static Command CreateOverload()
    {
        Option<int> rated = Options.Number("--rated", 30, "calls in a second that are rated");
        Option<int> times = Options.Number("--times", 3, "how many times as many come");
        Option<int> seconds = Options.Number("--seconds", 20, "length of the overload [s]");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("overload", "What gets through when a trunk sends more calls than are rated, and how soon all is normal again.")
        {
            rated, times, seconds, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            Report result = await OverloadRun.RunAsync(
                parsed.GetValue(rated), parsed.GetValue(times), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(bridge)!, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
