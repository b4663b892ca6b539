using System.Globalization;
using PhoneBridge.Benchmarks.Calibration;

namespace PhoneBridge.Benchmarks.Capacity;

/// <summary>Whether a bridge held a number of participants.</summary>
internal enum Verdict
{
    /// <summary>At most one frame in ten thousand was missing.</summary>
    Holds,

    /// <summary>More were missing.</summary>
    Misses,

    /// <summary>More were missing, but the load generator itself was kept from running: says nothing of the bridge.</summary>
    NotJudged,
}

/// <summary>One number of participants, measured.</summary>
internal sealed record CapacityStep
{
    /// <summary>How many.</summary>
    public required int Participants { get; init; }

    /// <summary>Cores that the whole bridge used.</summary>
    public required double Cores { get; init; }

    /// <summary>Share of a core that the media loop used.</summary>
    public required double LoopCores { get; init; }

    /// <summary>What the kernel alone asks for the same packets.</summary>
    public required KernelFloorResult Floor { get; init; }

    /// <summary>Share of frames that did not come.</summary>
    public required double Missing { get; init; }

    /// <summary>Added latency, median [ms].</summary>
    public required double LatencyMs { get; init; }

    /// <summary>Added latency, 99th percentile [ms].</summary>
    public required double Latency99Ms { get; init; }

    /// <summary>Resident memory of the bridge.</summary>
    public required double ResidentMiB { get; init; }

    /// <summary>Whether it held.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What a participant costs in 20 ms [µs].</summary>
    public double MicrosecondsPerTick => Cores / Participants / 50 * 1e6;

    /// <summary>Participants that a core would serve at this cost.</summary>
    public double PerCore => Participants / Cores;

    /// <summary>The same as a share of what the kernel alone allows.</summary>
    public double OfFloor => PerCore / Floor.ParticipantsPerCore;

    /// <summary>On one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Word}; {Cores:0.000} cores (loop {LoopCores:0.000}), {MicrosecondsPerTick:0.00} µs a tick, {PerCore:0} a core; kernel alone {Floor.MicrosecondsPerTick:0.00} µs, {Floor.ParticipantsPerCore:0} a core: {OfFloor:0.00}; missing {Missing:0.0e+0}; latency p50 {LatencyMs:0.0}, p99 {Latency99Ms:0.0} ms; {ResidentMiB:0} MiB");

    private string Word => Verdict switch { Verdict.Holds => "holds", Verdict.Misses => "does not hold", _ => "not judged: the generator was late" };
}
