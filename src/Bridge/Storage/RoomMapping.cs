using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Between rooms and their rows.</summary>
internal static class RoomMapping
{
    internal static RoomRow ToRow(Room room)
    {
        RoomRow row = new() { Id = room.Id.ToString(), Title = room.Title, CreatedAt = room.CreatedAt.ToUnixTimeMilliseconds() };
        Copy(room, row);
        return row;
    }

    /// <summary>Copies all that may change in a room, but for its PINs.</summary>
    internal static void Copy(Room room, RoomRow row)
    {
        row.Title = room.Title;
        row.ChangedAt = room.ChangedAt.ToUnixTimeMilliseconds();
        row.Version = room.Version;
        row.Language = room.Settings.Language;
        row.MuteOnEntry = room.Settings.MuteOnEntry;
        row.MicsLocked = room.Settings.MicsLocked;
        row.MaxParticipants = room.Settings.MaxParticipants;
        row.MaxDuration = (long)room.Settings.MaxDuration.TotalMilliseconds;
        row.RequireModerator = room.Settings.RequireModerator;
        row.WaitingReminder = (long)room.Settings.WaitingReminder.TotalMilliseconds;
        row.MaxWait = (long)room.Settings.MaxWait.TotalMilliseconds;
    }

    /// <exception cref="StorageException">The row's identifier is not one.</exception>
    internal static RoomId IdOf(RoomRow row) => RoomId.TryParse(row.Id, out RoomId id)
        ? id
        : throw new StorageException($"Row {row.Number} of the rooms has no proper identifier: the database was changed by another hand.");

    internal static Room ToRoom(RoomRow row, Pin participant, Pin moderator) => new()
    {
        Id = IdOf(row),
        Title = row.Title,
        ParticipantPin = participant,
        ModeratorPin = moderator,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt),
        Version = row.Version,
        Settings = new RoomSettings
        {
            Language = row.Language,
            MuteOnEntry = row.MuteOnEntry,
            MicsLocked = row.MicsLocked,
            MaxParticipants = row.MaxParticipants,
            MaxDuration = TimeSpan.FromMilliseconds(row.MaxDuration),
            RequireModerator = row.RequireModerator,
            WaitingReminder = TimeSpan.FromMilliseconds(row.WaitingReminder),
            MaxWait = TimeSpan.FromMilliseconds(row.MaxWait),
        },
    };
}
