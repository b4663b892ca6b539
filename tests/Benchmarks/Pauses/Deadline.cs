using System.Diagnostics;
using System.Runtime.InteropServices;
using PhoneBridge.Mixer.Io;

namespace PhoneBridge.Benchmarks.Pauses;

/// <summary>Sleeps to absolute deadlines on the monotonic clock, as the media threads do.</summary>
internal static partial class Deadline
{
    /// <summary>The monotonic clock.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Wakes the calling thread without the kernel's slack.</summary>
    public static void TakeNoSlack() => _ = Libc.Prctl(Libc.SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Sleeps until a time on <see cref="Now"/>.</summary>
    public static void SleepUntil(TimeSpan deadline)
    {
        Libc.TimeSpec until = new()
        {
            Seconds = deadline.Ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = deadline.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        while (Libc.ClockNanosleep(Libc.ClockMonotonic, Libc.TimerAbsolute, in until, 0) == Libc.Interrupted)
        {
        }
    }

    /// <summary>Keeps the whole process on one processor: whoever compiles competes with whoever mixes.</summary>
    public static unsafe void StayOnOneProcessor()
    {
        ulong mask = 1;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            _ = SetAffinity(int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture), sizeof(ulong), &mask);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int SetAffinity(int thread, nuint length, ulong* mask);
}
