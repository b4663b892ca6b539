using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PhoneBridge.Benchmarks.CommandLine;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Leak;

/// <summary>The command <c>leak</c>.</summary>
internal static class LeakCommand
{
    private const long Million = 1_000_000;

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        Option<int> millions = Options.Number("--millions", 100, "millions of samples to check");
        Option<int> seed = Options.Number("--seed", 1, "seed of the walk", least: 0);
        Option<FileInfo?> report = Options.ReportFile();
        Command command = new("leak", "Random joins, leaves, mutes and moves in virtual time; every received sample is checked for voices it must not hold.")
        {
            millions, seed, report,
        };
        command.SetAction(async parsed =>
        {
            long samples = parsed.GetValue(millions) * Million;
            Progress progress = new();
            long start = Stopwatch.GetTimestamp();
            LeakResult result = LeakWalk.Run(samples, parsed.GetValue(seed), done =>
                progress.Show("checking", string.Create(CultureInfo.InvariantCulture, $"{done / Million} of {samples / Million} million samples")));
            progress.Clear();
            Report table = new(string.Create(CultureInfo.InvariantCulture, $"leak: {result.Samples} samples, seed {parsed.GetValue(seed)}"));
            table.Add("time taken", string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
            table.Add("changes", string.Create(CultureInfo.InvariantCulture, $"{result.Changes}"));
            table.Add("voices heard, frames times talkers", string.Create(CultureInfo.InvariantCulture, $"{result.Voices}"));
            table.Add("leaks", result.Leaks == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{result.Leaks}; the first: {result.FirstLeak}"));
            table.Add("voices spread by a seam or cut, told from leaks", string.Create(CultureInfo.InvariantCulture, $"{result.Blurred}"));
            table.Add("mutes not confirmed in 60 ms", string.Create(CultureInfo.InvariantCulture, $"{result.LateAnswers}"));
            await table.WriteAsync(parsed.GetValue(report));
            return result.Leaks == 0 && result.LateAnswers == 0 && result.Voices > 0 ? 0 : 1;
        });
        return command;
    }
}
