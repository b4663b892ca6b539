using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Rooms;

/// <summary>Where rooms and their PINs are kept. Every method may be called from any thread.</summary>
/// <remarks>A change has happened when its task ends: it then survives the death of the process and of the power.</remarks>
public interface IRoomStore
{
    /// <summary>The room of this name, or null. From memory: no disk wait.</summary>
    Room? Find(RoomId id);

    /// <summary>The room and role of a live PIN, or null. From memory; a renewed or deleted PIN is unknown at once.</summary>
    RoomOfPin? FindByPin(PinDigest digest);

    /// <summary>Rooms in the order of their making, after the one named (null: from the first).</summary>
    /// <param name="after">The last room of the page before.</param>
    /// <param name="limit">Most rooms to return; at least 1.</param>
    IReadOnlyList<Room> List(RoomId? after, int limit);

    /// <summary>Rooms kept now.</summary>
    int Count { get; }

    /// <summary>Keeps a new room, if neither of its PINs is live or resting.</summary>
    Task<RoomWrite> AddAsync(Room room, CancellationToken cancellation);

    /// <summary>Replaces title and settings, if the kept room still has the version before this one's.</summary>
    Task<RoomWrite> UpdateAsync(Room room, CancellationToken cancellation);

    /// <summary>Gives a role a new PIN, if that is free; the old one is dead at once and rests.</summary>
    /// <param name="id">The room.</param>
    /// <param name="role">Whose PIN.</param>
    /// <param name="pin">The new PIN.</param>
    /// <param name="at">Wall time of the change; the old PIN rests from here.</param>
    /// <param name="cancellation">Gives up waiting; the change may still happen.</param>
    Task<RoomWrite> ReplacePinAsync(RoomId id, Role role, Pin pin, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Deletes the room; both PINs are dead at once and rest.</summary>
    Task<RoomWrite> DeleteAsync(RoomId id, DateTimeOffset at, CancellationToken cancellation);
}

/// <summary>What a PIN opens.</summary>
/// <param name="Room">The room as it is now.</param>
/// <param name="Role">The right that the PIN gives.</param>
public sealed record RoomOfPin(Room Room, Role Role);

/// <summary>How a write to the store ended.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Room">The room as it is kept now; null when there is none.</param>
public sealed record RoomWrite(RoomWriteOutcome Outcome, Room? Room);

/// <summary>How a write to the store can end.</summary>
public enum RoomWriteOutcome
{
    /// <summary>Kept on disk.</summary>
    Done,

    /// <summary>There is no such room.</summary>
    UnknownRoom,

    /// <summary>Somebody else changed the room in between: read again.</summary>
    StaleVersion,

    /// <summary>The PIN is live or rests: draw another.</summary>
    PinTaken,
}
