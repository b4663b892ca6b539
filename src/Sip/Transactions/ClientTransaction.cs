using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>Hears how a request of ours fared. Called by the owner of the transactions, on its thread.</summary>
internal interface IClientTransactionUser
{
    /// <summary>An answer arrived: every provisional one, the final one, and every 2xx to an INVITE.</summary>
    void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now);

    /// <summary>No final answer will come: time ran out or the transport failed.</summary>
    void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now);
}

/// <summary>A transaction that a request of ours created.</summary>
internal abstract class ClientTransaction : SipTransaction
{
    /// <summary>Prepares the machine; <see cref="Start"/> sends the request.</summary>
    protected ClientTransaction(
        SipRequest request, SipFlow flow, SipTimers timers, IClientTransactionUser user, TransactionState initial)
        : base(request, flow, timers)
    {
        User = user;
        State = initial;
    }

    /// <summary>Whom the answers are for.</summary>
    public IClientTransactionUser User { get; }

    /// <summary>Sends the request and starts the timers.</summary>
    public abstract TransactionStep Start(TimeSpan now);

    /// <summary>Takes an answer that matches by branch and CSeq method (RFC 3261 §17.1.3).</summary>
    public abstract TransactionStep OnResponse(SipResponse response, TimeSpan now);
}
