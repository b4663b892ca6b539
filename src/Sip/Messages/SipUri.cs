using System.Buffers;
using System.Globalization;
using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>
/// A <c>sip</c>, <c>sips</c> or <c>tel</c> URI (RFC 3261 §19.1, RFC 3966); a URI of any other scheme is kept as opaque text.
/// </summary>
/// <remarks>
/// Immutable, safe from any thread. <c>==</c> compares the parts as written; the comparison of RFC 3261 §19.1.4 is
/// <see cref="IsEquivalentTo"/>. <c>ToString()</c> gives the wire form with the full number: not for logs.
/// </remarks>
public sealed record SipUri
{
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789abcdefABCDEF+*#-.()pwPW%");

    /// <summary>Stands in for a Request-URI that could not be read, in the partial request kept for an error response.</summary>
    public static readonly SipUri Unusable = new() { Scheme = "invalid", Opaque = "invalid" };

    /// <summary>In lower case: <c>sip</c>, <c>sips</c>, <c>tel</c>, or a scheme that we do not serve.</summary>
    public required string Scheme { get; init; }

    /// <summary>User part as written, with its escapes; for <c>tel</c> the number. Null when there is none.</summary>
    public string? EncodedUser { get; init; }

    /// <summary>User part with escapes resolved once; setting it escapes what must be escaped.</summary>
    public string? User
    {
        get => EncodedUser is null ? null : SipEscaping.Unescape(EncodedUser);
        init => EncodedUser = value is null ? null : SipEscaping.EscapeUser(value);
    }

    /// <summary>Password as written (RFC 3261 §19.1.1 advises against it); null when there is none.</summary>
    public string? EncodedPassword { get; init; }

    /// <summary>Host name or address, an IPv6 address without brackets; empty for <c>tel</c> and opaque URIs.</summary>
    public string Host { get; init; } = "";

    /// <summary>1 to 65535, or null when none is written: the default depends on transport and DNS.</summary>
    public int? Port { get; init; }

    /// <summary>URI parameters in order.</summary>
    public SipParameters Parameters { get; init; } = SipParameters.Empty;

    /// <summary>The part behind <c>?</c> as written, without it; null when there is none.</summary>
    public string? Headers { get; init; }

    /// <summary>Everything behind the colon of a scheme that we do not serve; null for <c>sip</c>, <c>sips</c> and <c>tel</c>.</summary>
    public string? Opaque { get; init; }

    /// <summary>True for <c>sip</c> and <c>sips</c>.</summary>
    public bool IsSip => Scheme is "sip" or "sips";

    /// <summary>True for <c>tel</c>.</summary>
    public bool IsTel => Scheme is "tel";

    /// <summary>The <c>transport</c> parameter, or null.</summary>
    public string? Transport => Parameters["transport"];

    /// <summary>True when the <c>lr</c> parameter marks a loose router (RFC 3261 §19.1.1).</summary>
    public bool IsLooseRouter => Parameters.Contains("lr");

    /// <summary>The <c>maddr</c> parameter without brackets, or null.</summary>
    public string? Maddr => Parameters["maddr"]?.Trim('[', ']');

    /// <summary>True when <c>user=phone</c> says that the user part is a telephone number.</summary>
    public bool IsUserPhone => "phone".Equals(Parameters["user"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Value of a URI parameter, escapes resolved once; null when it is absent or a flag.</summary>
    public string? Parameter(string name) => Parameters[name] is { } value ? SipEscaping.Unescape(value) : null;

    /// <summary>Reads a whole URI. Never throws: false when the text is not one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipUri uri)
    {
        uri = Unusable;
        int colon = text.IndexOf(':');
        if (colon <= 0 || !IsScheme(text[..colon]) || HasForbiddenChar(text))
        {
            return false;
        }

        ReadOnlySpan<char> rest = text[(colon + 1)..];
        switch (text[..colon])
        {
            case var s when s.Equals("sip", StringComparison.OrdinalIgnoreCase):
                return TryParseSip("sip", rest, out uri);
            case var s when s.Equals("sips", StringComparison.OrdinalIgnoreCase):
                return TryParseSip("sips", rest, out uri);
            case var s when s.Equals("tel", StringComparison.OrdinalIgnoreCase):
                return TryParseTel(rest, out uri);
            default:
                uri = new SipUri { Scheme = text[..colon].ToString().ToLowerInvariant(), Opaque = rest.ToString() };
                return !rest.IsEmpty;
        }
    }

    /// <summary>The comparison of RFC 3261 §19.1.4: not the same as equal text, and not transitive.</summary>
    public bool IsEquivalentTo(SipUri other) =>
        Scheme == other.Scheme
        && Opaque == other.Opaque
        && SameEscaped(EncodedUser, other.EncodedUser)
        && SameEscaped(EncodedPassword, other.EncodedPassword)
        && SipHost.AreSame(Host, other.Host)
        && Port == other.Port
        && SameCommonParameters(Parameters, other.Parameters)
        && SameCommonParameters(other.Parameters, Parameters)
        && SameHeaders(Headers, other.Headers);

    /// <summary>Wire form.</summary>
    public override string ToString()
    {
        StringBuilder text = new(64);
        AppendTo(text);
        return text.ToString();
    }

    internal void AppendTo(StringBuilder text)
    {
        text.Append(Scheme).Append(':');
        if (Opaque is not null)
        {
            text.Append(Opaque);
            return;
        }

        text.Append(EncodedUser);
        if (EncodedPassword is not null)
        {
            text.Append(':').Append(EncodedPassword);
        }

        if (IsSip)
        {
            _ = EncodedUser is null ? text : text.Append('@');
            text.Append(SipHost.Format(Host));
            if (Port is { } port)
            {
                text.Append(CultureInfo.InvariantCulture, $":{port}");
            }
        }

        Parameters.AppendTo(text);
        if (Headers is not null)
        {
            text.Append('?').Append(Headers);
        }
    }

    private static bool TryParseSip(string scheme, ReadOnlySpan<char> text, out SipUri uri)
    {
        uri = Unusable;
        string? user = null;
        string? password = null;

        // "?", ";" and "/" may stand in the user part (RFC 4475 §3.1.1.2, §3.1.1.9): look for the at sign first.
        int at = text.IndexOf('@');
        if (at == 0)
        {
            return false;
        }

        if (at > 0)
        {
            ReadOnlySpan<char> userInfo = text[..at];
            if (!SipEscaping.IsWellFormed(userInfo))
            {
                return false;
            }

            int colon = userInfo.IndexOf(':');
            user = (colon < 0 ? userInfo : userInfo[..colon]).ToString();
            password = colon < 0 ? null : userInfo[(colon + 1)..].ToString();
            text = text[(at + 1)..];
        }

        int query = text.IndexOf('?');
        string? headers = query < 0 ? null : text[(query + 1)..].ToString();
        text = query < 0 ? text : text[..query];
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> hostPort = semicolon < 0 ? text : text[..semicolon];
        if (!SipHost.TryParse(hostPort, out string host, out int? port)
            || !SipParameters.TryParseUri(semicolon < 0 ? [] : text[semicolon..], out SipParameters parameters))
        {
            return false;
        }

        uri = new SipUri
        {
            Scheme = scheme,
            EncodedUser = user,
            EncodedPassword = password,
            Host = host,
            Port = port,
            Parameters = parameters,
            Headers = headers,
        };
        return true;
    }

    private static bool TryParseTel(ReadOnlySpan<char> text, out SipUri uri)
    {
        uri = Unusable;
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> number = semicolon < 0 ? text : text[..semicolon];
        if (number.IsEmpty
            || number.ContainsAnyExcept(NumberChars)
            || !SipEscaping.IsWellFormed(number)
            || !SipParameters.TryParseUri(semicolon < 0 ? [] : text[semicolon..], out SipParameters parameters))
        {
            return false;
        }

        uri = new SipUri { Scheme = "tel", EncodedUser = number.ToString(), Parameters = parameters };
        return true;
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(text[0]);
    }

    // Blanks, control characters and the delimiters of name-addr never stand in a URI; anything else is left to the peer.
    private static bool HasForbiddenChar(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c is <= ' ' or '<' or '>' or '"' or '\\' or '\x7f')
            {
                return true;
            }
        }

        return false;
    }

    private static bool SameEscaped(string? a, string? b) => a is null || b is null
        ? a == b
        : SipEscaping.ForComparison(a) == SipEscaping.ForComparison(b);

    private static bool SameCommonParameters(SipParameters a, SipParameters b)
    {
        foreach (SipParameter parameter in a)
        {
            if (b.Contains(parameter.Name))
            {
                if (!string.Equals(a[parameter.Name], b[parameter.Name], StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }
            }
            else if (IsNeverIgnored(parameter.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNeverIgnored(string name) =>
        name.Equals("user", StringComparison.OrdinalIgnoreCase)
        || name.Equals("ttl", StringComparison.OrdinalIgnoreCase)
        || name.Equals("method", StringComparison.OrdinalIgnoreCase)
        || name.Equals("maddr", StringComparison.OrdinalIgnoreCase)
        || name.Equals("transport", StringComparison.OrdinalIgnoreCase)
        || name.Equals("phone-context", StringComparison.OrdinalIgnoreCase);

    private static bool SameHeaders(string? a, string? b)
    {
        if (a is null || b is null)
        {
            return a == b;
        }

        string[] first = a.Split('&');
        string[] second = b.Split('&');
        Array.Sort(first, StringComparer.OrdinalIgnoreCase);
        Array.Sort(second, StringComparer.OrdinalIgnoreCase);
        return first.AsSpan().SequenceEqual(second, StringComparer.OrdinalIgnoreCase);
    }
}
