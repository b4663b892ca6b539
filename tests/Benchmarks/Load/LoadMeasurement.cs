using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>What was seen of a bridge under load for a while, from the inside of neither: processor time, metrics, received packets.</summary>
internal sealed record LoadMeasurement
{
    /// <summary>How long it took.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>What the bridge used.</summary>
    public required ProcessUsage Bridge { get; init; }

    /// <summary>What this program used.</summary>
    public required ProcessUsage Generator { get; init; }

    /// <summary>What all programs used.</summary>
    public required ProcessorTimes AllPrograms { get; init; }

    /// <summary>The bridge's metrics at the beginning.</summary>
    public required BridgeMetricsPage MetricsBefore { get; init; }

    /// <summary>The bridge's metrics at the end.</summary>
    public required BridgeMetricsPage MetricsAfter { get; init; }

    /// <summary>What all phones received.</summary>
    public required PhoneCounters Received { get; init; }

    /// <summary>Phones with at least one long gap.</summary>
    public required int PhonesWithGaps { get; init; }

    /// <summary>Marker sent until heard.</summary>
    public required Distribution Latency { get; init; }

    /// <summary>Slots of the phones' own clocks that began late.</summary>
    public required long LateSlots { get; init; }

    /// <summary>Periods that the phones' clocks left out.</summary>
    public required long SkippedPeriods { get; init; }

    /// <summary>The latest of them.</summary>
    public required TimeSpan WorstSlot { get; init; }

    /// <summary>Load averages at the end.</summary>
    public required string LoadAverage { get; init; }

    /// <summary>Measures.</summary>
    public static async Task<LoadMeasurement> TakeAsync(BridgeProcess bridge, LoadCrowd crowd, TimeSpan length, Progress progress)
    {
        BridgeMetricsPage metricsBefore = await bridge.ReadMetricsAsync();
        ProcessUsage bridgeBefore = ProcessUsage.Read(bridge.Process.Id);
        ProcessUsage generatorBefore = ProcessUsage.Read(Environment.ProcessId);
        ProcessorTimes allBefore = ProcessorTimes.Read();
        TimeSpan start = MonotonicTime.Now;
        Array.ForEach(crowd.Loops, loop => loop.IsMeasuring = true);
        await progress.WaitAsync("measuring", length);
        Array.ForEach(crowd.Loops, loop => loop.IsMeasuring = false);
        TimeSpan taken = MonotonicTime.Now - start;
        ProcessUsage bridgeUsed = ProcessUsage.Read(bridge.Process.Id).Since(bridgeBefore);
        ProcessUsage generatorUsed = ProcessUsage.Read(Environment.ProcessId).Since(generatorBefore);
        ProcessorTimes allUsed = ProcessorTimes.Read().Since(allBefore);
        BridgeMetricsPage metricsAfter = await bridge.ReadMetricsAsync();

        // What the loops wrote is complete: each has begun another turn since, or will not write any more.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Distribution latency = new();
        Array.ForEach(crowd.Loops, loop => latency.Add(loop.Latency));
        return new LoadMeasurement
        {
            Length = taken,
            Bridge = bridgeUsed,
            Generator = generatorUsed,
            AllPrograms = allUsed,
            MetricsBefore = metricsBefore,
            MetricsAfter = metricsAfter,
            Received = crowd.Phones.Aggregate(default(PhoneCounters), (sum, phone) => sum + phone.Counters),
            PhonesWithGaps = crowd.Phones.Count(phone => phone.Counters.Gaps > 0),
            Latency = latency,
            LateSlots = crowd.Loops.Sum(loop => loop.LateSlots),
            SkippedPeriods = crowd.Loops.Sum(loop => loop.Skipped),
            WorstSlot = crowd.Loops.Max(loop => loop.WorstLateness),
            LoadAverage = Machine.LoadAverage(),
        };
    }

    /// <summary>How far a metric moved.</summary>
    public double Moved(string metric, string labels = "") => MetricsAfter.SumOrZero(metric, labels) - MetricsBefore.SumOrZero(metric, labels);
}
