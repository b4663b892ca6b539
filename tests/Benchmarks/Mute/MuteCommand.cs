using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Mute;

/// <summary>The command <c>mute</c>.</summary>
internal static class MuteCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> rooms = Options.Number("--rooms", 30, "rooms");
        Option<int> size = Options.Number("--muted", 10, "participants of each who are muted, one after the other; three more listen");
        Option<int> atATime = Options.Number("--at-a-time", 5, "rooms in which somebody is muted at a time");
        Option<int> allSize = Options.Number("--all-size", 250, "participants of the room that is muted as a whole; 0: none", least: 0);
        Option<int> allTimes = Options.Number("--all-times", 5, "how many times it is");
        Option<string[]> bridge = Options.Bridge();
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("mute", "From a request to mute to the last packet with the voice at every listener.")
        {
            rooms, size, atATime, allSize, allTimes, bridge, report,
        };
        allSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is > 0 and < 12)
            {
                result.AddError("--all-size takes 0, or 12 and more: four of them talk, six listen.");
            }
        });
        command.SetAction(async parsed =>
        {
            MuteOptions options = new(
                parsed.GetValue(rooms), parsed.GetValue(size), parsed.GetValue(atATime),
                parsed.GetValue(allSize), parsed.GetValue(allTimes), parsed.GetValue(bridge)!);
            Report result = await MuteRun.RunAsync(options, new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }
}
