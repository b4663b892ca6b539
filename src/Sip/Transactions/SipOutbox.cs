using System.Diagnostics.CodeAnalysis;
using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>One message on its way out.</summary>
/// <param name="Message">What to send.</param>
/// <param name="Flow">Which way.</param>
/// <param name="Fallback">Where to connect when the flow's connection is gone (RFC 3261 §18.2.2); null: nowhere.</param>
/// <param name="Owner">The transaction that must hear when it cannot be sent; null for messages outside transactions.</param>
internal readonly record struct SipOutgoing(SipMessage Message, SipFlow Flow, IPEndPoint? Fallback, SipTransaction? Owner);

/// <summary>What the core wants sent, in order. The shell empties it after every call into the core.</summary>
internal sealed class SipOutbox
{
    private readonly Queue<SipOutgoing> _queue = new();

    /// <summary>Messages that wait.</summary>
    public int Count => _queue.Count;

    /// <summary>Adds a message.</summary>
    public void Add(in SipOutgoing outgoing) => _queue.Enqueue(outgoing);

    /// <summary>Takes the oldest message.</summary>
    public bool TryTake([MaybeNullWhen(false)] out SipOutgoing outgoing) => _queue.TryDequeue(out outgoing);
}
