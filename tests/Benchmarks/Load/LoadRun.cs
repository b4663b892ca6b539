using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>Fills a bridge of its own with calls, measures while they talk, empties it, and measures the same packets without a bridge.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan LongestFloor = TimeSpan.FromSeconds(8);

    /// <summary>Starts a bridge that lets calls in by the PIN in their address.</summary>
    /// <param name="participants">Calls at a time.</param>
    /// <param name="arguments">Further words of its command line.</param>
    public static Task<BridgeProcess> StartBridgeAsync(int participants, IReadOnlyList<string> arguments) => BridgeProcess.StartAsync(new BridgeOptions
    {
        MediaPorts = (2 * participants) + 200,
        Arguments = ["--Sip:UnknownTrunk:PinInRequestUri=true", .. arguments],
    });

    /// <summary>Runs the whole.</summary>
    /// <returns>The result as a table.</returns>
    public static async Task<Report> RunAsync(LoadOptions options, Progress progress)
    {
        TimeSpan floorLength = options.Length < LongestFloor ? options.Length : LongestFloor;
        progress.Show("measuring the kernel alone");
        KernelFloorResult before = await KernelFloor.MeasureAsync(options.Participants, floorLength, options.Codec.TypicalPacketBytes);
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await StartBridgeAsync(options.Participants, options.BridgeArguments);
        await progress.WaitAsync("the bridge rests", options.Rest);
        await using LoadCrowd crowd = new(options, new LoadVoices(options.Codec), bridge, progress);
        FillResult fill = await crowd.GrowAsync(options.RoomSizes);
        await progress.WaitAsync("prompts end", options.Settling);
        LoadMeasurement measured = await LoadMeasurement.TakeAsync(bridge, crowd, options.Length, progress);
        long ended = crowd.EndedByBridge;
        progress.Show("checking who hears whom");
        int last = crowd.Rooms.Count - 1;
        IReadOnlyList<SpotCheckResult> checks = await SpotCheck.RunAsync(
            crowd.Phones, [.. new[] { 0, last / 2, last }.Distinct().Select(i => crowd.Rooms[i])]);
        double legsLeft = await crowd.EmptyAsync();
        progress.Show("measuring the kernel alone");
        KernelFloorResult after = await KernelFloor.MeasureAsync(options.Participants, floorLength, options.Codec.TypicalPacketBytes);
        progress.Clear();

        LoadReport report = new(options, measured);
        report.AddFill(fill);
        report.AddProcessorTime(before, after);
        report.AddReception();
        report.AddClocks();
        report.AddMemory();
        report.AddChecks(checks, ended, legsLeft);
        return report.Table;
    }
}
