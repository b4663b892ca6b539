using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Idle;

/// <summary>The command <c>idle</c>.</summary>
internal static class IdleCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> rooms = Options.Number("--rooms", 10_000, "rooms");
        Option<int> started = Options.Number("--started", 0, "of them with a meeting started and nobody in it", least: 0);
        Option<int> seconds = Options.Number("--seconds", 30, "length of each of the two measurements [s]");
        Option<int> rest = Options.Number("--rest", 20, "rest before each [s]", least: 0);
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("idle", "What rooms cost in which nobody is.") { rooms, started, seconds, rest, bridge, report };
        command.SetAction(async parsed =>
        {
            Report result = await IdleRun.RunAsync(
                parsed.GetValue(rooms),
                Math.Min(parsed.GetValue(rooms), parsed.GetValue(started)),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(rest)),
                parsed.GetValue(bridge)!,
                new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
