using System.Globalization;

namespace PhoneBridge.Sip.Messages;

/// <summary>Who refreshes the session, in the terms of the one request that carries the header (RFC 4028 §4).</summary>
internal enum SipRefresher
{
    /// <summary>The sender of the request.</summary>
    Uac,

    /// <summary>The one who answers it.</summary>
    Uas,
}

/// <summary>The Session-Expires header (RFC 4028 §4).</summary>
/// <param name="Seconds">How long the session lives without a refresh [s], 0 to 2³²−1.</param>
/// <param name="Refresher">Null when it is left open, or is a word that nobody knows.</param>
internal readonly record struct SipSessionExpires(uint Seconds, SipRefresher? Refresher)
{
    /// <summary>Reads the header of a message. Never throws: false when there is none that can be read.</summary>
    public static bool TryRead(SipMessage message, out SipSessionExpires value)
    {
        ReadOnlySpan<char> text = message.Headers[SipHeaderNames.SessionExpires];
        value = default;
        if (!TryReadSeconds(text, out uint seconds, out SipParameters parameters))
        {
            return false;
        }

        SipRefresher? refresher = parameters["refresher"] is not { } word ? null
            : word.Equals("uac", StringComparison.OrdinalIgnoreCase) ? SipRefresher.Uac
            : word.Equals("uas", StringComparison.OrdinalIgnoreCase) ? SipRefresher.Uas
            : null;
        value = new SipSessionExpires(seconds, refresher);
        return true;
    }

    /// <summary>The Min-SE header of a message [s] (RFC 4028 §5); 0 when there is none that can be read.</summary>
    public static uint MinimumOf(SipMessage message) =>
        TryReadSeconds(message.Headers[SipHeaderNames.MinSe], out uint seconds, out _) ? seconds : 0;

    /// <summary>Wire form.</summary>
    public override string ToString()
    {
        string seconds = Seconds.ToString(CultureInfo.InvariantCulture);
        return Refresher switch
        {
            SipRefresher.Uac => $"{seconds};refresher=uac",
            SipRefresher.Uas => $"{seconds};refresher=uas",
            _ => seconds,
        };
    }

    private static bool TryReadSeconds(ReadOnlySpan<char> text, out uint seconds, out SipParameters parameters)
    {
        int end = text.IndexOf(';');
        bool isRead = SipGrammar.TryParseNumber(SipGrammar.TrimBlanks(end < 0 ? text : text[..end]), uint.MaxValue, out seconds);
        return SipParameters.TryParseHeader(end < 0 ? [] : text[end..], isLenient: true, out parameters) && isRead;
    }
}
