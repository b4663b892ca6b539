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

    /// <summary>Marker really sent until heard.</summary>
    public required Distribution Latency { get; init; }

    /// <summary>The same, from when the marker would have been sent without jitter.</summary>
    public required Distribution LatencyFromDue { get; init; }

    /// <summary>What jitter really delayed packets by on their way to the bridge.</summary>
    public required TimeHistogram Delays { get; init; }

    /// <summary>Packets lost on purpose on their way to the bridge.</summary>
    public required long LostOnPurpose { get; init; }

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
        crowd.Phones.ForEach(phone => phone.Reception.Counters = default);
        Array.ForEach(crowd.Loops, loop => loop.BeginMeasuring());
        await progress.WaitAsync("measuring", length);
        Array.ForEach(crowd.Loops, loop => loop.EndMeasuring());
        TimeSpan taken = MonotonicTime.Now - start;
        ProcessUsage bridgeUsed = ProcessUsage.Read(bridge.Process.Id).Since(bridgeBefore);
        ProcessUsage generatorUsed = ProcessUsage.Read(Environment.ProcessId).Since(generatorBefore);
        ProcessorTimes allUsed = ProcessorTimes.Read().Since(allBefore);
        BridgeMetricsPage metricsAfter = await bridge.ReadMetricsAsync();

        // What the loops wrote is complete: each has begun another turn since, or will not write any more.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Distribution latency = new(), latencyFromDue = new();
        TimeHistogram delays = new();
        foreach (LoadLoop loop in crowd.Loops)
        {
            latency.Add(loop.Latency);
            latencyFromDue.Add(loop.LatencyFromDue);
            delays.Add(loop.Delays);
        }

        return new LoadMeasurement
        {
            Length = taken,
            Bridge = bridgeUsed,
            Generator = generatorUsed,
            AllPrograms = allUsed,
            MetricsBefore = metricsBefore,
            MetricsAfter = metricsAfter,
            Received = crowd.Phones.Aggregate(default(PhoneCounters), (sum, phone) => sum + phone.Reception.Counters),
            PhonesWithGaps = crowd.Phones.Count(phone => phone.Reception.Counters.Gaps > 0),
            Latency = latency,
            LatencyFromDue = latencyFromDue,
            Delays = delays,
            LostOnPurpose = crowd.Loops.Sum(loop => loop.LostOnPurpose),
            LateSlots = crowd.Loops.Sum(loop => loop.LateSlots),
            SkippedPeriods = crowd.Loops.Sum(loop => loop.Skipped),
            WorstSlot = crowd.Loops.Max(loop => loop.WorstLateness),
            LoadAverage = Machine.LoadAverage(),
        };
    }

    /// <summary>How far a metric moved.</summary>
    public double Moved(string metric, string labels = "") => MetricsAfter.SumOrZero(metric, labels) - MetricsBefore.SumOrZero(metric, labels);
}
