using System.Net;
using System.Text;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.CallTraces;

/// <summary>Messages as they pass on the SIP loop, read by the real parser.</summary>
internal static class Messages
{
    public static readonly SipFlow Flow = new(
        SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 5060), new IPEndPoint(IPAddress.Parse("192.0.2.10"), 5070), 1);

    /// <summary>Reads a message; line ends may be plain, and Content-Length is added.</summary>
    public static SeenMessage Read(string head, string body = "", long timestamp = 0, bool isSent = false)
    {
        Moment moment = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), timestamp);
        return Parse(head, body) switch
        {
            SipRequest request => SeenMessage.Take(request, Flow, isSent, moment),
            SipMessage answer => SeenMessage.Take((SipResponse)answer, Flow, isSent, moment),
        };
    }

    /// <summary>Reads a message that has not passed.</summary>
    public static SipMessage Parse(string head, string body = "")
    {
        string text = $"{head.ReplaceLineEndings("\n").Trim()}\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\n\n".Replace("\n", "\r\n", StringComparison.Ordinal) + body;
        return SipParser.Parse(Encoding.UTF8.GetBytes(text)).Message ?? throw new ArgumentException("No message: " + text);
    }

    /// <summary>A request of a call.</summary>
    public static SeenMessage Request(string callId, string method = "INVITE", int number = 1, string more = "", long timestamp = 0) => Read(
        $"""
        {method} sip:bridge@192.0.2.1 SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bK-{number}
        Max-Forwards: 70
        From: <sip:alice@192.0.2.10>;tag=a
        To: <sip:bridge@192.0.2.1>{(method == "INVITE" ? "" : ";tag=b")}
        Call-ID: {callId}
        CSeq: {number} {method}
        {more}
        """,
        timestamp: timestamp);

    /// <summary>Redacts a message, with nothing known before.</summary>
    public static string Redact(SeenMessage message) => Encoding.UTF8.GetString(MessageRedaction.Redact(message, new HiddenDigits()).Text);
}
