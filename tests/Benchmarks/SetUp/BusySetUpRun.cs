using System.Globalization;
using PhoneBridge.Benchmarks.Flood;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.SetUp;

/// <summary>Short calls at a steady rate while a crowd talks: INVITE to 200 of the ones, packets and slots of the others.</summary>
internal static class BusySetUpRun
{
    private const int PhonesInRoom = 8;
    private const int Talkers = 2;
    private const int PortRestSeconds = 5;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Runs it.</summary>
    /// <param name="rate">Calls set up in a second.</param>
    /// <param name="talking">Participants who are in meetings meanwhile.</param>
    /// <param name="length">How long it is measured.</param>
    /// <param name="arguments">Further words of the bridge's command line.</param>
    /// <param name="progress">Shows how far.</param>
    public static async Task<Report> RunAsync(int rate, int talking, TimeSpan length, IReadOnlyList<string> arguments, Progress progress)
    {
        LoadOptions options = new()
        {
            RoomSizes = LoadOptions.Spread(talking, (talking + PhonesInRoom - 1) / PhonesInRoom),
            Talkers = Talkers,
            Rate = 50,
            Settling = Settling,
            Length = length,
        };
        progress.Show("starting the bridge");

        // A call holds its ports while it lasts, here less than a second, and until they have rested.
        await using BridgeProcess bridge = await LoadRun.StartBridgeAsync(
            talking + (rate * (PortRestSeconds + 3)), [$"--Media:PortRest=00:00:{PortRestSeconds:00}", .. arguments]);
        await using LoadCrowd crowd = new(options, new LoadVoices(options.Codec), bridge, progress);
        FillResult fill = await crowd.GrowAsync(options.RoomSizes);
        await progress.WaitAsync("prompts end", options.Settling);
        await using PhoneExchange exchange = new();
        progress.Show("warming up");
        await new TrunkCalls().RunAsync(exchange, bridge, rate, WarmUp);

        TrunkCalls calls = new();
        TimeSpan start = MonotonicTime.Now;
        Task calling = calls.RunAsync(exchange, bridge, rate, length);
        LoadMeasurement measured = await LoadMeasurement.TakeAsync(bridge, crowd, length, progress);
        await calling;
        TimeSpan took = MonotonicTime.Now - start;
        long ended = crowd.EndedByBridge;
        double left = await crowd.EmptyAsync();
        progress.Clear();

        LoadReport report = new(options, measured);
        report.AddFill(fill);
        report.Table.Add(Text($"{rate} calls a second: INVITE to 200"), calls.SetUp.ToString());
        report.Table.Add("answered, turned away, failed", Text($"{calls.Answered}, {calls.TurnedAway}, {calls.Failed}"));
        report.Table.Add("really called", Text($"{(calls.Answered + calls.TurnedAway + calls.Failed) / length.TotalSeconds:0} a second; the last was over after {took.TotalSeconds:0.0} s"));
        report.Table.Add("bridge", Text($"{report.Cores:0.00} cores; signalling thread {measured.Bridge.Threads.GetValueOrDefault("sip") / measured.Length:0.00}"));
        report.AddReception();
        report.AddClocks();
        report.AddMemory();
        report.Table.Add("calls of the crowd that the bridge ended, legs left", Text($"{ended}, {left:0}"));
        return report.Table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
