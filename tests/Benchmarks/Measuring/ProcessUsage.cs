using System.Globalization;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>What a process has used so far, from proc(5). Linux.</summary>
/// <param name="Total">Processor time to the nanosecond.</param>
/// <param name="User">Of it in user mode, in hundredths of a second.</param>
/// <param name="Kernel">Processor time in the kernel, which for a media bridge is the network.</param>
/// <param name="Threads">Processor time by name of thread, both modes together; ended threads are not in it.</param>
/// <param name="ResidentMiB">Resident memory now.</param>
/// <param name="PeakResidentMiB">Largest resident memory so far.</param>
internal sealed record ProcessUsage(
    TimeSpan Total, TimeSpan User, TimeSpan Kernel, IReadOnlyDictionary<string, TimeSpan> Threads, double ResidentMiB, double PeakResidentMiB)
{
    // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.
    private const long TicksPerClockTick = TimeSpan.TicksPerSecond / 100;

    /// <summary>Reads a running process.</summary>
    public static ProcessUsage Read(int processId)
    {
        (TimeSpan user, TimeSpan kernel, _) = ReadTimes($"/proc/{processId}/stat");
        Dictionary<string, TimeSpan> threads = [];
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                (TimeSpan threadUser, TimeSpan threadKernel, string name) = ReadTimes(Path.Combine(thread, "stat"));
                threads[name] = threads.GetValueOrDefault(name) + threadUser + threadKernel;
            }
            catch (IOException)
            {
                // The thread ended since the folder was listed.
            }
        }

        string[] status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessUsage(ProcessClock.Of(processId), user, kernel, threads, ReadMiB(status, "VmRSS:"), ReadMiB(status, "VmHWM:"));
    }

    /// <summary>What was used since an earlier reading; memory as it is now.</summary>
    public ProcessUsage Since(ProcessUsage earlier) => this with
    {
        Total = Total - earlier.Total,
        User = User - earlier.User,
        Kernel = Kernel - earlier.Kernel,
        Threads = Threads.ToDictionary(thread => thread.Key, thread => thread.Value - earlier.Threads.GetValueOrDefault(thread.Key)),
    };

    private static (TimeSpan User, TimeSpan Kernel, string Name) ReadTimes(string file)
    {
        // pid (name, which may hold anything) state ppid … : utime and stime are fields 14 and 15, counted from 1.
        string text = File.ReadAllText(file);
        int close = text.LastIndexOf(')');
        string[] rest = text[(close + 2)..].Split(' ');
        return (Time(rest[11]), Time(rest[12]), text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..close]);
    }

    private static TimeSpan Time(string clockTicks) => new(long.Parse(clockTicks, CultureInfo.InvariantCulture) * TicksPerClockTick);

    private static double ReadMiB(string[] status, string field)
    {
        string line = Array.Find(status, line => line.StartsWith(field, StringComparison.Ordinal)) ?? $"{field} 0 kB";
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
