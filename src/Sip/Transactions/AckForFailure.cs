using System.Globalization;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transactions;

/// <summary>The ACK that an INVITE client transaction sends for an answer of 300 to 699 (RFC 3261 §17.1.1.3; TRX7).</summary>
internal static class AckForFailure
{
    /// <summary>Request-URI, Call-ID, From, Route and the one Via of the INVITE; To of the answer.</summary>
    public static SipRequest Build(SipRequest invite, SipResponse response)
    {
        SipRequest ack = new(SipMethods.Ack, invite.Uri);
        ack.Headers.Add(SipHeaderNames.Via, invite.TopVia.ToString());
        ack.Headers.Add(SipHeaderNames.MaxForwards, "70");
        foreach (string route in invite.Headers.GetLines(SipHeaderNames.Route))
        {
            ack.Headers.Add(SipHeaderNames.Route, route);
        }

        // RFC 3261 §22.1: the ACK carries the credentials of the INVITE.
        foreach (string name in (ReadOnlySpan<string>)["Authorization", "Proxy-Authorization"])
        {
            foreach (string credentials in invite.Headers.GetLines(name))
            {
                ack.Headers.Add(name, credentials);
            }
        }

        ack.Headers.Add(SipHeaderNames.From, invite.Headers[SipHeaderNames.From]!);
        ack.Headers.Add(SipHeaderNames.To, response.Headers[SipHeaderNames.To]!);
        ack.Headers.Add(SipHeaderNames.CallId, invite.CallId);
        ack.Headers.Add(SipHeaderNames.CSeq, string.Create(CultureInfo.InvariantCulture, $"{invite.CSeq.Number} {SipMethods.Ack}"));
        return ack;
    }
}
