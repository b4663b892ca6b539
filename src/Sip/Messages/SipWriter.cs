using System.Globalization;
using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>Writes messages for the wire. Stateless, any thread.</summary>
public static class SipWriter
{
    /// <summary>
    /// The message as UTF-8, headers in their order, one Content-Length of the body's true size at the end
    /// (RFC 3261 §18.3: needed on streams, and given on datagrams too).
    /// </summary>
    public static byte[] Write(SipMessage message)
    {
        StringBuilder text = new(1024);
        if (message is SipRequest request)
        {
            text.Append(request.Method).Append(' ');
            request.Uri.AppendTo(text);
            text.Append(" SIP/2.0\r\n");
        }
        else if (message is SipResponse response)
        {
            text.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {response.StatusCode} {response.ReasonPhrase}\r\n");
        }

        foreach (SipHeader header in message.Headers)
        {
            if (!header.Name.Equals(SipHeaderNames.ContentLength, StringComparison.Ordinal))
            {
                text.Append(header.Name).Append(": ").Append(header.Value).Append("\r\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"{SipHeaderNames.ContentLength}: {message.Body.Length}\r\n\r\n");

        string head = text.ToString();
        int headLength = Encoding.UTF8.GetByteCount(head);
        byte[] octets = new byte[headLength + message.Body.Length];
        Encoding.UTF8.GetBytes(head, octets);
        message.Body.Span.CopyTo(octets.AsSpan(headLength));
        return octets;
    }
}
