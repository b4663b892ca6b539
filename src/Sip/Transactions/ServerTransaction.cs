using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>A transaction that a request of the peer created.</summary>
internal abstract class ServerTransaction : SipTransaction
{
    /// <summary>Starts the machine with the first request already taken.</summary>
    protected ServerTransaction(SipRequest request, SipFlow flow, SipTimers timers, TransactionState initial)
        : base(request, ResponseRoute.For(request, flow), timers)
    {
        State = initial;
        Source = flow;
        Key = ServerTransactionKey.Of(request);
        Fallback = ResponseRoute.Reconnect(request, flow);
    }

    /// <summary>The way that the request came; answers may go to another port (RFC 3581).</summary>
    public SipFlow Source { get; }

    /// <summary>What repeated requests are matched by.</summary>
    public ServerTransactionKey Key { get; }

    /// <summary>The last answer sent, which a repeated request gets again (TRX2).</summary>
    public SipResponse? LastResponse { get; protected set; }

    /// <summary>True until a final answer was given.</summary>
    public bool IsOpen => State is TransactionState.Trying or TransactionState.Proceeding;

    /// <summary>Takes the user's answer. A second final answer changes nothing.</summary>
    public abstract TransactionStep Respond(SipResponse response, TimeSpan now);

    /// <summary>A repeated request came.</summary>
    public abstract TransactionStep OnRepeat();

    /// <inheritdoc/>
    protected override bool NeedsTransport => State is not (TransactionState.Confirmed or TransactionState.Terminated);
}
