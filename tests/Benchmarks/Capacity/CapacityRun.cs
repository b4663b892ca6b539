using System.Globalization;
using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Benchmarks.Capacity;

/// <summary>What is to be found out of one size of room.</summary>
internal sealed record CapacityOptions
{
    /// <summary>Sizes of rooms, measured one after the other.</summary>
    public required IReadOnlyList<int> RoomSizes { get; init; }

    /// <summary>Numbers of participants at which the processor time is measured, ascending.</summary>
    public required IReadOnlyList<int> Levels { get; init; }

    /// <summary>Participants added at each further step until it no longer holds.</summary>
    public required int Step { get; init; }

    /// <summary>Steps end at so many participants.</summary>
    public required int Most { get; init; }

    /// <summary>Talkers in each room.</summary>
    public required int Talkers { get; init; }

    /// <summary>What the phones speak.</summary>
    public required LoadCodec Codec { get; init; }

    /// <summary>Length of each step's measurement.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Time for prompts to end before it.</summary>
    public required TimeSpan Settling { get; init; }

    /// <summary>Calls set up in a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Further words of the bridge's command line.</summary>
    public required IReadOnlyList<string> BridgeArguments { get; init; }
}

/// <summary>
/// How many participants one media loop holds, in steps on a bridge that fills up, and what a participant costs at levels that it holds
/// with ease: from that, participants per core.
/// </summary>
internal static class CapacityRun
{
    // Of all packets that fit the time: a single frame in ten thousand may be missing.
    private const double MissingAllowed = 1e-4;

    private static readonly TimeSpan FloorLength = TimeSpan.FromSeconds(4);

    /// <summary>Runs all sizes of room.</summary>
    public static async Task<Report> RunAsync(CapacityOptions options, Progress progress)
    {
        Report report = new(Text($"capacity of one media loop: {options.Codec.Name}, {options.Talkers} talkers a room"));
        report.Add("load average at the beginning", Machine.LoadAverage());
        List<double> best = [];
        foreach (int size in options.RoomSizes)
        {
            IReadOnlyList<CapacityStep> steps = await MeasureAsync(options, size, progress);
            foreach (CapacityStep step in steps)
            {
                report.Add(Text($"rooms of {size}: {step.Participants}"), step.ToString());
            }

            report.Add(Text($"rooms of {size}: holds"), Holds(steps));
            CapacityStep[] easy = [.. steps.Where(step => step.Verdict == Verdict.Holds && options.Levels.Contains(step.Participants))];
            if (easy.Length > 0)
            {
                double perCore = easy.Average(step => step.PerCore), ratio = easy.Average(step => step.OfFloor);
                best.Add(ratio);
                report.Add(Text($"rooms of {size}: participants a core"), Text($"{perCore:0}, {ratio:0.00} of the kernel alone; where the kernel alone allows 7900 that is {ratio * 7900:0}"));
            }
        }

        progress.Clear();
        report.Add("all sizes", best.Count == 0 ? "no level held" : Text($"{best.Min():0.00} to {best.Max():0.00} of the kernel alone; G.711 aims at 0.44 (3500 of 7900)"));
        report.Add("load average at the end", Machine.LoadAverage());
        return report;
    }

    private static async Task<IReadOnlyList<CapacityStep>> MeasureAsync(CapacityOptions options, int size, Progress progress)
    {
        int[] counts = [.. Counts(options)];
        LoadOptions load = new()
        {
            RoomSizes = [],
            Talkers = options.Talkers,
            Codec = options.Codec,
            Length = options.Length,
            Settling = options.Settling,
            Rate = options.Rate,
        };
        progress.Show("starting the bridge", Text($"for rooms of {size}"));
        await using BridgeProcess bridge = await LoadRun.StartBridgeAsync(counts[^1], ["--Media:Loops=1", .. options.BridgeArguments]);
        await using LoadCrowd crowd = new(load, new LoadVoices(options.Codec), bridge, progress);
        List<CapacityStep> steps = [];
        int misses = 0;
        foreach (int count in counts)
        {
            progress.Show("growing", Text($"to {count} in rooms of {size}"));
            try
            {
                await crowd.GrowAsync(LoadOptions.InTurn(count - crowd.Phones.Count, [size]));
            }
            catch (InvalidOperationException refused)
            {
                progress.Show("not all came in", refused.Message.Split('\n')[0]);
                break;
            }

            await progress.WaitAsync("prompts end", options.Settling);
            steps.Add(await StepAsync(options, bridge, crowd, progress));
            // Twice in a row: a single miss may be somebody else's on a shared machine.
            misses = steps[^1].Verdict == Verdict.Misses ? misses + 1 : 0;
            if (misses == 2)
            {
                break;
            }
        }

        await crowd.EmptyAsync();
        return steps;
    }

    private static async Task<CapacityStep> StepAsync(CapacityOptions options, BridgeProcess bridge, LoadCrowd crowd, Progress progress)
    {
        int count = crowd.Phones.Count;
        LoadMeasurement measured = await LoadMeasurement.TakeAsync(bridge, crowd, options.Length, progress);
        // While the calls go on: the floor is taken on the machine as it is in this very step, a little dearer than on an idle one.
        progress.Show("measuring the kernel alone");
        KernelFloorResult floor = await KernelFloor.MeasureAsync(count, FloorLength, options.Codec.TypicalPacketBytes);
        double expected = count * 50.0 * measured.Length.TotalSeconds;
        double missing = (measured.Received.Lost + measured.Received.LeftOut) / expected;
        double cores = measured.Bridge.Total / measured.Length;
        return new CapacityStep
        {
            Participants = count,
            Cores = cores,
            LoopCores = measured.Bridge.Threads.GetValueOrDefault("media 0") / measured.Length,
            Floor = floor,
            Missing = missing,
            LatencyMs = measured.Latency.At(0.5),
            Latency99Ms = measured.Latency.At(0.99),
            ResidentMiB = measured.Bridge.ResidentMiB,
            Verdict = missing <= MissingAllowed ? Verdict.Holds : measured.SkippedPeriods > 0 ? Verdict.NotJudged : Verdict.Misses,
        };
    }

    private static string Holds(IReadOnlyList<CapacityStep> steps)
    {
        CapacityStep? most = steps.LastOrDefault(step => step.Verdict == Verdict.Holds);
        CapacityStep? first = steps.FirstOrDefault(step => step.Verdict == Verdict.Misses);
        return most is null ? "no step" : Text($"{most.Participants} on one loop ({most.LoopCores:0.00} of its core)")
            + (first is null ? "; more was not tried" : Text($"; {first.Participants} missed {first.Missing:0.0e+0}"));
    }

    private static IEnumerable<int> Counts(CapacityOptions options)
    {
        foreach (int level in options.Levels)
        {
            yield return level;
        }

        for (int more = options.Levels[^1] + options.Step; more <= options.Most; more += options.Step)
        {
            yield return more;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
