using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Attendance;

/// <summary>One line of the attendance journal: who came, went, was renamed or muted, by whom and when.</summary>
/// <remarks><see cref="Meeting"/> and <see cref="Revision"/> name it: writing the same line twice keeps it once.</remarks>
public sealed record AttendanceEntry
{
    /// <summary>Which meeting.</summary>
    public required MeetingId Meeting { get; init; }

    /// <summary>Which room.</summary>
    public required RoomId Room { get; init; }

    /// <summary>Revision of the event behind the line.</summary>
    public required long Revision { get; init; }

    /// <summary>Which of several lines of one event; 0 for the first.</summary>
    public int Part { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required AttendanceKind Kind { get; init; }

    /// <summary>On whose word.</summary>
    public required Actor By { get; init; }

    /// <summary>Who is concerned; null when it is the meeting.</summary>
    public ParticipantId? Participant { get; init; }

    /// <summary>Their right, at <see cref="AttendanceKind.Joined"/>.</summary>
    public Role? Role { get; init; }

    /// <summary>Their name, at <see cref="AttendanceKind.Joined"/> and <see cref="AttendanceKind.Renamed"/>.</summary>
    public string? Label { get; init; }

    /// <summary>Their masked number, at <see cref="AttendanceKind.Joined"/>.</summary>
    public string? MaskedNumber { get; init; }

    /// <summary>Causes from now on, at <see cref="AttendanceKind.Joined"/> and <see cref="AttendanceKind.MuteChanged"/>.</summary>
    public MuteCauses? Mutes { get; init; }

    /// <summary>How they went, at <see cref="AttendanceKind.Left"/>.</summary>
    public LeaveReason? Reason { get; init; }

    /// <summary>How long they were in the meeting, at <see cref="AttendanceKind.Left"/>; by the monotonic clock.</summary>
    public TimeSpan? Stayed { get; init; }

    /// <summary>How long they were heard, at <see cref="AttendanceKind.Left"/>; by the monotonic clock.</summary>
    public TimeSpan? Talked { get; init; }
}

/// <summary>What a line of the attendance journal says.</summary>
public enum AttendanceKind
{
    /// <summary>The meeting started.</summary>
    Started,

    /// <summary>Somebody took a seat. Who only waited is not in the journal.</summary>
    Joined,

    /// <summary>Somebody has another name.</summary>
    Renamed,

    /// <summary>Somebody's microphone has other causes.</summary>
    MuteChanged,

    /// <summary>Somebody left the seat.</summary>
    Left,

    /// <summary>The meeting ended.</summary>
    Ended,
}
