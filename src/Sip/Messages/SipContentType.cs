namespace PhoneBridge.Sip.Messages;

/// <summary>A Content-Type or Content-Disposition value: a type and parameters (RFC 3261 §20.11, §20.15).</summary>
/// <param name="Value">In lower case without blanks, such as <c>application/sdp</c> or <c>session</c>.</param>
/// <param name="Parameters">Parameters in order.</param>
public sealed record SipContentType(string Value, SipParameters Parameters)
{
    /// <summary>Reads the value. Never throws: false when the type is missing or a parameter broken.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipContentType contentType)
    {
        contentType = null!;
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> type = SipGrammar.TrimBlanks(semicolon < 0 ? text : text[..semicolon]);
        Span<Range> halves = stackalloc Range[3];
        int count = type.Split(halves, '/');
        if (count > 2 || !SipParameters.TryParseHeader(semicolon < 0 ? [] : text[semicolon..], isLenient: false, out SipParameters parameters))
        {
            return false;
        }

        string value = "";
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<char> half = SipGrammar.TrimBlanks(type[halves[i]]);
            if (!SipGrammar.IsToken(half))
            {
                return false;
            }

            value += (i == 0 ? "" : "/") + half.ToString().ToLowerInvariant();
        }

        contentType = new SipContentType(value, parameters);
        return true;
    }
}
