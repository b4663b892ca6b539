using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Spray;

/// <summary>The command <c>spray</c>.</summary>
internal static class SprayCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> rate = Options.Number("--rate", 50_000, "foreign RTP packets in a second");
        Option<int> sources = Options.Number("--sources", 16, "addresses that they come from");
        Option<int> participants = Options.Number("--participants", 100, "participants meanwhile");
        Option<int> seconds = Options.Number("--seconds", 20, "length of each part [s]");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("spray", "Loud foreign RTP on all ports during meetings: whether it is heard, answered, or disturbs.")
        {
            rate, sources, participants, seconds, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            Report result = await SprayRun.RunAsync(
                parsed.GetValue(rate), parsed.GetValue(sources), parsed.GetValue(participants), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(bridge)!, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
