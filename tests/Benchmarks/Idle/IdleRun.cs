using System.Globalization;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Idle;

/// <summary>What rooms cost in which nobody is: a bridge is measured empty, filled with rooms by the API, and measured again.</summary>
internal static class IdleRun
{
    private const int AtATime = 8;

    /// <summary>Runs the whole.</summary>
    /// <param name="rooms">How many rooms.</param>
    /// <param name="started">Of them with a meeting that was started and to which nobody has called.</param>
    /// <param name="length">Length of each of the two measurements.</param>
    /// <param name="rest">Rest before each.</param>
    /// <param name="arguments">Further words of the bridge's command line.</param>
    /// <param name="progress">Shows how far.</param>
    public static async Task<Report> RunAsync(
        int rooms, int started, TimeSpan length, TimeSpan rest, IReadOnlyList<string> arguments, Progress progress)
    {
        progress.Show("starting the bridge");
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions { Arguments = arguments });
        await progress.WaitAsync("the start ends", rest);
        Reading empty = await MeasureAsync(bridge, length, "an empty bridge", progress);
        TimeSpan made = await MakeAsync(bridge.Api, rooms, started, progress);
        await progress.WaitAsync("the making ends", rest);
        Reading full = await MeasureAsync(bridge, length, Text($"{rooms} rooms"), progress);
        progress.Clear();

        Report report = new(Text($"{rooms} idle rooms, {started} of them with a meeting without callers; {length.TotalSeconds:0} s each"));
        report.Add("load average at the end", Machine.LoadAverage());
        report.Add("making the rooms", Text($"{made.TotalSeconds:0.0} s, {rooms / made.TotalSeconds:0} a second"));
        report.Add("empty bridge", empty.ToString());
        report.Add("with the rooms", full.ToString());
        report.Add("what the rooms add", Text(
            $"{100 * (full.Cores - empty.Cores):0.000} % of a core; the aim is less than 0.1 %; {1024 * (full.ResidentMiB - empty.ResidentMiB) / rooms:0.0} KiB a room"));
        return report;
    }

    private static async Task<TimeSpan> MakeAsync(BridgeApi api, int rooms, int started, Progress progress)
    {
        TimeSpan start = MonotonicTime.Now;
        int next = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is int number && number <= rooms)
            {
                BridgeRoom room = await BridgeRoom.CreateAsync(api, Text($"Idle {number}"));
                if (number <= started)
                {
                    await room.StartAsync();
                }

                int count = Interlocked.Increment(ref done);
                if (count % 50 == 0)
                {
                    lock (progress)
                    {
                        progress.Show("making rooms", Text($"{count} of {rooms}"));
                    }
                }
            }
        }));
        return MonotonicTime.Now - start;
    }

    private static async Task<Reading> MeasureAsync(BridgeProcess bridge, TimeSpan length, string topic, Progress progress)
    {
        // Nothing is asked of the bridge in the window: reading its metrics would be work.
        ProcessUsage before = ProcessUsage.Read(bridge.Process.Id);
        TimeSpan start = MonotonicTime.Now;
        await progress.WaitAsync(Text($"measuring {topic}:"), length);
        ProcessUsage used = ProcessUsage.Read(bridge.Process.Id).Since(before);
        return new Reading(used.Total / (MonotonicTime.Now - start), used.ResidentMiB);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Reading(double Cores, double ResidentMiB)
    {
        public override string ToString() => Text($"{100 * Cores:0.000} % of a core, {ResidentMiB:0} MiB resident");
    }
}
