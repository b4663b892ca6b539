using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Rooms;

/// <summary>What an owner keeps: a title, two PINs and the settings. Immutable; printing it prints no PIN.</summary>
public sealed record Room
{
    /// <summary>Longest title [UTF-16 units].</summary>
    public const int MaxTitleLength = 200;

    /// <summary>The room's name for machines.</summary>
    public required RoomId Id { get; init; }

    /// <summary>The room's name for people: as <see cref="CleanTitle"/> returns it, never empty.</summary>
    public required string Title { get; init; }

    /// <summary>What a participant keys in.</summary>
    public required Pin ParticipantPin { get; init; }

    /// <summary>What a moderator keys in.</summary>
    public required Pin ModeratorPin { get; init; }

    /// <summary>What the owner has set.</summary>
    public required RoomSettings Settings { get; init; }

    /// <summary>When the room was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything of it changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>1 for a new room, one more at every change: whoever changes says which version was seen.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The PIN of one role.</summary>
    public Pin PinOf(Role role) => role == Role.Moderator ? ModeratorPin : ParticipantPin;

    /// <summary>Cleans a title (see <see cref="SpokenText"/>); empty when nothing is left, which no room may have.</summary>
    public static string CleanTitle(string? title) => SpokenText.Clean(title, MaxTitleLength);
}

/// <summary>What a PIN gives its owner the right to.</summary>
public enum Role
{
    /// <summary>Speaks and listens.</summary>
    Participant,

    /// <summary>Starts the meeting by coming in; mutes, locks, removes.</summary>
    Moderator,
}
