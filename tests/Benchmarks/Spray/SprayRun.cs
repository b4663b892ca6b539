using System.Globalization;
using System.Net;
using PhoneBridge.Benchmarks.Load;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Flooding;

namespace PhoneBridge.Benchmarks.Spray;

/// <summary>Meetings without and with foreign RTP on every port of the bridge (T14: "RTP bleed").</summary>
internal static class SprayRun
{
    private const int PhonesInRoom = 8;
    private const int Talkers = 2;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    /// <summary>Runs it.</summary>
    /// <param name="rate">Foreign packets in a second.</param>
    /// <param name="sources">Addresses that they come from.</param>
    /// <param name="participants">Participants.</param>
    /// <param name="length">Length of the part without, and of the part with the spray.</param>
    /// <param name="arguments">Further words of the bridge's command line.</param>
    /// <param name="progress">Shows how far.</param>
    public static async Task<Report> RunAsync(
        int rate, int sources, int participants, TimeSpan length, IReadOnlyList<string> arguments, Progress progress)
    {
        LoadOptions options = new()
        {
            RoomSizes = LoadOptions.Spread(participants, (participants + PhonesInRoom - 1) / PhonesInRoom),
            Talkers = Talkers,
            Rate = 50,
            Settling = Settling,
            Length = length,
        };
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await LoadRun.StartBridgeAsync(participants, arguments);
        await using LoadCrowd crowd = new(options, new LoadVoices(options.Codec), bridge, progress);
        await crowd.GrowAsync(options.RoomSizes);
        await progress.WaitAsync("prompts end", options.Settling);
        LoadMeasurement quiet = await LoadMeasurement.TakeAsync(bridge, crowd, length, progress);

        (int first, int last) = bridge.MediaPorts;
        using RtpSpray spray = new(IPAddress.Loopback, first, last, sources);
        using CancellationTokenSource end = new();
        Task<SprayResult> spraying = spray.RunAsync(rate, end.Token);
        LoadMeasurement sprayed = await LoadMeasurement.TakeAsync(bridge, crowd, length, progress);
        progress.Show("checking who hears whom");
        IReadOnlyList<SpotCheckResult> checks = await SpotCheck.RunAsync(crowd.Phones, [crowd.Rooms[0], crowd.Rooms[^1]]);
        await end.CancelAsync();
        SprayResult result = await spraying;
        long ended = crowd.EndedByBridge;
        await crowd.EmptyAsync();
        progress.Clear();

        Report report = new(Text($"spray: {rate} foreign packets a second on {last - first + 1} ports, {participants} participants, {length.TotalSeconds:0} s"));
        Describe(report, "without", quiet);
        Describe(report, "with", sprayed);
        report.Add("foreign packets sent, datagrams that came back", Text($"{result.Sent}, {result.Answers}"));
        report.Add("dropped by the bridge itself", Text($"{sprayed.Moved("phonebridge_media_packets_dropped_total"):0} in the measurement (the kernel drops those to ports whose source is known)"));
        report.Add("one caller talks alone, in the spray", string.Join("; ", checks.Select(check =>
            Text($"room {check.Room}: heard by {check.Heard} of {check.Others} others, and by {check.WronglyHeard} who must not"))));
        report.Add("calls ended by the bridge", Text($"{ended}"));
        return report;
    }

    private static void Describe(Report report, string name, LoadMeasurement measured)
    {
        PhoneCounters all = measured.Received;
        report.Add(Text($"{name}: load average"), measured.LoadAverage);
        report.Add(Text($"{name}: bridge"), Text($"{measured.Bridge.Total / measured.Length:0.000} cores"));
        report.Add(Text($"{name}: packets received, lost, left out"), Text($"{all.Packets}, {all.Lost}, {all.LeftOut}"));
        report.Add(Text($"{name}: gaps above 40 ms, longest"), Text($"{all.Gaps}, {all.LongestGap.TotalMilliseconds:0.0} ms"));
        report.Add(Text($"{name}: markers, heard by whom they were not for"), Text($"{all.Markers}, {all.WrongMarkers}"));
        report.Add(Text($"{name}: added latency"), measured.Latency.ToString());
        report.Add(Text($"{name}: slots more than 5 ms late"), Text($"{LatenessHistogram.ShareOver5Ms(measured.MetricsBefore, measured.MetricsAfter):0.000000}"));
        report.Add(Text($"{name}: generator's slots more than 10 ms late"), Text($"{measured.LateSlots}, the latest {measured.WorstSlot.TotalMilliseconds:0.0} ms"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
