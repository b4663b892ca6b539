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
        Text($"load: {options.Participants} participants in {options.Rooms} rooms, {options.Talkers} talkers each, {measured.Length.TotalSeconds:0} s"));

    /// <summary>How the calls came in.</summary>
    public void AddFill(FillResult fill)
    {
        Table.Add("load average at the end (1, 5, 15 min)", measured.LoadAverage);
        Table.Add("INVITE to 200", fill.SetUp.ToString());
        Table.Add("coming in", Text($"{options.Participants} calls at {options.Rate} a second in {fill.FillTime.TotalSeconds:0.0} s; INVITE repeated in {fill.Repeated}"));
    }

    /// <summary>What it costs.</summary>
    public void AddProcessorTime(KernelFloorResult floor)
    {
        double cores = measured.Bridge.Total / measured.Length;
        double perTick = cores / options.Participants / TicksPerSecond * 1e6;
        Table.Add("bridge", Text(
            $"{cores:0.000} cores ({measured.Bridge.Kernel / measured.Length:0.000} in the kernel), {perTick:0.00} µs a participant and tick, {1 / (cores / options.Participants):0} participants a core"));
        Table.Add("bridge, by thread [cores]", string.Join(", ", measured.Bridge.Threads
            .Where(thread => thread.Value / measured.Length >= 0.002)
            .OrderByDescending(thread => thread.Value)
            .Select(thread => Text($"{thread.Key} {thread.Value / measured.Length:0.000}"))));
        KernelFloor.Describe(floor, Table);
        Table.Add("bridge / kernel floor", Text($"{perTick / floor.MicrosecondsPerTick:0.00}"));
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
        Table.Add("added latency, packet to packet", measured.Latency.ToString());
        Table.Add("markers", Text($"{all.Markers} heard, {all.WrongMarkers} heard by whom they were not for"));
    }

    /// <summary>How punctual everybody was.</summary>
    public void AddClocks()
    {
        const string slots = "phonebridge_media_slots_total";
        Table.Add("bridge's slots", Text(
            $"{measured.Moved(slots):0} run; {measured.Moved(slots, "over_1_ms"):0} began 1 to 5 ms late, {measured.Moved(slots, "over_5_ms"):0} 5 to 20 ms, {measured.Moved(slots, "caught_up"):0} later; periods skipped: {measured.Moved("phonebridge_media_periods_skipped_total"):0}"));
        Table.Add("bridge's latest slot since its start", Text($"{1000 * measured.MetricsAfter.SumOrZero("phonebridge_media_lateness_max_seconds"):0.0} ms"));
        Table.Add("generator's slots", Text($"{measured.LateSlots} began more than 10 ms late, the latest {measured.WorstSlot.TotalMilliseconds:0.0} ms; periods skipped: {measured.SkippedPeriods}"));
    }

    /// <summary>Memory and its collection.</summary>
    public void AddMemory()
    {
        Table.Add("bridge's memory", Text($"{measured.Bridge.ResidentMiB:0} MiB resident, {measured.Bridge.PeakResidentMiB:0} MiB at most"));
        Table.Add("bridge's garbage collection", Text(
            $"gen0 {Collections("gen0"):0}, gen1 {Collections("gen1"):0}, gen2 {Collections("gen2"):0}; paused {1000 * measured.Moved("dotnet_gc_pause_time_seconds_total"):0.0} ms in all; allocated {measured.Moved("dotnet_gc_heap_total_allocated_bytes_total") / MiB / measured.Length.TotalSeconds:0.00} MiB/s"));
    }

    /// <summary>Whether everybody heard whom they should.</summary>
    public void AddChecks(IReadOnlyList<SpotCheckResult> checks, long endedByBridge, double legsLeft)
    {
        Table.Add("one caller talks alone", string.Join("; ", checks.Select(check =>
            Text($"room {check.Room}: heard by {check.Heard} of {check.Others} others, and by {check.WronglyHeard} who must not"))));
        Table.Add("calls ended by the bridge", Text($"{endedByBridge}"));
        Table.Add("legs left after all hung up", Text($"{legsLeft:0}"));
    }

    private double Collections(string generation) => measured.Moved("dotnet_gc_collections_total", generation);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
