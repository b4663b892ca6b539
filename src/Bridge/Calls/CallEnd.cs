using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Sip.Calls;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Every way in which a call can end. Closed set: gives the SIP cause, the log level and the metric tag.</summary>
public enum CallEnd
{
    /// <summary>The caller hung up.</summary>
    CallerHungUp,

    /// <summary>The caller left by key and heard the goodbye.</summary>
    CallerLeft,

    /// <summary>All tries at the PIN were used up.</summary>
    TooManyTries,

    /// <summary>The time for the PIN was over.</summary>
    EntryTimeOver,

    /// <summary>The brake on guessing held.</summary>
    Throttled,

    /// <summary>Something of ours did not work, and the caller was told.</summary>
    ServiceUnavailable,

    /// <summary>The meeting did not begin while the caller waited.</summary>
    WaitedTooLong,

    /// <summary>The room is locked.</summary>
    RoomLocked,

    /// <summary>The room is full.</summary>
    RoomFull,

    /// <summary>A moderator removed the caller.</summary>
    Removed,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,

    /// <summary>The bridge stops.</summary>
    ServiceStopping,

    /// <summary>No audio ever came.</summary>
    NoMedia,

    /// <summary>The line fell silent and the peer did not answer, or only silence came for too long (RTP10).</summary>
    LineLost,

    /// <summary>A fax machine or modem was heard (RTP15).</summary>
    FaxHeard,

    /// <summary>Busy or dial tone was heard for long: the caller had hung up and nobody told us (RTP16).</summary>
    BusyHeard,

    /// <summary>The call lasted as long as any call may.</summary>
    TooLong,

    /// <summary>The peer broke the dialog: no ACK, no answer to our offer, no way to reach it.</summary>
    SignallingFailed,

    /// <summary>We never answered: no such number, no common codec, no room for another call.</summary>
    Refused,

    /// <summary>A fault of ours; somebody must look.</summary>
    Fault,

    /// <summary>The bridge itself died during the call; known from the next start on.</summary>
    BridgeDied,

    /// <summary>A call of ours: who was rung was busy.</summary>
    CalleeBusy,

    /// <summary>A call of ours: nobody took it in time.</summary>
    NotAnswered,

    /// <summary>A call of ours: it was declined, or the network does not put it through; the record has the status.</summary>
    NotPutThrough,

    /// <summary>A call of ours: somebody or some machine took it and did not press 1.</summary>
    InvitationNotTaken,

    /// <summary>A call of ours: a moderator called it off before it was in the meeting.</summary>
    CalledOff,

    /// <summary>A call was asked for and not sent out: the number is not allowed, a budget is spent, or there was no way.</summary>
    NotDialled,
}

/// <summary>What follows from how a call ended.</summary>
internal static class CallEnds
{
    /// <summary>The call's end as its dialogue saw it.</summary>
    public static CallEnd From(DialogueEnd end) => end switch
    {
        DialogueEnd.CallerLeft => CallEnd.CallerLeft,
        DialogueEnd.TooManyTries => CallEnd.TooManyTries,
        DialogueEnd.EntryTimeOver => CallEnd.EntryTimeOver,
        DialogueEnd.Throttled => CallEnd.Throttled,
        DialogueEnd.ServiceUnavailable => CallEnd.ServiceUnavailable,
        DialogueEnd.WaitedTooLong => CallEnd.WaitedTooLong,
        DialogueEnd.RoomLocked => CallEnd.RoomLocked,
        DialogueEnd.RoomFull => CallEnd.RoomFull,
        DialogueEnd.Removed => CallEnd.Removed,
        DialogueEnd.MeetingEnded => CallEnd.MeetingEnded,
        DialogueEnd.ServiceStopping => CallEnd.ServiceStopping,
        DialogueEnd.CallTooLong => CallEnd.TooLong,
        DialogueEnd.NoMedia => CallEnd.NoMedia,
        DialogueEnd.InvitationNotTaken => CallEnd.InvitationNotTaken,
        _ => CallEnd.Fault,
    };

    /// <summary>The call's end as its signalling saw it.</summary>
    /// <param name="end">What was told.</param>
    /// <param name="isOutgoing">Whether it is a call of ours.</param>
    public static CallEnd From(SipCallEnd end, bool isOutgoing) => end switch
    {
        // The session went on with another call; that this one is told of late changes nothing.
        { Kind: SipCallEndKind.RemoteHangUp or SipCallEndKind.Cancelled or SipCallEndKind.Replaced } => CallEnd.CallerHungUp,
        { Kind: SipCallEndKind.Rejected } => CallEnd.Refused,
        { Kind: SipCallEndKind.Refused, Status: 486 or 600 } => CallEnd.CalleeBusy,
        { Kind: SipCallEndKind.Refused, Status: 408 or 480 or 487 } => CallEnd.NotAnswered,
        { Kind: SipCallEndKind.Refused } => CallEnd.NotPutThrough,
        { Kind: SipCallEndKind.NotAnswered } when isOutgoing => CallEnd.NotAnswered,
        { Kind: SipCallEndKind.PeerGone or SipCallEndKind.SessionExpired } => CallEnd.LineLost,
        { Kind: SipCallEndKind.Fault or SipCallEndKind.NotAnswered } => CallEnd.Fault,
        _ => CallEnd.SignallingFailed,
    };

    /// <summary>Only what someone of ours must act on is an error; what callers do by themselves is not.</summary>
    public static LogLevel Level(this CallEnd end) => end switch
    {
        CallEnd.Fault => LogLevel.Error,
        CallEnd.ServiceUnavailable or CallEnd.SignallingFailed or CallEnd.LineLost or CallEnd.NoMedia => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
