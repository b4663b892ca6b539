namespace PhoneBridge.Bridge.CallTraces;

/// <summary>What happened in a call beside its messages. Closed set.</summary>
public enum CallMarkKind
{
    /// <summary>It has a leg; the detail is its number in the log lines.</summary>
    LegOpened,

    /// <summary>A codec was agreed on; the detail is its name.</summary>
    Codec,

    /// <summary>Its INVITE was answered.</summary>
    Answered,

    /// <summary>The first voice packet came.</summary>
    VoiceHeard,

    /// <summary>A PIN was keyed in whole, or came with the call; the detail counts the tries.</summary>
    PinTried,

    /// <summary>The PIN opened a room; the detail is the role.</summary>
    PinAccepted,

    /// <summary>The PIN opened nothing, or the brake held.</summary>
    PinRefused,

    /// <summary>The caller waits; the detail says for what.</summary>
    Waiting,

    /// <summary>The caller is in the meeting.</summary>
    Admitted,

    /// <summary>The meeting did not take the caller; the detail says why.</summary>
    NotAdmitted,

    /// <summary>The microphone was closed; the detail says by what.</summary>
    Muted,

    /// <summary>The microphone was opened; the detail says by what.</summary>
    Unmuted,

    /// <summary>The telephone put the call on hold.</summary>
    Held,

    /// <summary>The telephone took the call back.</summary>
    Resumed,

    /// <summary>The line has turned bad.</summary>
    LineBad,

    /// <summary>The line is good again.</summary>
    LineGood,

    /// <summary>The line is turned down because of a disturbance; the detail says which.</summary>
    Disturbed,

    /// <summary>The caller left the meeting; the detail says why.</summary>
    Left,

    /// <summary>The call was refused; the detail is the status.</summary>
    Refused,

    /// <summary>The call ended; the detail is the reason of its record.</summary>
    Ended,
}

/// <summary>One of them.</summary>
/// <param name="Moment">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Detail">A word or number of ours, never of the caller; null when there is none.</param>
internal sealed record CallMark(Moment Moment, CallMarkKind Kind, string? Detail);
