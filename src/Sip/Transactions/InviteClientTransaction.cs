using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>INVITE client transaction: RFC 3261 §17.1.1, figure 5, with the Accepted state of RFC 6026 §7.2.</summary>
internal sealed class InviteClientTransaction(
    SipRequest request, SipFlow flow, SipTimers timers, IClientTransactionUser user)
    : ClientTransaction(request, flow, timers, user, TransactionState.Calling)
{
    private TimeSpan _interval;
    private TimeSpan _timerA = TimeSpan.MaxValue;   // next retransmission of the INVITE
    private TimeSpan _timerB = TimeSpan.MaxValue;   // gives up waiting for any answer
    private TimeSpan _timerD = TimeSpan.MaxValue;   // end of Completed
    private TimeSpan _timerM = TimeSpan.MaxValue;   // end of Accepted
    private SipRequest? _ack;

    /// <inheritdoc/>
    public override TimeSpan Deadline => State switch
    {
        TransactionState.Calling => _timerA < _timerB ? _timerA : _timerB,
        TransactionState.Completed => _timerD,
        TransactionState.Accepted => _timerM,
        _ => TimeSpan.MaxValue,
    };

    /// <inheritdoc/>
    public override TransactionStep Start(TimeSpan now)
    {
        _interval = Timers.T1;
        _timerA = IsReliable ? TimeSpan.MaxValue : now + _interval;
        _timerB = now + Timers.GiveUp;
        return new TransactionStep(Request, TransactionEvent.None);
    }

    /// <inheritdoc/>
    public override TransactionStep OnResponse(SipResponse response, TimeSpan now)
    {
        switch (State, response.StatusCode)
        {
            case (TransactionState.Calling or TransactionState.Proceeding, < 200):
                State = TransactionState.Proceeding;
                return TransactionStep.Deliver;

            case (TransactionState.Calling or TransactionState.Proceeding, < 300):
                State = TransactionState.Accepted;
                _timerM = now + Timers.GiveUp;
                return TransactionStep.Deliver;

            case (TransactionState.Accepted, >= 200 and < 300):
                return TransactionStep.Deliver;     // each repeat and each fork's 2xx wants an ACK of the user

            case (TransactionState.Calling or TransactionState.Proceeding, _):
                _ack = AckForFailure.Build(Request, response);
                _timerD = now + Timers.TimerD;
                State = IsReliable ? TransactionState.Terminated : TransactionState.Completed;
                return new TransactionStep(_ack, TransactionEvent.Deliver);

            case (TransactionState.Completed, >= 300):
                return new TransactionStep(_ack, TransactionEvent.None);

            default:
                return TransactionStep.None;
        }
    }

    /// <inheritdoc/>
    public override TransactionStep OnTime(TimeSpan now)
    {
        switch (State)
        {
            case TransactionState.Calling when now >= _timerB:
                State = TransactionState.Terminated;
                return new TransactionStep(null, TransactionEvent.TimedOut);
            case TransactionState.Calling when now >= _timerA:
                _interval *= 2;                     // not capped by T2: RFC 3261 §17.1.1.2
                _timerA = now + _interval;
                return new TransactionStep(Request, TransactionEvent.None);
            case TransactionState.Completed when now >= _timerD:
            case TransactionState.Accepted when now >= _timerM:
                State = TransactionState.Terminated;
                return TransactionStep.None;
            default:
                return TransactionStep.None;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Once a final answer was delivered, an ACK that cannot go out changes nothing for the user.</remarks>
    protected override bool NeedsTransport => State is TransactionState.Calling or TransactionState.Proceeding;
}
