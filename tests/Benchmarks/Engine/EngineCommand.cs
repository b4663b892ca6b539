using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Engine;

/// <summary>The command <c>engine</c>, and the hidden one by which it runs its child.</summary>
internal static class EngineCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<int> participants = Options.Number("--participants", 2500, "legs");
        Option<int> rooms = Options.Number("--rooms", 313, "conferences they are spread over");
        Option<int> talkers = Options.Number("--talkers", 2, "legs of each conference that talk all the time");
        Option<int> seconds = Options.Number("--seconds", 60, "length [s]");
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("engine", "Memory and processor time of the media engine alone, in a process of its own, with real packets in and out.")
        {
            participants, rooms, talkers, seconds, report,
        };
        command.SetAction(async parsed =>
        {
            Report result = await EngineRun.RunAsync(
                parsed.GetValue(participants),
                parsed.GetValue(rooms),
                parsed.GetValue(talkers),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }

    /// <summary>Makes the hidden command.</summary>
    public static Command CreateChild()
    {
        Argument<int> participants = new("participants"), rooms = new("rooms"), remote = new("remote");
        Command command = new("engine-child", "The engine of 'engine'.") { participants, rooms, remote };
        command.Hidden = true;
        command.SetAction(async (parsed, stop) =>
            await EngineChild.RunAsync(parsed.GetValue(participants), parsed.GetValue(rooms), parsed.GetValue(remote), stop));
        return command;
    }
}
