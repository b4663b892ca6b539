using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>Non-INVITE client transaction: RFC 3261 §17.1.2, figure 6.</summary>
internal sealed class NonInviteClientTransaction(
    SipRequest request, SipFlow flow, SipTimers timers, IClientTransactionUser user)
    : ClientTransaction(request, flow, timers, user, TransactionState.Trying)
{
    private TimeSpan _interval;
    private TimeSpan _timerE = TimeSpan.MaxValue;   // next retransmission of the request
    private TimeSpan _timerF = TimeSpan.MaxValue;   // gives up waiting for a final answer
    private TimeSpan _timerK = TimeSpan.MaxValue;   // end of Completed

    /// <inheritdoc/>
    public override TimeSpan Deadline => State switch
    {
        TransactionState.Trying or TransactionState.Proceeding => _timerE < _timerF ? _timerE : _timerF,
        TransactionState.Completed => _timerK,
        _ => TimeSpan.MaxValue,
    };

    /// <inheritdoc/>
    public override TransactionStep Start(TimeSpan now)
    {
        _interval = Timers.T1;
        _timerE = IsReliable ? TimeSpan.MaxValue : now + _interval;
        _timerF = now + Timers.GiveUp;
        return new TransactionStep(Request, TransactionEvent.None);
    }

    /// <inheritdoc/>
    public override TransactionStep OnResponse(SipResponse response, TimeSpan now)
    {
        switch (State, response.StatusCode)
        {
            case (TransactionState.Trying or TransactionState.Proceeding, < 200):
                State = TransactionState.Proceeding;
                return TransactionStep.Deliver;
            case (TransactionState.Trying or TransactionState.Proceeding, _):
                _timerK = now + Timers.T4;
                State = IsReliable ? TransactionState.Terminated : TransactionState.Completed;
                return TransactionStep.Deliver;
            default:
                return TransactionStep.None;
        }
    }

    /// <inheritdoc/>
    public override TransactionStep OnTime(TimeSpan now)
    {
        switch (State)
        {
            case TransactionState.Trying or TransactionState.Proceeding when now >= _timerF:
                State = TransactionState.Terminated;
                return new TransactionStep(null, TransactionEvent.TimedOut);
            case TransactionState.Trying or TransactionState.Proceeding when now >= _timerE:
                // RFC 3261 §17.1.2.2: doubling in Trying, always T2 once a provisional answer came.
                _interval = State == TransactionState.Proceeding ? Timers.T2 : Timers.DoubledToT2(_interval);
                _timerE = now + _interval;
                return new TransactionStep(Request, TransactionEvent.None);
            case TransactionState.Completed when now >= _timerK:
                State = TransactionState.Terminated;
                return TransactionStep.None;
            default:
                return TransactionStep.None;
        }
    }

    /// <inheritdoc/>
    protected override bool NeedsTransport => State is TransactionState.Trying or TransactionState.Proceeding;
}
