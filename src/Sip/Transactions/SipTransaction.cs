using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>What the four transaction machines of RFC 3261 §17 share.</summary>
/// <remarks>Sans-IO and not thread safe: messages and the time go in, a <see cref="TransactionStep"/> comes out.</remarks>
internal abstract class SipTransaction(SipRequest request, SipFlow flow, SipTimers timers) : IDeadline
{
    /// <summary>The request that created the transaction.</summary>
    public SipRequest Request { get; } = request;

    /// <summary>The way that the transaction's messages go.</summary>
    public SipFlow Flow { get; } = flow;

    /// <summary>Where to connect when the flow's connection is gone; null when there is no such place.</summary>
    public IPEndPoint? Fallback { get; init; }

    /// <summary>The state by the RFC's name.</summary>
    public TransactionState State { get; protected set; }

    /// <inheritdoc/>
    public abstract TimeSpan Deadline { get; }

    /// <inheritdoc/>
    public int QueueIndex { get; set; } = -1;

    /// <summary>T1, T2, T4 and their multiples.</summary>
    protected SipTimers Timers { get; } = timers;

    /// <summary>True on TCP: nothing is retransmitted and the waits for late repeats are zero.</summary>
    protected bool IsReliable => Flow.IsReliable;

    /// <summary>Acts on whichever timer is due at <paramref name="now"/>.</summary>
    public abstract TransactionStep OnTime(TimeSpan now);

    /// <summary>The transport could not send for this transaction (RFC 3261 §17.1.4, §17.2.4).</summary>
    public TransactionStep OnTransportFailure()
    {
        bool isOfInterest = NeedsTransport;
        State = TransactionState.Terminated;
        return isOfInterest ? new TransactionStep(null, TransactionEvent.TransportFailed) : TransactionStep.None;
    }

    /// <summary>True while the user must know that nothing can be sent.</summary>
    protected abstract bool NeedsTransport { get; }
}
