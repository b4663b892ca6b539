using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>Hears what becomes of a request of the peer that it took over. Called by the owner of the transactions.</summary>
internal interface IServerTransactionOwner
{
    /// <summary>The To tag of all answers.</summary>
    string LocalTag { get; }

    /// <summary>The peer gives the INVITE up; its CANCEL was answered. The INVITE may have a final answer already.</summary>
    void OnCancelled(InviteServerTransaction invite, TimeSpan now);

    /// <summary>An answer could not be delivered: no ACK to a failure answer, or the transport failed.</summary>
    void OnServerFailure(ServerTransaction transaction, TransactionEvent failure, TimeSpan now);
}

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

    /// <summary>Who took the request over; null when it was answered on the spot.</summary>
    public IServerTransactionOwner? Owner { get; set; }

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
