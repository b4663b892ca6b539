using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Registration;

/// <summary>What the answers to REGISTER say (RFC 3261 §10.2.4, §10.2.8). Never throws on what a registrar may send.</summary>
internal static class RegistrationAnswer
{
    private const int MaxRoutes = 16;

    // Longer promises are not believed: a registrar that forgot us must be noticed within a day.
    private const uint LongestSeconds = 86_400;

    /// <summary>How long our Contact is kept: by its <c>expires</c>, else by Expires, else as was asked for.</summary>
    public static TimeSpan Granted(SipResponse ok, SipUri ours, TimeSpan asked)
    {
        List<SipNameAddress> contacts = [];
        foreach (string text in ok.Headers.GetAll(SipHeaderNames.Contact))
        {
            if (SipNameAddress.TryParse(text, out SipNameAddress contact))
            {
                contacts.Add(contact);
            }
        }

        // A registrar behind a border element may show our address in another form; a single one can only be ours.
        SipNameAddress? own = contacts.Find(contact => contact.Uri.IsEquivalentTo(ours)) ?? (contacts.Count == 1 ? contacts[0] : null);
        return Seconds(own?.Parameters["expires"]) ?? Seconds(ok.Headers[SipHeaderNames.Expires]) ?? asked;
    }

    /// <summary>Min-Expires of a 423; null when it cannot be read.</summary>
    public static TimeSpan? MinExpires(SipResponse tooBrief) => Seconds(tooBrief.Headers[SipHeaderNames.MinExpires]);

    /// <summary>Retry-After; zero when there is none. Its comment and parameters are passed over.</summary>
    public static TimeSpan RetryAfter(SipResponse failure)
    {
        ReadOnlySpan<char> text = failure.Headers[SipHeaderNames.RetryAfter];
        int end = text.IndexOfAny(" \t(;");
        return Seconds(end < 0 ? text : text[..end]) ?? TimeSpan.Zero;
    }

    /// <summary>The addresses of Service-Route or Path, in order; none when one of them cannot be used.</summary>
    public static IReadOnlyList<SipNameAddress> Routes(SipResponse ok, string header)
    {
        List<SipNameAddress> routes = [];
        foreach (string text in ok.Headers.GetAll(header))
        {
            if (routes.Count == MaxRoutes || !SipNameAddress.TryParse(text, out SipNameAddress route) || !route.Uri.IsSip)
            {
                return [];
            }

            routes.Add(route);
        }

        return routes;
    }

    // A number beyond 32 bits is a long time, not an error (RFC 3261 §20.19 lets it be taken so).
    private static TimeSpan? Seconds(ReadOnlySpan<char> text)
    {
        text = SipGrammar.TrimBlanks(text);
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        return TimeSpan.FromSeconds(SipGrammar.TryParseNumber(text, LongestSeconds, out uint seconds) ? seconds : LongestSeconds);
    }
}
