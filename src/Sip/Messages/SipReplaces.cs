namespace PhoneBridge.Sip.Messages;

/// <summary>The dialog whose place an INVITE takes: the Replaces header (RFC 3891 §6.1).</summary>
/// <param name="CallId">Its Call-ID.</param>
/// <param name="ToTag">The tag of the one who gets the INVITE.</param>
/// <param name="FromTag">The tag of that one's peer.</param>
/// <param name="IsEarlyOnly">Only while the dialog is early.</param>
internal readonly record struct SipReplaces(string CallId, string ToTag, string FromTag, bool IsEarlyOnly)
{
    /// <summary>The option tag.</summary>
    public const string OptionTag = "replaces";

    /// <summary>Reads a value. Never throws: false when Call-ID or a tag is missing.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipReplaces value)
    {
        value = default;
        int end = text.IndexOf(';');
        ReadOnlySpan<char> callId = SipGrammar.TrimBlanks(end < 0 ? text : text[..end]);
        if (callId.IsEmpty || callId.ContainsAny(" \t,")
            || !SipParameters.TryParseHeader(end < 0 ? [] : text[end..], isLenient: false, out SipParameters parameters)
            || parameters["to-tag"] is not { } toTag
            || parameters["from-tag"] is not { } fromTag)
        {
            return false;
        }

        value = new SipReplaces(callId.ToString(), toTag, fromTag, parameters.Contains("early-only"));
        return true;
    }
}
