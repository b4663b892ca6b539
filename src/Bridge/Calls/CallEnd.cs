using PhoneBridge.Ivr.Dialogues;

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
        _ => CallEnd.Fault,
    };

    /// <summary>Only what someone of ours must act on is an error; what callers do by themselves is not.</summary>
    public static LogLevel Level(this CallEnd end) => end switch
    {
        CallEnd.Fault => LogLevel.Error,
        CallEnd.ServiceUnavailable or CallEnd.SignallingFailed or CallEnd.LineLost or CallEnd.NoMedia => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
