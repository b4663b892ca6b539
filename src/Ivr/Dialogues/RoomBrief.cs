using System.Text;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>What a right PIN lets the dialogue say of the room.</summary>
/// <param name="Title">The room's title as its owner wrote it: hostile text until cleaned.</param>
/// <param name="TitleLanguage">In which voice the title is said; null: in the caller's.</param>
/// <param name="Role">What the PIN makes of the caller.</param>
/// <param name="IsLocked">The room is locked against newcomers, as far as known.</param>
public sealed record RoomBrief(string Title, IvrLanguage? TitleLanguage, CallerRole Role, bool IsLocked = false)
{
    /// <summary>How long this room lets a caller wait; null: <see cref="IvrOptions.WaitLimit"/>.</summary>
    public TimeSpan? WaitLimit { get; init; }

    /// <summary>Music between two reminders; null: <see cref="IvrOptions.WaitReminder"/>.</summary>
    public TimeSpan? WaitReminder { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Role);                   // titles may name people or matters: not for a log
        return true;
    }
}

/// <summary>What a PIN makes of a caller.</summary>
public enum CallerRole
{
    /// <summary>Speaks and listens.</summary>
    Participant,

    /// <summary>May also mute all and lock the room by key.</summary>
    Moderator,
}

/// <summary>A caller's microphone, with every cause that closes it. Open when no cause holds.</summary>
[Flags]
public enum MicrophoneState
{
    /// <summary>No cause: heard by the others.</summary>
    Open = 0,

    /// <summary>Closed by the caller.</summary>
    ClosedBySelf = 1,

    /// <summary>Closed by the moderator.</summary>
    ClosedByModerator = 2,

    /// <summary>Closed by the lock on all microphones.</summary>
    ClosedByLock = 4,
}

/// <summary>Who or what changed a microphone.</summary>
public enum MicrophoneChange
{
    /// <summary>The caller's own key.</summary>
    Self,

    /// <summary>The moderator, for this caller alone.</summary>
    Moderator,

    /// <summary>The moderator, for everybody.</summary>
    MuteAll,

    /// <summary>The microphones were locked.</summary>
    Lock,

    /// <summary>The microphones were unlocked.</summary>
    Unlock,
}

/// <summary>Why a PIN was not accepted. Never tells whether a room exists.</summary>
public enum PinRefusal
{
    /// <summary>It opens no room.</summary>
    Wrong,

    /// <summary>The guessing brake holds: it was not looked up.</summary>
    Throttled,

    /// <summary>It could not be looked up.</summary>
    Unavailable,
}

/// <summary>Why a room with the right PIN takes nobody in.</summary>
public enum AdmissionRefusal
{
    /// <summary>Locked by its moderator.</summary>
    RoomLocked,

    /// <summary>Full.</summary>
    RoomFull,

    /// <summary>The caller was removed from it a moment ago.</summary>
    RemovedBefore,

    /// <summary>It could not be entered for a reason of ours.</summary>
    Unavailable,
}

/// <summary>What a caller with the right PIN waits for.</summary>
public enum WaitReason
{
    /// <summary>The meeting has not begun.</summary>
    NotStarted,

    /// <summary>All seats are taken.</summary>
    Full,
}

/// <summary>How a dialogue ended. A closed set: one switch gives the SIP cause, the log level and the metric tag.</summary>
public enum DialogueEnd
{
    /// <summary>The caller left by key.</summary>
    CallerLeft,

    /// <summary>All tries used up.</summary>
    TooManyTries,

    /// <summary>The time for PIN entry was over.</summary>
    EntryTimeOver,

    /// <summary>The guessing brake holds for longer than a caller is kept waiting.</summary>
    Throttled,

    /// <summary>The PIN could not be looked up, or the room not entered.</summary>
    ServiceUnavailable,

    /// <summary>The meeting did not begin in time.</summary>
    WaitedTooLong,

    /// <summary>The room is locked.</summary>
    RoomLocked,

    /// <summary>The room is full.</summary>
    RoomFull,

    /// <summary>Removed by the moderator.</summary>
    Removed,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,

    /// <summary>The bridge stops.</summary>
    ServiceStopping,

    /// <summary>The call lasted as long as any call may.</summary>
    CallTooLong,

    /// <summary>Media was never ready.</summary>
    NoMedia,

    /// <summary>Who was rung did not press 1.</summary>
    InvitationNotTaken,
}
