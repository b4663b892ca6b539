namespace PhoneBridge.Rooms.Guessing;

/// <summary>Where a PIN entry comes from.</summary>
/// <param name="Caller">The number's tag; null when hidden.</param>
/// <param name="Trunk">The configured trunk's name.</param>
public sealed record GuessSource(CallerTag? Caller, string Trunk);

/// <summary>What became of a PIN entry.</summary>
public enum GuessOutcome
{
    /// <summary>It opens a room.</summary>
    Right,

    /// <summary>It opens none.</summary>
    Wrong,

    /// <summary>It was not looked up, for <see cref="GuessBrake.MayLookUp"/> said so. Answered like a wrong one.</summary>
    NotLookedUp,
}

/// <summary>What to do with the caller after an entry.</summary>
/// <param name="Delay">How long to hold the answer back, counted from the end of the entry.</param>
/// <param name="TriesLeft">Entries that this call still has; 0: say goodbye and hang up.</param>
/// <param name="Record">What to keep on disk before answering; null when there is nothing new.</param>
public sealed record GuessStep(TimeSpan Delay, int TriesLeft, GuessRecord? Record);

/// <summary>One line of the brake's journal: replayed in order after a restart, the lines make the brake what it was.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Source">Where it came from.</param>
public sealed record GuessRecord(GuessRecordKind Kind, GuessSource Source);

/// <summary>Kinds of <see cref="GuessRecord"/>.</summary>
public enum GuessRecordKind
{
    /// <summary>A wrong PIN was looked up.</summary>
    Wrong,

    /// <summary>A number keyed a right PIN, for the first time in a day.</summary>
    Known,
}
