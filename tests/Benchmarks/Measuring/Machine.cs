using System.Runtime.InteropServices;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>What a figure has to be read beside: the machine and how busy it is.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, kernel and runtime on one line.</summary>
    public static string Describe()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) ?? "";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0];
        return $"{Environment.ProcessorCount} × {model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()}, Linux {kernel}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>The load averages of the last minute, 5 and 15 minutes.</summary>
    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
