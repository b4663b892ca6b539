namespace PhoneBridge.Sip.Calls;

/// <summary>All the ways in which a call can end.</summary>
public enum SipCallEndKind
{
    /// <summary>The caller gave up before the answer (CANCEL, or BYE in the early dialog).</summary>
    Cancelled,

    /// <summary>We refused the call.</summary>
    Rejected,

    /// <summary>A call of ours was refused; <see cref="SipCallEnd.Status"/> says how.</summary>
    Refused,

    /// <summary>The peer sent BYE.</summary>
    RemoteHangUp,

    /// <summary>We hung up.</summary>
    LocalHangUp,

    /// <summary>Another call took the place of this one (RFC 3891).</summary>
    Replaced,

    /// <summary>The application gave no final answer in time; of a call of ours: nobody took it.</summary>
    NotAnswered,

    /// <summary>Our 200, or our reliable provisional answer, was never acknowledged (TRX3, DLG9).</summary>
    NoAck,

    /// <summary>The peer owed an SDP answer and sent none that can be read (DLG6).</summary>
    AnswerMissing,

    /// <summary>The peer does not know the dialog any more, or does not answer (DLG5).</summary>
    PeerGone,

    /// <summary>The peer had agreed to refresh the session and did not (DLG8).</summary>
    SessionExpired,

    /// <summary>Our answer, or our INVITE, could not be sent.</summary>
    TransportFailed,

    /// <summary>A defect on our side; counted as a fault.</summary>
    Fault,
}

/// <summary>How a call ended.</summary>
/// <param name="Kind">The way.</param>
/// <param name="RemoteCause">Q.850 cause that the peer gave in its Reason (RFC 3326), 0 to 127; null when it gave none.</param>
public readonly record struct SipCallEnd(SipCallEndKind Kind, int? RemoteCause = null)
{
    /// <summary>The final status that refused a call of ours, 300 to 699; 0 when none did.</summary>
    public int Status { get; init; }

    /// <summary>Its reason phrase: the peer's words, to be shown with care; null when there is none.</summary>
    public string? ReasonPhrase { get; init; }

    /// <summary>When the refusal says that another try may succeed; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why we hang up; the peer is told by Reason headers (RFC 3326).</summary>
public enum SipHangUp
{
    /// <summary>The ordinary end: Q.850 16.</summary>
    Normal,

    /// <summary>Nothing was heard of the peer, or a time was over: Q.850 102.</summary>
    Timeout,

    /// <summary>Something of ours failed: Q.850 41.</summary>
    Failure,

    /// <summary>We have no room: Q.850 47.</summary>
    Resources,
}

/// <summary>What the peer is told about the end of a call.</summary>
internal static class HangUpReasons
{
    /// <summary>Reason values for a BYE.</summary>
    public static (string Q850, string Sip) For(SipHangUp cause) => cause switch
    {
        SipHangUp.Timeout => ("Q.850;cause=102;text=\"Recovery on timer expiry\"", "SIP;cause=408;text=\"Request Timeout\""),
        SipHangUp.Failure => ("Q.850;cause=41;text=\"Temporary failure\"", "SIP;cause=500;text=\"Server Internal Error\""),
        SipHangUp.Resources => ("Q.850;cause=47;text=\"Resource unavailable\"", "SIP;cause=503;text=\"Service Unavailable\""),
        _ => ("Q.850;cause=16;text=\"Normal call clearing\"", "SIP;cause=200;text=\"Call completed\""),
    };

    /// <summary>The final status for a call that was never answered: not 503, which makes SBCs mark us down (§2.5 of the profile).</summary>
    public static int StatusBeforeAnswer(SipHangUp cause) => cause == SipHangUp.Failure ? 500 : 480;
}
