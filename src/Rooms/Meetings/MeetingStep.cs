namespace PhoneBridge.Rooms.Meetings;

/// <summary>What one command or the passing of time has done.</summary>
/// <param name="Outcome">The answer to who asked.</param>
/// <param name="Events">What has happened, in order; may be empty. What fell due before the command comes first.</param>
public sealed record MeetingStep(MeetingOutcome Outcome, IReadOnlyList<MeetingEvent> Events);

/// <summary>The answer to a command. Closed set: one switch gives prompt, API status and metric tag.</summary>
public enum MeetingOutcome
{
    /// <summary>Done; the events say what.</summary>
    Done,

    /// <summary>It was so already: no event.</summary>
    Unchanged,

    /// <summary>At the door: in.</summary>
    Admitted,

    /// <summary>At the door: waits outside the mix.</summary>
    Waiting,

    /// <summary>At the door: the meeting is locked. Only after a right PIN may this be told.</summary>
    RefusedLocked,

    /// <summary>At the door: the seats and the waiting places are taken.</summary>
    RefusedFull,

    /// <summary>At the door: was removed a moment ago.</summary>
    RefusedRemoved,

    /// <summary>The meeting is over: whoever comes needs a new one.</summary>
    Ended,

    /// <summary>The microphones are locked: the caller's key does nothing.</summary>
    MicrophonesLocked,

    /// <summary>The caller was asked to open the microphone and must confirm by key.</summary>
    CallerAsked,

    /// <summary>No such participant.</summary>
    UnknownParticipant,

    /// <summary>The participant waits: there is no microphone to speak of.</summary>
    NotAdmitted,

    /// <summary>The caller has not the right.</summary>
    NotAllowed,
}
