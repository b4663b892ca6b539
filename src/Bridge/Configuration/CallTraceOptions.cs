using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Telemetry:CallTraces</c>: ladders of the calls' messages, in memory.</summary>
public sealed class CallTraceOptions
{
    /// <summary>Ended calls whose ladders are kept, beside those of all running ones; 0: no ladders at all.</summary>
    [Range(0, 100_000)]
    public int Calls { get; set; } = 1000;

    /// <summary>Messages of a call that are kept: the first half and the last half.</summary>
    [Range(10, 1000)]
    public int MessagesPerCall { get; set; } = 200;

    /// <summary>Memory for all ladders [MiB]; the oldest go when it is full.</summary>
    [Range(1, 4096)]
    public int Megabytes { get; set; } = 64;
}
