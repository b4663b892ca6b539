using System.Globalization;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>What all programs of the machine together have used so far, from proc(5).</summary>
/// <param name="Busy">User, system, interrupts and soft interrupts.</param>
/// <param name="SoftInterrupts">Of these, soft interrupts: network work that no process is charged for.</param>
internal readonly record struct ProcessorTimes(TimeSpan Busy, TimeSpan SoftInterrupts)
{
    /// <summary>Reads the machine.</summary>
    public static ProcessorTimes Read()
    {
        // cpu user nice system idle iowait irq softirq …, in hundredths of a second.
        TimeSpan[] times =
        [
            .. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(text => TimeSpan.FromMilliseconds(10 * long.Parse(text, CultureInfo.InvariantCulture))),
        ];
        return new ProcessorTimes(times[0] + times[1] + times[2] + times[5] + times[6], times[6]);
    }

    /// <summary>What was used since an earlier reading.</summary>
    public ProcessorTimes Since(ProcessorTimes earlier) => new(Busy - earlier.Busy, SoftInterrupts - earlier.SoftInterrupts);
}
