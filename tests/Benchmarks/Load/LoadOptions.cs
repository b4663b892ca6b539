namespace PhoneBridge.Benchmarks.Load;

/// <summary>A load to be run.</summary>
internal sealed record LoadOptions
{
    /// <summary>Participants of each room.</summary>
    public required IReadOnlyList<int> RoomSizes { get; init; }

    /// <summary>How many of each room talk, all at once.</summary>
    public required int Talkers { get; init; }

    /// <summary>How many of each room come in as moderators: its last ones, who do not talk.</summary>
    public int Moderators { get; init; }

    /// <summary>What all phones speak.</summary>
    public LoadCodec Codec { get; init; } = LoadCodec.Of("pcma");

    /// <summary>Length of the measurement.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Time without a call after the start of the bridge.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>Time between the last caller's coming in and the measurement: prompts end in it.</summary>
    public required TimeSpan Settling { get; init; }

    /// <summary>Calls set up in a second.</summary>
    public required double Rate { get; init; }

    /// <summary>PINs are keyed in as telephone-events; else the request URI carries them.</summary>
    public bool KeysPin { get; init; }

    /// <summary>Media threads of the load's phones.</summary>
    public int PhoneThreads { get; init; } = 1;

    /// <summary>Largest delay that jitter adds to a packet on its way to the bridge [ms]; 0 for none.</summary>
    public int JitterMs { get; init; }

    /// <summary>Share of the packets lost on their way to the bridge, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Seed of jitter and loss.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Further words of the bridge's command line.</summary>
    public IReadOnlyList<string> BridgeArguments { get; init; } = [];

    /// <summary>Calls in all.</summary>
    public int Participants => RoomSizes.Sum();

    /// <summary>Rooms of nearly the same size.</summary>
    public static IReadOnlyList<int> Spread(int participants, int rooms) =>
        [.. Enumerable.Range(0, rooms).Select(i => (participants / rooms) + (i < participants % rooms ? 1 : 0))];

    /// <summary>Rooms of given sizes, taken in turn until the participants are used up; the last one takes the rest.</summary>
    public static IReadOnlyList<int> InTurn(int participants, IReadOnlyList<int> sizes)
    {
        List<int> rooms = [];
        for (int left = participants; left > 0; left -= rooms[^1])
        {
            rooms.Add(Math.Min(left, sizes[rooms.Count % sizes.Count]));
        }

        return rooms;
    }
}
