using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transactions;

/// <summary>The states of RFC 3261 figures 5 to 8 with the changes of RFC 6026.</summary>
internal enum TransactionState
{
    /// <summary>INVITE client: request sent, nothing heard (figure 5).</summary>
    Calling,

    /// <summary>Non-INVITE: request sent or received, no answer yet (figures 6 and 8).</summary>
    Trying,

    /// <summary>A provisional answer was sent or received.</summary>
    Proceeding,

    /// <summary>INVITE: a 2xx was sent or received; repeats pass by the transaction user (RFC 6026).</summary>
    Accepted,

    /// <summary>A final answer was sent or received; repeats are absorbed.</summary>
    Completed,

    /// <summary>INVITE server: the ACK to a non-2xx answer arrived; further ACKs are absorbed (figure 7).</summary>
    Confirmed,

    /// <summary>Over; to be forgotten at once.</summary>
    Terminated,
}

/// <summary>What the transaction user must hear about one step.</summary>
internal enum TransactionEvent
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The message that was put in is for the transaction user.</summary>
    Deliver,

    /// <summary>Timer B, F or H: the other side never answered or never acknowledged.</summary>
    TimedOut,

    /// <summary>The transport could not send.</summary>
    TransportFailed,
}

/// <summary>What follows from one input: at most one message to send and at most one event.</summary>
internal readonly record struct TransactionStep(SipMessage? Send, TransactionEvent Event)
{
    /// <summary>Nothing to do.</summary>
    public static TransactionStep None => default;

    /// <summary>Hand the input to the transaction user.</summary>
    public static TransactionStep Deliver => new(null, TransactionEvent.Deliver);
}
