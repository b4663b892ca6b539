using System.Diagnostics;

namespace PhoneBridge.Testing.Processes;

/// <summary>The one clock of all measurements in the test clients: CLOCK_MONOTONIC since start of the machine.</summary>
public static class MonotonicTime
{
    /// <summary>Now.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);
}
