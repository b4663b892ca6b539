namespace PhoneBridge.Rooms.Meetings;

/// <summary>How far a call is that the bridge placed to bring somebody into a meeting.</summary>
public enum DialOutState
{
    /// <summary>It was sent out; the network has not said yet that it rings.</summary>
    Calling,

    /// <summary>It rings.</summary>
    Ringing,

    /// <summary>Somebody, or some machine, took it and is asked to press 1.</summary>
    Answered,

    /// <summary>1 was pressed: from here on a participant as all others.</summary>
    Joined,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>A call that the bridge placed for the meeting goes on.</summary>
/// <param name="By">The API for the first one, which asked for it; else the bridge.</param>
/// <param name="Call">Name of the call's record.</param>
/// <param name="MaskedNumber">The number as others may see it.</param>
/// <param name="State">How far it is.</param>
/// <param name="Result">How it ended; null before.</param>
public sealed record ReportDialOut(Actor By, string Call, string MaskedNumber, DialOutState State, string? Result) : MeetingCommand(By);

/// <summary>A call that the bridge placed for the meeting goes on. Told, and changes nothing: who joins comes in by events of the door.</summary>
/// <param name="Revision">See the base.</param>
/// <param name="At">See the base.</param>
/// <param name="By">See the base.</param>
/// <param name="Call">Name of the call's record.</param>
/// <param name="MaskedNumber">The number as others may see it.</param>
/// <param name="State">How far it is.</param>
/// <param name="Result">How it ended; null before.</param>
public sealed record DialOutChanged(long Revision, MeetingInstant At, Actor By, string Call, string MaskedNumber, DialOutState State, string? Result)
    : MeetingEvent(Revision, At, By);
