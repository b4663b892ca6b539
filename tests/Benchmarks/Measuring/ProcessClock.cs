using System.Runtime.InteropServices;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>Processor time of a whole process to the nanosecond, where proc(5) counts hundredths of a second. Linux.</summary>
internal static partial class ProcessClock
{
    /// <summary>Processor time of the calling thread (CLOCK_THREAD_CPUTIME_ID).</summary>
    public static TimeSpan OfThisThread() => Read(3);

    /// <summary>Processor time of all threads of a process so far, ended ones included.</summary>
    /// <exception cref="InvalidOperationException">The process is gone.</exception>
    public static TimeSpan Of(int processId) => Read((~processId << 3) | 2);      // CPUCLOCK_SCHED of a process, clock_getcpuclockid(3)

    private static unsafe TimeSpan Read(int clock)
    {
        long* time = stackalloc long[2];        // struct timespec: seconds, nanoseconds
        return GetTime(clock, time) == 0
            ? TimeSpan.FromTicks((time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick))
            : throw new InvalidOperationException("The process is gone.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, long* time);
}
