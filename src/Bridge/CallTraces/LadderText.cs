using System.Globalization;
using System.Text;
using PhoneBridge.Bridge.CallRecords;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A ladder as plain text for a terminal: the arrows first, then each message in full.</summary>
internal static class LadderText
{
    // Between the two rails; a longer label makes its arrow longer.
    private const int Width = 40;

    /// <summary>Writes it.</summary>
    public static string Write(CallLadder ladder, LadderTexts texts)
    {
        StringBuilder text = new();
        foreach (string line in Head(ladder, texts))
        {
            text.Append(line).Append('\n');
        }

        string rails = texts["Peer"].PadRight(Width + 2 - texts["Bridge"].Length) + texts["Bridge"];
        text.Append('\n').Append("  no         ms  ").Append(rails).Append('\n');
        string peer = "";
        foreach (Ladder.Line line in Ladder.Lines(ladder))
        {
            text.Append(line.Number > 0 ? line.Number.ToString(CultureInfo.InvariantCulture).PadLeft(4) : "    ");
            text.Append(line.AfterMs.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(11)).Append("  ");
            switch (line)
            {
                case { Message: { } message }:
                    text.Append(Arrow(message, texts));
                    string way = Way(message);
                    text.Append(way == peer ? "" : "  " + way);
                    peer = way;
                    break;
                case { Mark: { } mark }:
                    text.Append("·  ").Append(texts.Of(mark));
                    break;
                default:
                    text.Append("⋮  ").Append(texts.Format("Missing", line.Missing));
                    break;
            }

            text.Append('\n');
        }

        AddMessages(text, ladder, texts);
        return text.ToString();
    }

    /// <summary>What is to be known of the call before its messages.</summary>
    public static IEnumerable<string> Head(CallLadder ladder, LadderTexts texts)
    {
        CallRecord call = ladder.Record;
        yield return texts.Format("Title", call.Id);
        yield return texts.Format("Trunk", call.Trunk, call.Caller ?? texts["HiddenCaller"], ladder.CallId);
        yield return call is { End: { } end, EndedAt: { } endedAt }
            ? texts.Format("Over", Ladder.Time(call.ArrivedAt), Ladder.Time(endedAt), Ladder.Word(end.ToString()))
            : texts.Format("Running", Ladder.Time(call.ArrivedAt));
        yield return texts["Note"];
    }

    /// <summary>Transport and address of a message's peer.</summary>
    public static string Way(TracedMessage message) => $"{message.Transport.ToString().ToLowerInvariant()} {message.Peer}";

    /// <summary>A message's words, with a note when it had passed before.</summary>
    public static string Label(TracedMessage message, LadderTexts texts) => message.IsRepeated ? $"{message.Label}, {texts["Again"]}" : message.Label;

    private static string Arrow(TracedMessage message, LadderTexts texts)
    {
        string label = $" {Label(message, texts)} ";
        int left = Math.Max(1, (Width - 1 - label.Length) / 2);
        int right = Math.Max(1, Width - 1 - label.Length - left);
        string shaft = new string('─', left) + label + new string('─', right);
        return message.IsSent ? $"│◀{shaft}│" : $"│{shaft}▶│";
    }

    private static void AddMessages(StringBuilder text, CallLadder ladder, LadderTexts texts)
    {
        foreach (Ladder.Line line in Ladder.Lines(ladder))
        {
            if (line.Message is { IsRepeated: false } message)
            {
                string way = texts.Format(message.IsSent ? "SentTo" : "ReceivedFrom", Way(message));
                text.Append(CultureInfo.InvariantCulture, $"\n── {line.Number} ── {line.AfterMs:0.0} ms ── {way} ──\n");
                text.Append(Encoding.UTF8.GetString(message.Text).TrimEnd('\n')).Append('\n');
            }
        }
    }
}
