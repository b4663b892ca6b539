using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Api.Meetings;

/// <summary>A live meeting, as the API shows it.</summary>
/// <param name="Id">Name of this run.</param>
/// <param name="Room">Whose run it is.</param>
/// <param name="State">Not started (callers wait), running, or ended.</param>
/// <param name="Revision">Number of the last event that is in here.</param>
/// <param name="OpenedAt">When the first caller came, or the API started it.</param>
/// <param name="StartedAt">When it started; null before.</param>
/// <param name="IsLocked">No more participants are let in.</param>
/// <param name="AreMicrophonesLocked">Participants cannot open their microphones.</param>
/// <param name="Admitted">People in the mix.</param>
/// <param name="Waiting">People who wait.</param>
/// <param name="Participants">Everybody, in the order of arrival.</param>
public sealed record MeetingBody(
    MeetingId Id,
    RoomId Room,
    MeetingState State,
    long Revision,
    DateTimeOffset OpenedAt,
    DateTimeOffset? StartedAt,
    bool IsLocked,
    bool AreMicrophonesLocked,
    int Admitted,
    int Waiting,
    IReadOnlyList<ParticipantBody> Participants)
{
    /// <summary>Makes the API's form.</summary>
    public static MeetingBody From(MeetingSnapshot meeting, IMeetingDirectory directory) => new(
        meeting.Meeting,
        meeting.Room,
        meeting.State,
        meeting.Revision,
        meeting.OpenedAt,
        meeting.StartedAt?.Wall,
        meeting.IsLocked,
        meeting.AreMicrophonesLocked,
        meeting.AdmittedCount,
        meeting.WaitingCount,
        [.. meeting.Participants.Select(p => ParticipantBody.From(p, directory.Line(meeting.Room, p.Id)))]);
}
