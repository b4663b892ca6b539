using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>Non-INVITE server transaction: RFC 3261 §17.2.2, figure 8.</summary>
internal sealed class NonInviteServerTransaction(SipRequest request, SipFlow flow, SipTimers timers)
    : ServerTransaction(request, flow, timers, TransactionState.Trying)
{
    private TimeSpan _timerJ = TimeSpan.MaxValue;   // how long repeats of the request are absorbed

    /// <inheritdoc/>
    public override TimeSpan Deadline => State == TransactionState.Completed ? _timerJ : TimeSpan.MaxValue;

    /// <inheritdoc/>
    public override TransactionStep Respond(SipResponse response, TimeSpan now)
    {
        if (!IsOpen)
        {
            return TransactionStep.None;
        }

        LastResponse = response;
        if (response.StatusCode < 200)
        {
            State = TransactionState.Proceeding;
        }
        else
        {
            _timerJ = now + Timers.GiveUp;
            State = IsReliable ? TransactionState.Terminated : TransactionState.Completed;
        }

        return new TransactionStep(response, TransactionEvent.None);
    }

    /// <inheritdoc/>
    public override TransactionStep OnRepeat() => State switch
    {
        TransactionState.Proceeding or TransactionState.Completed => new TransactionStep(LastResponse, TransactionEvent.None),
        _ => TransactionStep.None,
    };

    /// <inheritdoc/>
    public override TransactionStep OnTime(TimeSpan now)
    {
        if (State == TransactionState.Completed && now >= _timerJ)
        {
            State = TransactionState.Terminated;
        }

        return TransactionStep.None;
    }
}
