using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A ladder as a page: one table with headings, and the messages below it; no scripts, everything escaped.</summary>
internal static class LadderPage
{
    private const string Style =
        "body{font:1rem/1.5 sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse}th,td{padding:.2rem .8rem;text-align:left;"
        + "border-bottom:1px solid #bbb}td.n{text-align:right;font-variant-numeric:tabular-nums}pre{background:#f4f4f4;padding:.8rem;overflow-x:auto}";

    /// <summary>Writes it.</summary>
    public static string Write(CallLadder ladder, LadderTexts texts)
    {
        StringBuilder html = new();
        string[] head = [.. LadderText.Head(ladder, texts)];
        html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\"/><title>{Escape(head[0])}</title>");
        html.Append(CultureInfo.InvariantCulture, $"<style>{Style}</style></head>\n<body><main><h1>{Escape(head[0])}</h1>\n");
        foreach (string line in head[1..])
        {
            html.Append(CultureInfo.InvariantCulture, $"<p>{Escape(line)}</p>\n");
        }

        AddTable(html, ladder, texts);
        AddMessages(html, ladder, texts);
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void AddTable(StringBuilder html, CallLadder ladder, LadderTexts texts)
    {
        html.Append("<table><thead><tr>");
        foreach (string column in new[] { "Number", "Milliseconds", "Direction", "What", "PeerColumn" })
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Escape(texts[column])}</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (Ladder.Line line in Ladder.Lines(ladder))
        {
            string ms = line.AfterMs.ToString("0.0", CultureInfo.InvariantCulture);
            (string number, string direction, string what, string peer) = line switch
            {
                { Message: { } m } => (Link(line.Number), (m.IsSent ? "← " : "→ ") + texts[m.IsSent ? "Sent" : "Received"], LadderText.Label(m, texts), LadderText.Way(m)),
                { Mark: { } mark } => ("", "", texts.Of(mark), ""),
                _ => ("", "", texts.Format("Missing", line.Missing), ""),
            };
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{number}</td><td class=\"n\">{ms}</td><td>{Escape(direction)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{Escape(what)}</td><td>{Escape(peer)}</td></tr>\n");
        }

        html.Append("</tbody></table>\n");
    }

    private static void AddMessages(StringBuilder html, CallLadder ladder, LadderTexts texts)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Escape(texts["Messages"])}</h2>\n");
        foreach (Ladder.Line line in Ladder.Lines(ladder))
        {
            if (line.Message is { } message)
            {
                string way = texts.Format(message.IsSent ? "SentTo" : "ReceivedFrom", LadderText.Way(message));
                html.Append(CultureInfo.InvariantCulture, $"<h3 id=\"m{line.Number}\">{line.Number} · {Escape(LadderText.Label(message, texts))} · {Escape(way)}</h3>\n");
                html.Append(CultureInfo.InvariantCulture, $"<pre>{Escape(Encoding.UTF8.GetString(message.Text))}</pre>\n");
            }
        }
    }

    private static string Link(int number) => string.Create(CultureInfo.InvariantCulture, $"<a href=\"#m{number}\">{number}</a>");

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}
