using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.SetUp;

/// <summary>The command <c>setup</c>.</summary>
internal static class SetUpCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> calls = Options.Number("--calls", 500, "calls in each of the two parts");
        Option<int> rate = Options.Number("--rate", 20, "calls in a second in the second part");
        Option<int> talking = Options.Number("--talking", 0, "instead of both parts: short calls at the rate, while so many are in meetings", least: 0);
        Option<int> seconds = Options.Number("--seconds", 30, "length of the measurement with --talking [s]");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("setup", "How long a call takes to be answered, and from the # of the PIN to hearing the room.")
        {
            calls, rate, talking, seconds, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            int perSecond = parsed.GetValue(rate);
            Report result = parsed.GetValue(talking) is > 0 and int crowd
                ? await BusySetUpRun.RunAsync(perSecond, crowd, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(bridge)!, new Progress())
                : await SetUpRun.RunAsync(parsed.GetValue(calls), perSecond, parsed.GetValue(bridge)!, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
