using System.Text;
using PhoneBridge.Bridge.CallTraces;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>The messages of a call, as the API shows them.</summary>
/// <param name="Id">The call's name.</param>
/// <param name="CallId">Its Call-ID, without digits of a number.</param>
/// <param name="Trunk">Its trunk.</param>
/// <param name="Messages">What was received and sent, in order, redacted.</param>
/// <param name="MessagesDropped">How many of the middle are not kept.</param>
/// <param name="Marks">What happened in the call beside them, in order.</param>
public sealed record CallLadderBody(
    string Id, string CallId, string Trunk, IReadOnlyList<CallMessageBody> Messages, long MessagesDropped, IReadOnlyList<CallMarkBody> Marks)
{
    /// <summary>Makes the API's form.</summary>
    internal static CallLadderBody From(CallLadder ladder) => new(
        ladder.Record.Id.ToString(),
        ladder.CallId,
        ladder.Record.Trunk,
        [.. ladder.Messages.Select(message => CallMessageBody.From(ladder, message))],
        ladder.MessagesDropped,
        [.. ladder.Marks.Select(m => new CallMarkBody(m.Moment.At, Ladder.AfterMs(ladder, m.Moment), m.Kind, m.Detail))]);
}

/// <summary>One message.</summary>
/// <param name="At">When it passed, by the wall clock.</param>
/// <param name="AfterMs">Since the first message, by the monotonic clock [ms].</param>
/// <param name="Direction"><c>received</c> or <c>sent</c>.</param>
/// <param name="Transport"><c>udp</c>, <c>tcp</c> …</param>
/// <param name="Peer">Address and port of the other side.</param>
/// <param name="Label">In a few words, such as <c>200 OK (INVITE, SDP)</c>.</param>
/// <param name="IsRepeated">It had passed before, word for word.</param>
/// <param name="StartLine">Its first line.</param>
/// <param name="Headers">Its header lines.</param>
/// <param name="Body">The lines of its body, or one line that says that it is not shown; empty when it has none.</param>
public sealed record CallMessageBody(
    DateTimeOffset At, double AfterMs, string Direction, string Transport, string Peer, string Label, bool IsRepeated, string StartLine,
    IReadOnlyList<string> Headers, IReadOnlyList<string> Body)
{
    /// <summary>Makes the API's form.</summary>
    internal static CallMessageBody From(CallLadder ladder, TracedMessage message)
    {
        string[] lines = Encoding.UTF8.GetString(message.Text).TrimEnd('\n').Split('\n');
        int empty = Array.IndexOf(lines, "");
        int end = empty < 0 ? lines.Length : empty;
        return new CallMessageBody(
            message.Moment.At,
            Ladder.AfterMs(ladder, message.Moment),
            message.IsSent ? "sent" : "received",
            message.Transport.ToString().ToLowerInvariant(),
            message.Peer.ToString(),
            message.Label,
            message.IsRepeated,
            lines[0],
            lines[1..end],
            empty < 0 ? [] : lines[(empty + 1)..]);
    }
}

/// <summary>Something that happened in the call.</summary>
/// <param name="At">When, by the wall clock.</param>
/// <param name="AfterMs">Since the first message, by the monotonic clock [ms].</param>
/// <param name="Kind">What.</param>
/// <param name="Detail">A word or number that belongs to it; null when there is none.</param>
public sealed record CallMarkBody(DateTimeOffset At, double AfterMs, CallMarkKind Kind, string? Detail);
