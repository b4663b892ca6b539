using System.Globalization;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>The Reason header of the peer (RFC 3326).</summary>
internal static class ReasonHeader
{
    /// <summary>The Q.850 cause, 0 to 127; null when none is given or it cannot be read.</summary>
    public static int? Q850Cause(SipMessage message)
    {
        foreach (string value in message.Headers.GetAll(SipHeaderNames.Reason))
        {
            if (!value.StartsWith("Q.850", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (Range part in value.AsSpan().Split(';'))
            {
                ReadOnlySpan<char> parameter = value.AsSpan(part).Trim();
                if (parameter.StartsWith("cause=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(parameter[6..], NumberStyles.None, CultureInfo.InvariantCulture, out int cause)
                    && cause <= 127)
                {
                    return cause;
                }
            }
        }

        return null;
    }
}
