using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Api</c>: the HTTP side (API, its page, health, metrics).</summary>
public sealed class ApiOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Api";

    /// <summary>Where the HTTP server listens. Port 0 lets the system choose.</summary>
    [Required]
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Largest request body [bytes]; more gets 413.</summary>
    [Range(1024, 1_048_576)]
    public int MaxBodyBytes { get; set; } = 65_536;

    /// <summary>Events kept so that a stream can be resumed after a lost connection.</summary>
    [Range(16, 1_000_000)]
    public int EventBuffer { get; set; } = 4096;

    /// <summary>Event streams open at a time; more get 429.</summary>
    [Range(1, 10_000)]
    public int MaxEventStreams { get; set; } = 200;

    /// <summary>How often an event stream without events carries a sign of life.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan EventHeartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
