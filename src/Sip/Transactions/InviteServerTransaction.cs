using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>INVITE server transaction: RFC 3261 §17.2.1, figure 7, with the Accepted state of RFC 6026 §7.1.</summary>
internal sealed class InviteServerTransaction(SipRequest request, SipFlow flow, SipTimers timers)
    : ServerTransaction(request, flow, timers, TransactionState.Proceeding)
{
    private TimeSpan _interval;
    private TimeSpan _timerG = TimeSpan.MaxValue;   // next retransmission of a non-2xx final answer
    private TimeSpan _timerH = TimeSpan.MaxValue;   // gives up waiting for its ACK
    private TimeSpan _timerI = TimeSpan.MaxValue;   // end of Confirmed
    private TimeSpan _timerL = TimeSpan.MaxValue;   // end of Accepted

    /// <inheritdoc/>
    public override TimeSpan Deadline => State switch
    {
        TransactionState.Accepted => _timerL,
        TransactionState.Completed => _timerG < _timerH ? _timerG : _timerH,
        TransactionState.Confirmed => _timerI,
        _ => TimeSpan.MaxValue,
    };

    /// <inheritdoc/>
    public override TransactionStep Respond(SipResponse response, TimeSpan now)
    {
        switch (State, response.StatusCode)
        {
            case (TransactionState.Proceeding, < 200):
                LastResponse = response;
                return new TransactionStep(response, TransactionEvent.None);

            case (TransactionState.Proceeding, < 300):
                State = TransactionState.Accepted;
                LastResponse = response;
                _timerL = now + Timers.GiveUp;
                return new TransactionStep(response, TransactionEvent.None);

            case (TransactionState.Accepted, >= 200 and < 300):
                // RFC 6026 §7.1: the user's retransmissions of its 2xx pass through.
                return new TransactionStep(response, TransactionEvent.None);

            case (TransactionState.Proceeding, _):
                State = TransactionState.Completed;
                LastResponse = response;
                _interval = Timers.T1;
                _timerG = IsReliable ? TimeSpan.MaxValue : now + _interval;
                _timerH = now + Timers.GiveUp;
                return new TransactionStep(response, TransactionEvent.None);

            default:
                return TransactionStep.None;    // a second final answer is never sent
        }
    }

    /// <inheritdoc/>
    public override TransactionStep OnRepeat() => State switch
    {
        TransactionState.Proceeding or TransactionState.Completed => new TransactionStep(LastResponse, TransactionEvent.None),
        // RFC 6026 §7.1 absorbs the repeat here: the transaction user repeats its 2xx by its own timer.
        _ => TransactionStep.None,
    };

    /// <summary>Takes an ACK that matches by branch. One that follows a 2xx is delivered (RFC 6026 §7.1).</summary>
    public TransactionStep OnAck(TimeSpan now)
    {
        switch (State)
        {
            case TransactionState.Completed:
                _timerI = IsReliable ? now : now + Timers.T4;
                State = IsReliable ? TransactionState.Terminated : TransactionState.Confirmed;
                return TransactionStep.None;
            case TransactionState.Accepted:
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
            case TransactionState.Accepted when now >= _timerL:
            case TransactionState.Confirmed when now >= _timerI:
                State = TransactionState.Terminated;
                return TransactionStep.None;
            case TransactionState.Completed when now >= _timerH:
                State = TransactionState.Terminated;
                return new TransactionStep(null, TransactionEvent.TimedOut);
            case TransactionState.Completed when now >= _timerG:
                _interval = Timers.DoubledToT2(_interval);
                _timerG = now + _interval;
                return new TransactionStep(LastResponse, TransactionEvent.None);
            default:
                return TransactionStep.None;
        }
    }
}
