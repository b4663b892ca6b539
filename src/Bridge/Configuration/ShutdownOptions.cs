using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Shutdown</c>: what SIGTERM and Ctrl-C do.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Shutdown";

    /// <summary>How long running calls may go on after the first signal. A second signal ends the wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "05:00:00")]
    public TimeSpan DrainDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long calls have, at the deadline, for their goodbye and BYE.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan GoodbyeTime { get; set; } = TimeSpan.FromSeconds(8);
}
