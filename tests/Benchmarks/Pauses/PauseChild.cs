using System.Globalization;
using System.Runtime;
using PhoneBridge.Benchmarks.Leak;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Mixer;

namespace PhoneBridge.Benchmarks.Pauses;

/// <summary>The work of one child process: writes its result as the last line.</summary>
internal static class PauseChild
{
    private const int MixedLegs = 100;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>How late a thread wakes every 20 ms, with or without work for the collector beside it.</summary>
    public static string MeasureLateness(TimeSpan length, bool isQuiet, bool isSustained)
    {
        using CollectorLoad? load = isQuiet ? null : new CollectorLoad();
        if (isSustained)
        {
            GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        }

        int[] before = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        TimeSpan paused = GC.GetTotalPauseDuration();
        long allocated = GC.GetTotalAllocatedBytes();
        TimeHistogram lateness = new();
        TimeSpan start = Deadline.Now;
        Thread thread = new(() => Wake(start + Period, start + length, lateness)) { Name = "deadlines" };
        thread.Start();
        thread.Join();
        TimeSpan taken = Deadline.Now - start;
        string mode = $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}";
        return Text($"late p50 {lateness.At(0.5):0.0}  p99 {lateness.At(0.99):0.0}  p99.9 {lateness.At(0.999):0.0}  max {lateness.At(1):0.0} ms; collections {GC.CollectionCount(0) - before[0]} / {GC.CollectionCount(1) - before[1]} / {GC.CollectionCount(2) - before[2]}, paused {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds:0} ms in all; {(GC.GetTotalAllocatedBytes() - allocated) / 1048576.0 / taken.TotalSeconds:0} MiB/s ({mode})");
    }

    /// <summary>What a tick of a conference of 100 costs from the first one on, when whoever compiles shares the processor.</summary>
    public static string MeasureMixing(TimeSpan length)
    {
        Deadline.StayOnOneProcessor();
        int legs = Math.Min(MixedLegs, MostTones);
        using LeakRig rig = new(loops: 1, seed: 1, onEvent: _ => { });
        LeakPhone[] phones = [.. Enumerable.Range(0, MixedLegs).Select(i =>
            new LeakPhone(i, 0, ToneBank.Frame(i % legs, -28), (_, _) => { }) { Talks = i % 25 == 0 })];
        for (int i = 0; i < MixedLegs; i++)
        {
            rig.Open(new LegId(i), phones[i]);
            rig.Send(new ConfigureLeg(new LegId(i), phones[i].Media));
            rig.Send(new JoinConference(new LegId(i), new ConferenceId(1), MuteCauses.None));
        }

        List<double> ticks = [];
        TimeSpan deadline = Deadline.Now, end = deadline + length;
        while (deadline < end)
        {
            TimeSpan before = ProcessClock.OfThisThread();
            Array.ForEach(phones, phone => phone.Say());
            for (int slot = 0; slot < 20; slot++)
            {
                rig.Step();
            }

            ticks.Add((ProcessClock.OfThisThread() - before).TotalMicroseconds);
            deadline += Period;
            Deadline.SleepUntil(deadline);
        }

        double steady = Median(ticks.Skip(ticks.Count / 2));
        int calm = ticks.FindLastIndex(tick => tick > 3 * steady) + 1;
        return Text($"first tick {ticks[0] / 1000:0.0} ms, second {ticks[1] / 1000:0.00} ms; median of the 1st second {Median(ticks.Take(50)):0} µs, 2nd {Median(ticks.Skip(50).Take(50)):0}, 5th {Median(ticks.Skip(200).Take(50)):0}, second half {steady:0} µs; last tick above three times that: after {calm * Period.TotalSeconds:0.0} s of {ticks.Count * Period.TotalSeconds:0} s");
    }

    private const int MostTones = 24;

    private static void Wake(TimeSpan first, TimeSpan end, TimeHistogram lateness)
    {
        Deadline.TakeNoSlack();
        for (TimeSpan deadline = first; deadline < end; deadline += Period)
        {
            Deadline.SleepUntil(deadline);
            lateness.Add(Deadline.Now - deadline);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered.Length == 0 ? double.NaN : ordered[ordered.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
