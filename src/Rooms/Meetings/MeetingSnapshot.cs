using System.Collections.Immutable;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>A meeting as it was after one event. Immutable: any thread may read and keep it.</summary>
public sealed record MeetingSnapshot
{
    /// <summary>Which meeting.</summary>
    public required MeetingId Meeting { get; init; }

    /// <summary>Whose run it is.</summary>
    public required RoomId Room { get; init; }

    /// <summary>When it was opened: elapsed times count from here.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The settings that hold.</summary>
    public required RoomSettings Settings { get; init; }

    /// <summary>Revision of the last event folded in; 0 before the first.</summary>
    public long Revision { get; init; }

    /// <summary>Where the meeting is in its life.</summary>
    public MeetingState State { get; init; }

    /// <summary>When it started; null before.</summary>
    public MeetingInstant? StartedAt { get; init; }

    /// <summary>When and why it ended; null before.</summary>
    public MeetingInstant? EndedAt { get; init; }

    /// <summary>Why it ended; null before.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>The microphones of participants are locked.</summary>
    public bool AreMicrophonesLocked { get; init; }

    /// <summary>No more participants are let in.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Everybody, waiting or admitted, in the order of arrival.</summary>
    public ImmutableArray<Participant> Participants { get; init; } = [];

    /// <summary>People with a seat.</summary>
    public int AdmittedCount { get; init; }

    /// <summary>People who wait.</summary>
    public int WaitingCount => Participants.Length - AdmittedCount;

    /// <summary>The participant of this name, or null.</summary>
    public Participant? Find(ParticipantId id)
    {
        int index = IndexOf(id);
        return index < 0 ? null : Participants[index];
    }

    internal int IndexOf(ParticipantId id)
    {
        ReadOnlySpan<Participant> all = Participants.AsSpan();
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Where a meeting is in its life.</summary>
public enum MeetingState
{
    /// <summary>Callers wait.</summary>
    NotStarted,

    /// <summary>People speak.</summary>
    Running,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>One line of the roster.</summary>
public sealed record Participant
{
    /// <summary>Who.</summary>
    public required ParticipantId Id { get; init; }

    /// <summary>With which right.</summary>
    public required Role Role { get; init; }

    /// <summary>Name in the list; may be empty.</summary>
    public required string Label { get; init; }

    /// <summary>Number as others may see it; null when hidden.</summary>
    public string? MaskedNumber { get; init; }

    /// <summary>When the right PIN was keyed.</summary>
    public required MeetingInstant ArrivedAt { get; init; }

    /// <summary>When the seat was taken; null while waiting.</summary>
    public MeetingInstant? AdmittedAt { get; init; }

    /// <summary>What is waited for; null when admitted.</summary>
    public WaitReason? Waits { get; init; }

    /// <summary>Has a seat and is in the mix.</summary>
    public bool IsAdmitted => AdmittedAt is not null;

    /// <summary>Why the microphone is closed; none: it is open.</summary>
    public MuteCauses Mutes { get; init; }

    /// <summary>A moderator asked to open the microphone, and the caller has not answered.</summary>
    public bool IsAskedToUnmute { get; init; }

    /// <summary>Is heard speaking now. Never while muted or on hold.</summary>
    public bool IsTalking { get; init; }

    /// <summary>The caller's telephone has us on hold.</summary>
    public bool IsOnHold { get; init; }

    /// <summary>What the line is ducked for; none: it is heard in full.</summary>
    public DisturbingSound Disturbance { get; init; }

    /// <summary>The line is so bad that the others have trouble to understand.</summary>
    public bool IsLineBad { get; init; }
}
