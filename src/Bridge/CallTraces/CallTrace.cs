using System.Net;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A message in a ladder, redacted.</summary>
/// <param name="Moment">When it passed.</param>
/// <param name="IsSent">True when it is ours.</param>
/// <param name="Transport">How it went.</param>
/// <param name="Peer">From or to whom.</param>
/// <param name="Label">In a few words.</param>
/// <param name="Text">As it may be shown; one array for a message and its repetitions.</param>
/// <param name="IsRepeated">It had passed before, word for word.</param>
internal sealed record TracedMessage(
    Moment Moment, bool IsSent, SipTransportKind Transport, IPEndPoint Peer, string Label, byte[] Text, bool IsRepeated)
{
    // Record, list slot, label and address [bytes], about.
    private const int Overhead = 200;

    /// <summary>Memory that it holds [bytes], about.</summary>
    public int Bytes => Overhead + (IsRepeated ? 0 : Text.Length);
}

/// <summary>A ladder as it is now.</summary>
/// <param name="Record">The call's record, of its beginning while the call lasts.</param>
/// <param name="CallId">The Call-ID as it may be shown.</param>
/// <param name="Messages">The messages in order.</param>
/// <param name="MessagesDropped">Messages that are not kept; they were in the middle.</param>
/// <param name="GapAt">Before which of the messages they were.</param>
/// <param name="Marks">What happened beside, in order.</param>
internal sealed record CallLadder(
    CallRecord Record, string CallId, IReadOnlyList<TracedMessage> Messages, long MessagesDropped, int GapAt, IReadOnlyList<CallMark> Marks);

/// <summary>What is kept of one Call-ID. Owned by the store, under its lock; <see cref="Hidden"/> by the worker that redacts and adds messages.</summary>
internal sealed class CallTrace
{
    // Itself, its place in the tables, hidden digits; one mark.
    private const int Overhead = 4096;
    private const int MarkOverhead = 100;

    // Word for word the same comes soon, or it is no repetition.
    private const int LookBack = 8;

    private readonly KeptEnds<TracedMessage> _messages;
    private readonly KeptEnds<CallMark> _marks;
    private string _shownCallId = ShownText.Hidden;

    public CallTrace(string callId, int messages)
    {
        CallId = callId;
        _messages = new KeptEnds<TracedMessage>(messages);
        _marks = new KeptEnds<CallMark>(messages);
        Node = new LinkedListNode<CallTrace>(this);
    }

    /// <summary>The Call-ID as it came.</summary>
    public string CallId { get; }

    /// <summary>Its place in the order in which traces go.</summary>
    public LinkedListNode<CallTrace> Node { get; }

    /// <summary>What its ladder hides.</summary>
    public HiddenDigits Hidden { get; } = new();

    /// <summary>The records of its calls: one, unless a sender uses a Call-ID twice.</summary>
    public List<CallRecord> Records { get; } = new(1);

    /// <summary>Calls of it that have not ended.</summary>
    public int Running { get; set; }

    /// <summary>Memory that it holds [bytes], about.</summary>
    public long Bytes { get; private set; } = Overhead;

    /// <summary>Adds a message.</summary>
    public void Add(SeenMessage seen, ShownMessage shown)
    {
        TracedMessage? before = _messages.Newest(LookBack).FirstOrDefault(m => m.IsSent == seen.IsSent && m.Text.AsSpan().SequenceEqual(shown.Text));
        TracedMessage message = new(
            seen.Moment, seen.IsSent, seen.Flow.Transport, seen.Flow.Remote, before?.Label ?? shown.Label, before?.Text ?? shown.Text, before is not null);
        _shownCallId = ShownText.Opaque(CallId, Hidden);
        Bytes += message.Bytes - (_messages.Add(message, out TracedMessage dropped) ? dropped.Bytes : 0);
    }

    /// <summary>Counts a message that memory had no room for.</summary>
    public void PassOver() => _messages.PassOver();

    /// <summary>Adds a mark.</summary>
    public void Add(CallMark mark) => Bytes += _marks.Add(mark, out _) ? 0 : MarkOverhead;

    /// <summary>As it is now, for one of its calls.</summary>
    public CallLadder Ladder(CallRecord record) =>
        new(record, _shownCallId, _messages.ToArray(), _messages.Dropped, _messages.GapAt, _marks.ToArray());
}
