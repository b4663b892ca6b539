using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>The general examination of a request by a UAS (RFC 3261 §8.2.1 to §8.2.3), before any dialog is looked at.</summary>
/// <remarks>Max-Forwards is not examined: a UAS answers 0 and absence normally (TRX5).</remarks>
internal static class RequestScreen
{
    /// <summary>The refusal that the request deserves, or null when it may go on.</summary>
    public static SipRejection? Check(SipRequest request)
    {
        if (!SipCapabilities.IsServed(request.Method))
        {
            return SipMethods.IsKnown(request.Method) ? SipRejection.MethodNotAllowed : SipRejection.NotImplemented;
        }

        if (request.Method == SipMethods.Refer && request.To.Tag is null)
        {
            return SipRejection.MethodNotAllowed;
        }

        // Proxy-Require is for proxies; a UAS ignores it.
        string[] unknown = [.. request.Require.Where(static tag => !SipCapabilities.IsSupported(tag))];
        return unknown.Length > 0 ? SipRejection.BadExtension(unknown) : null;
    }

    /// <summary>The refusal for an INVITE or UPDATE whose sender would not take our SDP, or null.</summary>
    public static SipRejection? CheckAccept(SipRequest request)
    {
        if (!request.Headers.Contains(SipHeaderNames.Accept))
        {
            return null;
        }

        foreach (string range in request.Headers.GetAll(SipHeaderNames.Accept))
        {
            ReadOnlySpan<char> type = range.AsSpan(0, range.IndexOf(';') is >= 0 and int end ? end : range.Length).Trim();
            if (type is "*/*"
                || type.Equals("application/sdp", StringComparison.OrdinalIgnoreCase)
                || type.Equals("application/*", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return SipRejection.NotAcceptable;
    }
}
