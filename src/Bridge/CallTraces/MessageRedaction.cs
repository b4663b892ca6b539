using System.Globalization;
using System.Text;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A message as it may be shown.</summary>
/// <param name="Label">In a few words, such as <c>200 OK (INVITE, SDP)</c>.</param>
/// <param name="Text">Start line, headers, an empty line and the body; UTF-8, lines end with LF.</param>
internal readonly record struct ShownMessage(string Label, byte[] Text);

/// <summary>Makes of a message what may be shown of it: by lists of what may be shown, so that what is new is hidden.</summary>
internal static class MessageRedaction
{
    /// <summary>Longest text of a message [bytes]; the lines behind it are counted.</summary>
    public const int LongestText = 4096;

    /// <summary>Redacts a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hidden">What the call's ladder hides; what this message hides is added.</param>
    public static ShownMessage Redact(SeenMessage message, HiddenDigits hidden)
    {
        string[] parts = Body(message, out string? sdp, out ReadOnlyMemory<byte> unshown);
        Collect(message, unshown, hidden);
        List<string> lines = [StartLine(message, hidden)];
        lines.AddRange(message.Headers.Select(line => HeaderRedaction.Line(line, hidden)));
        lines.Add("");
        lines.AddRange(parts);
        if (sdp is not null)
        {
            lines.AddRange(SdpRedaction.Lines(sdp, hidden));
        }

        return new ShownMessage(Label(message, sdp is not null), Cut(lines));
    }

    private static string StartLine(SeenMessage message, HiddenDigits hidden) => message.Method is { } method
        ? $"{ShownText.Method(method)} {AddressRedaction.Uri(message.Uri!, hidden)} SIP/2.0"
        : $"SIP/2.0 {Status(message.Status)}";

    // The usual phrase, whatever the sender wrote.
    private static string Status(int status) => string.Create(CultureInfo.InvariantCulture, $"{status} {SipReasonPhrases.For(status)}");

    private static string Label(SeenMessage message, bool hasSdp)
    {
        string sdp = hasSdp ? "SDP" : "";
        if (message.Method is { } method)
        {
            return ShownText.Method(method) + (hasSdp ? " (SDP)" : "");
        }

        string of = SipCSeq.TryParse(message[SipHeaderNames.CSeq], out SipCSeq cseq) ? ShownText.Method(cseq.Method) : ShownText.Hidden;
        return $"{Status(message.Status)} ({of}{(hasSdp ? ", " + sdp : "")})";
    }

    private static void Collect(SeenMessage message, ReadOnlyMemory<byte> unshown, HiddenDigits hidden)
    {
        if (message.Uri is { } uri)
        {
            AddressRedaction.Collect(uri, hidden);
        }

        foreach (SipHeader line in message.Headers)
        {
            HeaderRedaction.Collect(line, hidden);
        }

        hidden.AddText(Encoding.Latin1.GetString(unshown.Span));
    }

    // Of a body with several parts the session description is shown; all else is only named.
    private static string[] Body(SeenMessage message, out string? sdp, out ReadOnlyMemory<byte> unshown)
    {
        (sdp, unshown) = (null, default);
        if (message.BodyLength == 0)
        {
            return [];
        }

        bool isRead = SipContentType.TryParse(message[SipHeaderNames.ContentType], out SipContentType type);
        if (isRead && type.Value == SdpSession.ContentType)
        {
            sdp = Encoding.Latin1.GetString(message.Body.Span);
            return [];
        }

        unshown = message.Body;
        if (isRead && SipMultipart.TryRead(message.Body, type.Parameters["boundary"], out IReadOnlyList<SipBodyPart> parts)
            && parts.FirstOrDefault(IsSdp) is { } part)
        {
            sdp = Encoding.Latin1.GetString(part.Body.Span);
        }

        return [string.Create(CultureInfo.InvariantCulture, $"({message.BodyLength} bytes, {(sdp is null ? "not shown" : "only the SDP is shown")})")];
    }

    private static bool IsSdp(SipBodyPart part) =>
        SipContentType.TryParse(part.Headers[SipHeaderNames.ContentType], out SipContentType type) && type.Value == SdpSession.ContentType;

    private static byte[] Cut(List<string> lines)
    {
        const int Mark = 32;
        StringBuilder text = new();
        int bytes = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            bytes += Encoding.UTF8.GetByteCount(lines[i]) + 1;
            if (bytes > LongestText - Mark)
            {
                text.Append(CultureInfo.InvariantCulture, $"(… {lines.Count - i} more lines)\n");
                break;
            }

            text.Append(lines[i]).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
