using System.Text.Json.Serialization;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>Something asked of a meeting. Plain data that may travel to another node.</summary>
/// <param name="By">Who asks. A caller may do what the role in the roster allows, the API what a moderator may.</param>
[JsonDerivedType(typeof(EnterMeeting), "enter")]
[JsonDerivedType(typeof(LeaveMeeting), "leave")]
[JsonDerivedType(typeof(StartMeeting), "start")]
[JsonDerivedType(typeof(EndMeeting), "end")]
[JsonDerivedType(typeof(ToggleMicrophone), "toggleMicrophone")]
[JsonDerivedType(typeof(SetModeratorMute), "setModeratorMute")]
[JsonDerivedType(typeof(MuteAll), "muteAll")]
[JsonDerivedType(typeof(LockMicrophones), "lockMicrophones")]
[JsonDerivedType(typeof(LockMeeting), "lockMeeting")]
[JsonDerivedType(typeof(RenameParticipant), "rename")]
[JsonDerivedType(typeof(RemoveParticipant), "remove")]
[JsonDerivedType(typeof(ReportTalking), "talking")]
[JsonDerivedType(typeof(ReportHold), "hold")]
[JsonDerivedType(typeof(ReportDisturbance), "disturbance")]
[JsonDerivedType(typeof(Unduck), "unduck")]
[JsonDerivedType(typeof(ReportLine), "line")]
[JsonDerivedType(typeof(ReportDialOut), "dialOut")]
[JsonDerivedType(typeof(ChangeSettings), "settings")]
public abstract record MeetingCommand(Actor By);

/// <summary>A caller with a right PIN is at the door. Admitted, waits, or is refused.</summary>
/// <param name="Participant">A new identifier, drawn for this call.</param>
/// <param name="Role">What the PIN gives.</param>
/// <param name="Label">Name for the list; cleaned here. Empty: the list says so.</param>
/// <param name="MaskedNumber">The number as others may see it; null when hidden.</param>
/// <param name="Caller">The number's tag, only to keep a removed caller out for a while; null when hidden.</param>
public sealed record EnterMeeting(ParticipantId Participant, Role Role, string Label, string? MaskedNumber = null, CallerTag? Caller = null)
    : MeetingCommand(Actor.Caller(Participant));

/// <summary>A caller has gone: always obeyed, for the line is gone already.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Reason">How: <see cref="LeaveReason.HungUp"/>, <see cref="LeaveReason.LeftByKey"/>, <see cref="LeaveReason.LineLost"/>,
/// <see cref="LeaveReason.WaitedTooLong"/> or <see cref="LeaveReason.BridgeStopping"/>.</param>
public sealed record LeaveMeeting(ParticipantId Participant, LeaveReason Reason) : MeetingCommand(Actor.Caller(Participant));

/// <summary>Starts the meeting though no moderator is on the phone; who waits comes in.</summary>
/// <param name="By">The API.</param>
public sealed record StartMeeting(Actor By) : MeetingCommand(By);

/// <summary>Ends the meeting for all.</summary>
/// <param name="By">A moderator or the API.</param>
public sealed record EndMeeting(Actor By) : MeetingCommand(By);

/// <summary>The caller's key 0 or *6: closes an open microphone, opens a closed one if that is allowed.</summary>
/// <param name="Participant">Who pressed.</param>
public sealed record ToggleMicrophone(ParticipantId Participant) : MeetingCommand(Actor.Caller(Participant));

/// <summary>A moderator closes a microphone, or asks the caller to open it: it opens only by the caller's own key.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="Participant">Whose.</param>
/// <param name="IsMuted">True: close now. False: ask the caller.</param>
public sealed record SetModeratorMute(Actor By, ParticipantId Participant, bool IsMuted) : MeetingCommand(By);

/// <summary>Closes the microphones of all but moderators, at once. Who comes later is not touched.</summary>
/// <param name="By">A moderator or the API.</param>
public sealed record MuteAll(Actor By) : MeetingCommand(By);

/// <summary>Locks the microphones of all but moderators, now and to come; or lifts the lock, which opens none.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="IsLocked">True: lock.</param>
public sealed record LockMicrophones(Actor By, bool IsLocked) : MeetingCommand(By);

/// <summary>Lets no more participants in, or does again. Moderators always come in.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="IsLocked">True: lock.</param>
public sealed record LockMeeting(Actor By, bool IsLocked) : MeetingCommand(By);

/// <summary>Gives a participant another name in the list.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="Participant">Who.</param>
/// <param name="Label">The name; cleaned here.</param>
public sealed record RenameParticipant(Actor By, ParticipantId Participant, string Label) : MeetingCommand(By);

/// <summary>Removes someone, waiting or admitted; the same number is refused for a short time, a hidden one is not.</summary>
/// <param name="By">A moderator or the API.</param>
/// <param name="Participant">Who.</param>
public sealed record RemoveParticipant(Actor By, ParticipantId Participant) : MeetingCommand(By);

/// <summary>The mixer has found that someone began or ceased to talk.</summary>
/// <param name="Participant">Who.</param>
/// <param name="IsTalking">True: began.</param>
public sealed record ReportTalking(ParticipantId Participant, bool IsTalking) : MeetingCommand(Actor.Bridge);

/// <summary>The caller's telephone has put us on hold, or taken us back.</summary>
/// <param name="Participant">Who.</param>
/// <param name="IsOnHold">True: on hold.</param>
public sealed record ReportHold(ParticipantId Participant, bool IsOnHold) : MeetingCommand(Actor.Bridge);

/// <summary>The room's owner has changed the settings: they hold from here on, without redialling.</summary>
/// <param name="By">The API.</param>
/// <param name="Settings">Checked settings.</param>
public sealed record ChangeSettings(Actor By, RoomSettings Settings) : MeetingCommand(By);
