using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Api.Rooms;

/// <summary>A room, as the API shows it to a key that may see PINs.</summary>
/// <param name="Id">Name for requests.</param>
/// <param name="Title">Name for people; spoken to callers.</param>
/// <param name="ParticipantPin">Nine digits.</param>
/// <param name="ModeratorPin">Nine digits.</param>
/// <param name="Language"><c>fr</c> or <c>en</c>.</param>
/// <param name="MuteOnEntry">Participants come in with a closed microphone.</param>
/// <param name="MicsLocked">Participants cannot open their microphones until the lock is lifted.</param>
/// <param name="RequireModerator">The meeting starts only when a moderator comes in or it is started by the API.</param>
/// <param name="MaxParticipants">Seats.</param>
/// <param name="MaxDurationMinutes">Longest meeting [min].</param>
/// <param name="WaitingReminderSeconds">Time between two reminders to a waiting caller [s].</param>
/// <param name="MaxWaitMinutes">Longest wait of a caller [min].</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangedAt">When it changed last.</param>
/// <param name="Version">Counts the changes; also the ETag.</param>
/// <param name="Meeting">The live meeting in short; null when there is none.</param>
public sealed record RoomBody(
    RoomId Id,
    string Title,
    string ParticipantPin,
    string ModeratorPin,
    string Language,
    bool MuteOnEntry,
    bool MicsLocked,
    bool RequireModerator,
    int MaxParticipants,
    int MaxDurationMinutes,
    int WaitingReminderSeconds,
    int MaxWaitMinutes,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    long Version,
    MeetingSummary? Meeting)
{
    /// <summary>Makes the API's form.</summary>
    internal static RoomBody From(Room room, IMeetingDirectory directory) => new(
        room.Id,
        room.Title,
        Digits(room.ParticipantPin),
        Digits(room.ModeratorPin),
        RoomFields.LanguageCode(room.Settings.Language),
        room.Settings.MuteOnEntry,
        room.Settings.MicsLocked,
        room.Settings.RequireModerator,
        room.Settings.MaxParticipants,
        (int)room.Settings.MaxDuration.TotalMinutes,
        (int)room.Settings.WaitingReminder.TotalSeconds,
        (int)room.Settings.MaxWait.TotalMinutes,
        room.CreatedAt,
        room.ChangedAt,
        room.Version,
        directory.Find(room.Id) is { } meeting ? MeetingSummary.From(meeting) : null);

    private static string Digits(Pin pin) => pin.ToGroups().Replace(" ", "", StringComparison.Ordinal);
}

/// <summary>A live meeting in short.</summary>
/// <param name="Id">Name of this run.</param>
/// <param name="State">Not started or running.</param>
/// <param name="StartedAt">When it started; null before.</param>
/// <param name="Admitted">People in the mix.</param>
/// <param name="Waiting">People who wait.</param>
public sealed record MeetingSummary(MeetingId Id, MeetingState State, DateTimeOffset? StartedAt, int Admitted, int Waiting)
{
    internal static MeetingSummary From(MeetingSnapshot meeting) =>
        new(meeting.Meeting, meeting.State, meeting.StartedAt?.Wall, meeting.AdmittedCount, meeting.WaitingCount);
}

/// <summary>A page of rooms.</summary>
/// <param name="Rooms">In the order of their making.</param>
/// <param name="Next">Give this as <c>after</c> for the next page; null: this was the last.</param>
public sealed record RoomPage(IReadOnlyList<RoomBody> Rooms, RoomId? Next);
