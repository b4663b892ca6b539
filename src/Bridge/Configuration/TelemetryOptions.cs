using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>One readable line an event.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>Section <c>Telemetry</c>: logs and metrics.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Telemetry";

    /// <summary>How log lines are written to standard output.</summary>
    [EnumDataType(typeof(LogFormat))]
    public LogFormat LogFormat { get; set; }

    /// <summary>Lowest level that is logged.</summary>
    [EnumDataType(typeof(LogLevel))]
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>Whether <c>/metrics</c> is served.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>Ladders of the calls' messages.</summary>
    [ValidateObjectMembers]
    public CallTraceOptions CallTraces { get; set; } = new();
}
