namespace PhoneBridge.Sip.Calls;

/// <summary>Where a call stands.</summary>
internal enum CallState
{
    /// <summary>A call of ours: this fork rings, or plays something; it may answer or not.</summary>
    Early,

    /// <summary>A call that came in: no final answer was given.</summary>
    Incoming,

    /// <summary>200 was sent, its ACK has not come.</summary>
    Accepted,

    /// <summary>The ACK came, or was sent.</summary>
    Confirmed,

    /// <summary>Over for the application; our BYE waits for the ACK or for its answer.</summary>
    Closing,

    /// <summary>Over. Only a 2xx to INVITE that was never acknowledged may still be repeated.</summary>
    Closed,
}
