namespace PhoneBridge.Testing.Bridges;

/// <summary>How a bridge is started for a test.</summary>
public sealed record BridgeOptions
{
    /// <summary>The bridge's program; by default the one that a project reference put beside the test.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "PhoneBridge.Bridge.dll");

    /// <summary>Data folder; null makes one and removes it at the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Ports for RTP and RTCP; a call takes two, and a freed pair rests.</summary>
    public int MediaPorts { get; init; } = 1000;

    /// <summary>Further words of the command line, <c>--Section:Key=value</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables to add.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Longest time until the bridge says that it is ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(90);
}
