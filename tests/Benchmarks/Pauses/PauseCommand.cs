using System.CommandLine;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Pauses;

/// <summary>The command <c>gc</c>, and the hidden one by which it runs its children.</summary>
internal static class PauseCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<int> seconds = Options.Number("--seconds", 20, "length of each of the nine runs [s]", least: 2);
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("gc", "How late a media thread wakes under each collector, and how a mixing loop starts under each way to compile.") { seconds, report };
        command.SetAction(async parsed =>
        {
            Report result = await PauseRun.RunAsync(parsed.GetValue(seconds), new Progress());
            await result.WriteAsync(parsed.GetValue(report));
        });
        return command;
    }

    /// <summary>Makes the hidden command.</summary>
    public static Command CreateChild()
    {
        Argument<string> work = new("work");
        Argument<int> seconds = new("seconds");
        Option<bool> isQuiet = new("--quiet"), isSustained = new("--sustained");
        Command command = new("pause-child", "One run of 'gc'.") { work, seconds, isQuiet, isSustained };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            Console.WriteLine(parsed.GetValue(work) == "mixing"
                ? PauseChild.MeasureMixing(length)
                : PauseChild.MeasureLateness(length, parsed.GetValue(isQuiet), parsed.GetValue(isSustained)));
        });
        return command;
    }
}
