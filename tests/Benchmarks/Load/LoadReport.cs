using System.Globalization;
using PhoneBridge.Benchmarks.Calibration;
using PhoneBridge.Benchmarks.Measuring;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>Puts what a load showed into words.</summary>
internal sealed class LoadReport(LoadOptions options, LoadMeasurement measured)
{
    private const double TicksPerSecond = 1000.0 / LoadLoop.PeriodMs;
    private const double MiB = 1024 * 1024;

    /// <summary>The table so far.</summary>
    public Report Table { get; } = new(
        Text($"load: {options.Participants} participants ({options.Codec.Name}) in {options.RoomSizes.Count} rooms, {options.Talkers} talkers each, {measured.Length.TotalSeconds:0} s{Impairment(options)}"));

    /// <summary>Share of one core that the bridge used.</summary>
    public double Cores => measured.Bridge.Total / measured.Length;

    /// <summary>What a participant costs in 20 ms [µs].</summary>
    public double MicrosecondsPerTick => Cores / options.Participants / TicksPerSecond * 1e6;

    /// <summary>How the calls came in.</summary>
    public void AddFill(FillResult fill)
    {
        Table.Add("load average at the end (1, 5, 15 min)", measured.LoadAverage);
        Table.Add("INVITE to 200", fill.SetUp.ToString());
        Table.Add("coming in", Text($"{options.Participants} calls at {options.Rate} a second in {fill.FillTime.TotalSeconds:0.0} s; INVITE repeated in {fill.Repeated}"));
    }

    /// <summary>What it costs.</summary>
    public void AddProcessorTime(KernelFloorResult before, KernelFloorResult after)
    {
        KernelFloorResult floor = KernelFloorResult.Mean(before, after);
        double perCore = options.Participants / Cores;
        Table.Add("bridge", Text(
            $"{Cores:0.000} cores ({measured.Bridge.Kernel / measured.Length:0.000} in the kernel), {MicrosecondsPerTick:0.00} µs a participant and tick, {perCore:0} participants a core"));
        Table.Add("bridge, by thread [cores]", string.Join(", ", measured.Bridge.Threads
            .Where(thread => thread.Value / measured.Length >= 0.002)
            .OrderByDescending(thread => thread.Value)
            .Select(thread => Text($"{thread.Key} {thread.Value / measured.Length:0.000}"))));
        KernelFloor.Describe(floor, Table);
        Table.Add("kernel floor before / after the run", Text($"{before.MicrosecondsPerTick:0.00} / {after.MicrosecondsPerTick:0.00} µs"));
        Table.Add("bridge / kernel floor", Text(
            $"{MicrosecondsPerTick / floor.MicrosecondsPerTick:0.00}; participants a core are {perCore / floor.ParticipantsPerCore:0.00} of what the kernel alone allows (3500 of 7900 are 0.44)"));
        Table.Add("load generator", Text($"{measured.Generator.Total / measured.Length:0.000} cores"));
        Table.Add("all programs of the machine", Text(
            $"{measured.AllPrograms.Busy / measured.Length:0.00} cores, {measured.AllPrograms.SoftInterrupts / measured.Length:0.00} of them soft interrupts"));
    }

    /// <summary>What the phones received.</summary>
    public void AddReception()
    {
        PhoneCounters all = measured.Received;
        double expected = options.Participants * TicksPerSecond * measured.Length.TotalSeconds;
        Table.Add("packets received", Text($"{all.Packets} of {expected:0} that fit the time ({all.Packets / expected:0.0000})"));
        Table.Add("packets lost", Text($"{all.Lost} ({all.Lost / expected:0.0e+0}); left out by a late bridge: {all.LeftOut}"));
        Table.Add("gaps above 40 ms", Text($"{all.Gaps}, in {measured.PhonesWithGaps} phones; longest time between two packets {all.LongestGap.TotalMilliseconds:0.0} ms"));
        if (options.Loss > 0)
        {
            Table.Add("lost on purpose on the way to the bridge", Text($"{measured.LostOnPurpose} ({measured.LostOnPurpose / expected:0.0000})"));
        }

        AddLatency();
        Table.Add("markers", Text($"{all.Markers} heard, {all.WrongMarkers} heard by whom they were not for"));
    }

    /// <summary>How punctual everybody was.</summary>
    public void AddClocks()
    {
        const string slots = "phonebridge_media_slots_total";
        Table.Add("bridge's slots", Text(
            $"{measured.Moved(slots):0} run; {measured.Moved(slots, "over_1_ms"):0} began 1 to 5 ms late, {measured.Moved(slots, "over_5_ms"):0} 5 to 20 ms, {measured.Moved(slots, "caught_up"):0} later; periods skipped: {measured.Moved("phonebridge_media_periods_skipped_total"):0}"));
        double over = LatenessHistogram.ShareOver5Ms(measured.MetricsBefore, measured.MetricsAfter);
        string bucket = LatenessHistogram.At(measured.MetricsBefore, measured.MetricsAfter, 0.999) is { } ms ? Text($"; p99.9 at most {ms:0.###} ms by the bridge's histogram") : "";
        Table.Add("slots more than 5 ms late", Text($"{over:0.000000} of all: p99.9 is {(over <= 0.001 ? "within" : "above")} 5 ms{bucket}"));
        Table.Add("bridge's latest slot since its start", Text($"{1000 * measured.MetricsAfter.SumOrZero("phonebridge_media_lateness_max_seconds"):0.0} ms"));
        Table.Add("generator's slots", Text($"{measured.LateSlots} began more than 10 ms late, the latest {measured.WorstSlot.TotalMilliseconds:0.0} ms; periods skipped: {measured.SkippedPeriods}"));
    }

    /// <summary>Memory and its collection.</summary>
    public void AddMemory()
    {
        Table.Add("bridge's memory", Text(
            $"{measured.Bridge.ResidentMiB:0} MiB resident ({1024 * measured.Bridge.ResidentMiB / options.Participants:0} KiB a participant), {measured.Bridge.PeakResidentMiB:0} MiB at most"));
        Table.Add("bridge's garbage collection", Text(
            $"gen0 {Collections("gen0"):0}, gen1 {Collections("gen1"):0}, gen2 {Collections("gen2"):0}; paused {1000 * measured.Moved("dotnet_gc_pause_time_seconds_total"):0.0} ms in all"));
        double allocated = measured.Moved("dotnet_gc_heap_total_allocated_bytes_total");
        Table.Add("allocated by the whole bridge", Text(
            $"{allocated / MiB / measured.Length.TotalSeconds:0.000} MiB/s, {allocated / Math.Max(1, measured.Received.Packets):0.000} bytes a packet sent"));
        const string loops = "phonebridge_media_allocated_bytes_total";
        Table.Add("allocated by the media loops", measured.MetricsAfter.Text.Contains(loops, StringComparison.Ordinal)
            ? Text($"{measured.Moved(loops):0} bytes")
            : "not told by this bridge's metrics");
    }

    /// <summary>Whether everybody heard whom they should.</summary>
    public void AddChecks(IReadOnlyList<SpotCheckResult> checks, long endedByBridge, double legsLeft)
    {
        Table.Add("one caller talks alone", string.Join("; ", checks.Select(check =>
            Text($"room {check.Room}: heard by {check.Heard} of {check.Others} others, and by {check.WronglyHeard} who must not"))));
        Table.Add("calls ended by the bridge", Text($"{endedByBridge}"));
        Table.Add("legs left after all hung up", Text($"{legsLeft:0}"));
    }

    private void AddLatency()
    {
        if (options.JitterMs == 0)
        {
            Table.Add(options.Codec.IsG711 ? "added latency, packet to packet" : "added latency, the codecs' own 2 × look-ahead in it", measured.Latency.ToString());
            return;
        }

        double jitter = measured.Delays.At(0.95);
        Table.Add("jitter imposed on packets to the bridge", measured.Delays.ToString());
        Table.Add("added latency from the moment without jitter", measured.LatencyFromDue.ToString());
        Table.Add("of it, p95 above the jitter's p95", Text(
            $"{measured.LatencyFromDue.At(0.95) - jitter:0.0} ms (p50 {measured.LatencyFromDue.At(0.5) - jitter:0.0} ms); the aim is at most 25 ms"));
        Table.Add("added latency from the real sending", measured.Latency.ToString());
    }

    private double Collections(string generation) => measured.Moved("dotnet_gc_collections_total", generation);

    private static string Impairment(LoadOptions options) =>
        (options.JitterMs > 0 ? Text($", jitter 0 to {options.JitterMs} ms") : "") + (options.Loss > 0 ? Text($", loss {100 * options.Loss:0.##} %") : "");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
