using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.RoomDirectory;

/// <summary>The answer to a wish about a room.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Room">The room as it is kept now; the last one, if it was deleted; null when there is none.</param>
/// <param name="Problems">Every field that is wrong, with <see cref="RoomOutcome.Invalid"/> only.</param>
public sealed record RoomReply(RoomOutcome Outcome, Room? Room, IReadOnlyList<RoomProblem> Problems)
{
    internal RoomReply(RoomOutcome outcome, Room? room = null)
        : this(outcome, room, [])
    {
    }
}

/// <summary>What can come of a wish about a room.</summary>
public enum RoomOutcome
{
    /// <summary>Done, and on disk.</summary>
    Done,

    /// <summary>Fields are wrong; all are named.</summary>
    Invalid,

    /// <summary>There is no such room.</summary>
    UnknownRoom,

    /// <summary>Somebody else changed it in between: read again.</summary>
    StaleVersion,

    /// <summary>There are as many rooms as the bridge may have.</summary>
    TooMany,
}

/// <summary>A room has changed, on disk; told so that its live meeting can follow.</summary>
/// <param name="Kind">How.</param>
/// <param name="Room">The room as it is now, or was last.</param>
public sealed record RoomChange(RoomChangeKind Kind, Room Room);

/// <summary>How a room can change.</summary>
public enum RoomChangeKind
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>Title or settings are others.</summary>
    Updated,

    /// <summary>A PIN was renewed; callers in the meeting stay.</summary>
    PinRenewed,

    /// <summary>It is gone; its meeting must end.</summary>
    Deleted,
}

/// <summary>The answer to a PIN entry.</summary>
/// <param name="Opened">What it opens; null: tell the caller that it opens nothing, with the same words whatever the cause.</param>
/// <param name="Delay">How long to hold the answer back, counted from the end of the entry.</param>
/// <param name="TriesLeft">Entries that this call still has; 0 and nothing opened: say goodbye and hang up.</param>
public sealed record PinAnswer(RoomOfPin? Opened, TimeSpan Delay, int TriesLeft);
