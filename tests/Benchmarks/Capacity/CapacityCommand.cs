using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Capacity;

/// <summary>The command <c>capacity</c>.</summary>
internal static class CapacityCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int[]> sizes = Options.Numbers("--room-sizes", "8,30,100", "sizes of rooms, one after the other");
        Option<int[]> levels = Options.Numbers("--levels", "500,1000,1500", "participants at which the processor time is measured, ascending");
        Option<int> step = Options.Number("--step", 500, "participants added at each further step");
        Option<int> most = Options.Number("--most", 3000, "where the steps end");
        Option<int> talkers = Options.Number("--talkers", 2, "talkers in each room", least: 0);
        Option<string> codec = Options.Codec();
        Option<int> seconds = Options.Number("--seconds", 10, "length of each measurement [s]");
        Option<int> settle = Options.Number("--settle", 15, "time for prompts to end before each [s]", least: 0);
        Option<int> rate = Options.Number("--rate", 80, "calls set up in a second");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("capacity", "How many participants one media loop holds, and participants per core, for sizes of rooms.")
        {
            sizes, levels, step, most, talkers, codec, seconds, settle, rate, bridge, report,
        };
        command.SetAction(async parsed =>
        {
            CapacityOptions options = new()
            {
                RoomSizes = parsed.GetValue(sizes)!,
                Levels = [.. parsed.GetValue(levels)!.Order()],
                Step = parsed.GetValue(step),
                Most = parsed.GetValue(most),
                Talkers = parsed.GetValue(talkers),
                Codec = LoadCodec.Of(parsed.GetValue(codec)!),
                Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Settling = TimeSpan.FromSeconds(parsed.GetValue(settle)),
                Rate = parsed.GetValue(rate),
                BridgeArguments = parsed.GetValue(bridge)!,
            };
            Report result = await CapacityRun.RunAsync(options, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
