using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>Fills a bridge of its own with calls, measures while they talk, empties it, and measures the same packets without a bridge.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan FloorLength = TimeSpan.FromSeconds(10);

    /// <summary>Runs the whole.</summary>
    /// <returns>The result as a table.</returns>
    public static async Task<Report> RunAsync(LoadOptions options, Progress progress)
    {
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            MediaPorts = (2 * options.Participants) + 200,
            Arguments = ["--Sip:UnknownTrunk:PinInRequestUri=true", .. options.BridgeArguments],
        });
        await using LoadCrowd crowd = new(options, bridge, progress);
        FillResult fill = await crowd.FillAsync();
        await progress.WaitAsync("prompts end", options.Settling);
        LoadMeasurement measured = await LoadMeasurement.TakeAsync(bridge, crowd, options.Length, progress);
        long ended = crowd.EndedByBridge;
        progress.Show("checking who hears whom");
        IReadOnlyList<SpotCheckResult> checks = await SpotCheck.RunAsync(
            crowd.Phones, new[] { 0, options.Rooms / 2, options.Rooms - 1 }.Distinct().Select(i => crowd.Rooms[i]));
        double legsLeft = await crowd.EmptyAsync();
        progress.Show("measuring the kernel alone");
        KernelFloorResult floor = await KernelFloor.MeasureAsync(options.Participants, FloorLength);
        progress.Clear();

        LoadReport report = new(options, measured);
        report.AddFill(fill);
        report.AddProcessorTime(floor);
        report.AddReception();
        report.AddClocks();
        report.AddMemory();
        report.AddChecks(checks, ended, legsLeft);
        return report.Table;
    }
}
