using System.Globalization;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transactions;

/// <summary>The CANCEL of an INVITE of ours (RFC 3261 §9.1; TRX4).</summary>
internal static class CancelRequest
{
    /// <summary>Request-URI, Call-ID, From, To, Route, credentials and the one Via of the INVITE.</summary>
    public static SipRequest Build(SipRequest invite)
    {
        SipRequest cancel = new(SipMethods.Cancel, invite.Uri);
        cancel.Headers.Add(SipHeaderNames.Via, invite.TopVia.ToString());
        cancel.Headers.Add(SipHeaderNames.MaxForwards, "70");
        foreach (string name in (ReadOnlySpan<string>)[SipHeaderNames.Route, SipHeaderNames.Authorization, SipHeaderNames.ProxyAuthorization])
        {
            foreach (string line in invite.Headers.GetLines(name))
            {
                cancel.Headers.Add(name, line);
            }
        }

        cancel.Headers.Add(SipHeaderNames.From, invite.Headers[SipHeaderNames.From]!);
        cancel.Headers.Add(SipHeaderNames.To, invite.Headers[SipHeaderNames.To]!);
        cancel.Headers.Add(SipHeaderNames.CallId, invite.CallId);
        cancel.Headers.Add(SipHeaderNames.CSeq, string.Create(CultureInfo.InvariantCulture, $"{invite.CSeq.Number} {SipMethods.Cancel}"));
        return cancel;
    }
}
