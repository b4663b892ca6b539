using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Conference;

/// <summary>The way to every live meeting, wherever it runs. Every method may be called from any thread.</summary>
public interface IMeetingDirectory
{
    /// <summary>
    /// Sends a command to a room's meeting. <see cref="StartMeeting"/> opens one when the room has none; for anything else a
    /// room without a meeting answers <see cref="MeetingOutcome.Ended"/>.
    /// </summary>
    /// <returns>
    /// The answer, once the mixer has obeyed: when the task of a mute ends, no sample of the muted caller is mixed any more.
    /// </returns>
    Task<MeetingReply> SendAsync(RoomId room, MeetingCommand command, CancellationToken cancellation = default);

    /// <summary>The meeting of a room as it is now; null when none is live. Never waits.</summary>
    MeetingSnapshot? Find(RoomId room);

    /// <summary>Every live meeting as it is now. Never waits.</summary>
    IReadOnlyCollection<MeetingSnapshot> Live { get; }

    /// <summary>
    /// Follows the meetings of one room, or of all: first the snapshot of every one that is live, then each event without a gap.
    /// </summary>
    /// <param name="room">The room; null for all.</param>
    MeetingSubscription Subscribe(RoomId? room);

    /// <summary>What the line of a participant does; null when the participant is not on this node's telephone side.</summary>
    ParticipantLine? Line(RoomId room, ParticipantId participant);
}

/// <summary>The answer to a command.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Meeting">The meeting after it; null when the room has none.</param>
/// <param name="IsConfirmed">The mixer reported in time that it obeyed. False: it is told, but late (counted, logged).</param>
public sealed record MeetingReply(MeetingOutcome Outcome, MeetingSnapshot? Meeting, bool IsConfirmed = true);

/// <summary>One thing to show: exactly one of the two is set.</summary>
/// <param name="Room">Whose meeting.</param>
/// <param name="Meeting">Which run.</param>
/// <param name="Snapshot">The whole state; the events that follow build on it.</param>
/// <param name="Event">What happened next.</param>
public sealed record MeetingUpdate(RoomId Room, MeetingId Meeting, MeetingSnapshot? Snapshot, MeetingEvent? Event);
