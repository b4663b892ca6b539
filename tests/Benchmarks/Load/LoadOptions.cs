namespace PhoneBridge.Benchmarks.Load;

/// <summary>A load to be run.</summary>
internal sealed record LoadOptions
{
    /// <summary>Calls in all.</summary>
    public required int Participants { get; init; }

    /// <summary>Rooms they are spread over, one after the other.</summary>
    public required int Rooms { get; init; }

    /// <summary>How many of each room talk, all at once.</summary>
    public required int Talkers { get; init; }

    /// <summary>Length of the measurement.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Time between the last caller's coming in and the measurement: prompts end in it.</summary>
    public required TimeSpan Settling { get; init; }

    /// <summary>Calls set up in a second.</summary>
    public required double Rate { get; init; }

    /// <summary>PINs are keyed in as telephone-events; else the request URI carries them.</summary>
    public required bool KeysPin { get; init; }

    /// <summary>Media threads of the load's phones.</summary>
    public required int PhoneThreads { get; init; }

    /// <summary>Further words of the bridge's command line.</summary>
    public required IReadOnlyList<string> BridgeArguments { get; init; }
}
