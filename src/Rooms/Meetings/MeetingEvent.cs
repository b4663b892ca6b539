using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>Something that has happened in a meeting: who, when, which. Plain data that may travel and be kept.</summary>
/// <param name="Revision">1 for the first event of the meeting, then one more each.</param>
/// <param name="At">When.</param>
/// <param name="By">On whose word.</param>
[JsonDerivedType(typeof(ParticipantWaiting), "waiting")]
[JsonDerivedType(typeof(ParticipantAdmitted), "admitted")]
[JsonDerivedType(typeof(WaitReasonChanged), "waitReason")]
[JsonDerivedType(typeof(ParticipantLeft), "left")]
[JsonDerivedType(typeof(ParticipantRenamed), "renamed")]
[JsonDerivedType(typeof(MutesChanged), "mutes")]
[JsonDerivedType(typeof(UnmuteAskChanged), "unmuteAsk")]
[JsonDerivedType(typeof(TalkingChanged), "talking")]
[JsonDerivedType(typeof(HoldChanged), "hold")]
[JsonDerivedType(typeof(DuckChanged), "duck")]
[JsonDerivedType(typeof(LineChanged), "line")]
[JsonDerivedType(typeof(DialOutChanged), "dialOut")]
[JsonDerivedType(typeof(MicrophoneLockChanged), "microphoneLock")]
[JsonDerivedType(typeof(MeetingLockChanged), "meetingLock")]
[JsonDerivedType(typeof(SettingsChanged), "settings")]
[JsonDerivedType(typeof(MeetingStarted), "started")]
[JsonDerivedType(typeof(DurationWarning), "durationWarning")]
[JsonDerivedType(typeof(MeetingEnded), "ended")]
public abstract record MeetingEvent(long Revision, MeetingInstant At, Actor By);

/// <summary>A caller waits outside the mix.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="Role">Always a participant: a moderator does not wait.</param>
/// <param name="Label">Name for the list.</param>
/// <param name="MaskedNumber">Number as others may see it; null when hidden.</param>
/// <param name="Reason">What for.</param>
public sealed record ParticipantWaiting(
    long Revision, MeetingInstant At, Actor By, ParticipantId Participant, Role Role, string Label, string? MaskedNumber, WaitReason Reason)
    : MeetingEvent(Revision, At, By);

/// <summary>A caller is in, from the door or from waiting, with the microphone as <paramref name="Mutes"/> says: one step.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="Role">With which right.</param>
/// <param name="Label">Name for the list.</param>
/// <param name="MaskedNumber">Number as others may see it; null when hidden.</param>
/// <param name="Mutes">Causes that hold from the first sample.</param>
public sealed record ParticipantAdmitted(
    long Revision, MeetingInstant At, Actor By, ParticipantId Participant, Role Role, string Label, string? MaskedNumber, MuteCauses Mutes)
    : MeetingEvent(Revision, At, By);

/// <summary>A caller waits for something else now.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="Reason">What for.</param>
public sealed record WaitReasonChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, WaitReason Reason)
    : MeetingEvent(Revision, At, By);

/// <summary>Someone is out of the meeting or of the waiting.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="Reason">How; says which goodbye to speak, if the line is still there.</param>
/// <param name="WasAdmitted">False: had only waited.</param>
public sealed record ParticipantLeft(
    long Revision, MeetingInstant At, Actor By, ParticipantId Participant, LeaveReason Reason, bool WasAdmitted)
    : MeetingEvent(Revision, At, By);

/// <summary>A participant has another name in the list.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="Label">The new name.</param>
public sealed record ParticipantRenamed(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, string Label)
    : MeetingEvent(Revision, At, By);

/// <summary>Microphones change; all of them in one tick of the mixer.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Changes">Only those whose causes differ; never empty.</param>
public sealed record MutesChanged(long Revision, MeetingInstant At, Actor By, ImmutableArray<MuteChange> Changes)
    : MeetingEvent(Revision, At, By);

/// <summary>A moderator asks a caller to open the microphone ("you may speak, press 0"), or the asking is over unanswered.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who is asked.</param>
/// <param name="IsAsked">False: withdrawn. An answer shows as <see cref="MutesChanged"/> alone.</param>
public sealed record UnmuteAskChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, bool IsAsked)
    : MeetingEvent(Revision, At, By);

/// <summary>Someone began or ceased to talk.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="IsTalking">True: began.</param>
public sealed record TalkingChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, bool IsTalking)
    : MeetingEvent(Revision, At, By);

/// <summary>Someone's telephone put us on hold or took us back.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Participant">Who.</param>
/// <param name="IsOnHold">True: on hold.</param>
public sealed record HoldChanged(long Revision, MeetingInstant At, Actor By, ParticipantId Participant, bool IsOnHold)
    : MeetingEvent(Revision, At, By);

/// <summary>Microphones are locked or no longer; who is concerned follows as <see cref="MutesChanged"/>.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="IsLocked">True: locked.</param>
public sealed record MicrophoneLockChanged(long Revision, MeetingInstant At, Actor By, bool IsLocked) : MeetingEvent(Revision, At, By);

/// <summary>The meeting lets no more participants in, or does again.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="IsLocked">True: locked.</param>
public sealed record MeetingLockChanged(long Revision, MeetingInstant At, Actor By, bool IsLocked) : MeetingEvent(Revision, At, By);

/// <summary>Other settings hold from here on.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Settings">All of them.</param>
public sealed record SettingsChanged(long Revision, MeetingInstant At, Actor By, RoomSettings Settings) : MeetingEvent(Revision, At, By);

/// <summary>The meeting runs; who waited comes in next.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
public sealed record MeetingStarted(long Revision, MeetingInstant At, Actor By) : MeetingEvent(Revision, At, By);

/// <summary>The longest duration is near; told to all.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Remaining">10 or 2 min.</param>
public sealed record DurationWarning(long Revision, MeetingInstant At, Actor By, TimeSpan Remaining) : MeetingEvent(Revision, At, By);

/// <summary>The meeting is over; nothing follows. Everybody has left before, each with an event.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Reason">Why.</param>
public sealed record MeetingEnded(long Revision, MeetingInstant At, Actor By, EndReason Reason) : MeetingEvent(Revision, At, By);

/// <summary>What a caller waits for.</summary>
public enum WaitReason
{
    /// <summary>The meeting has not started.</summary>
    NotStarted,

    /// <summary>All seats are taken.</summary>
    Full,
}

/// <summary>How someone came to be out.</summary>
public enum LeaveReason
{
    /// <summary>The caller hung up.</summary>
    HungUp,

    /// <summary>The caller left by key, and may be told goodbye.</summary>
    LeftByKey,

    /// <summary>The line died.</summary>
    LineLost,

    /// <summary>A moderator removed the caller.</summary>
    Removed,

    /// <summary>Waited as long as the room allows.</summary>
    WaitedTooLong,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,

    /// <summary>The bridge stops; the meeting may go on elsewhere.</summary>
    BridgeStopping,
}

/// <summary>Why a meeting ended.</summary>
public enum EndReason
{
    /// <summary>A moderator or the API ended it.</summary>
    ByModerator,

    /// <summary>The longest duration was reached.</summary>
    MaxDuration,

    /// <summary>Nobody was there for a while, or nobody ever came.</summary>
    Empty,
}
