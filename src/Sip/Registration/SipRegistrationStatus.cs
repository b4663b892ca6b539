namespace PhoneBridge.Sip.Registration;

/// <summary>How a registration stands.</summary>
public enum SipRegistrationState
{
    /// <summary>The first try has no answer yet.</summary>
    Registering,

    /// <summary>The registrar sends calls to us.</summary>
    Registered,

    /// <summary>The last try failed; others follow.</summary>
    Failing,

    /// <summary>The registrar will not have us: somebody must act, nothing more is tried.</summary>
    Refused,

    /// <summary>Being taken back.</summary>
    Leaving,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>Why a registration stands as it does.</summary>
public enum SipRegistrationReason
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The registrar did not answer.</summary>
    TimedOut,

    /// <summary>Nothing could be sent.</summary>
    TransportFailed,

    /// <summary>The registrar answered with a failure; its status code says which.</summary>
    Rejected,

    /// <summary>User or password are not accepted.</summary>
    WrongCredentials,

    /// <summary>The registrar asks for an authentication that is not known here.</summary>
    UnknownChallenge,

    /// <summary>The registrar agreed, and keeps no address of ours.</summary>
    NotBound,
}

/// <summary>How a registration stands, why and since when. Immutable, safe from any thread; holds no name and no secret.</summary>
/// <param name="State">How.</param>
/// <param name="Reason">Why.</param>
/// <param name="StatusCode">The registrar's last final answer; 0 when there was none.</param>
/// <param name="Since">When state or reason changed, on the endpoint's monotonic clock.</param>
public sealed record SipRegistrationStatus(SipRegistrationState State, SipRegistrationReason Reason, int StatusCode, TimeSpan Since);
