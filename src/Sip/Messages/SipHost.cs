using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Messages;

/// <summary>The <c>hostport</c> of URIs and Via (RFC 3261 §25.1): a name, an IPv4 address, or an IPv6 reference in brackets.</summary>
internal static class SipHost
{
    private const int MaxLength = 255;

    // The underscore is no part of a host name, but internal names of PBXs carry it.
    private static readonly SearchValues<char> NameChars = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    private static readonly SearchValues<char> Ipv6Chars = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Reads host and port; the host comes without brackets.</summary>
    /// <param name="text">The whole text; blanks around the colon are allowed (RFC 4475 §3.1.1.1).</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">1 to 65535, or null when none is written.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out string host, out int? port)
    {
        host = "";
        port = null;
        ReadOnlySpan<char> rest;
        if (text is ['[', ..])
        {
            int close = text.IndexOf(']');
            if (close < 0 || !TryParseIpv6(text[1..close], out host))
            {
                return false;
            }

            rest = SipGrammar.TrimBlanks(text[(close + 1)..]);
        }
        else
        {
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> name = colon < 0 ? text : text[..colon].TrimEnd(" \t");
            if (name.IsEmpty || name.Length > MaxLength || name.ContainsAnyExcept(NameChars))
            {
                return false;
            }

            host = name.ToString();
            rest = colon < 0 ? [] : text[colon..];
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] != ':'
            || !SipGrammar.TryParseNumber(SipGrammar.TrimBlanks(rest[1..]), max: 65535, out uint number)
            || number == 0)
        {
            return false;
        }

        port = (int)number;
        return true;
    }

    /// <summary>The host as a URI or Via writes it: an IPv6 address gets its brackets.</summary>
    public static string Format(string host) => host.Contains(':') ? $"[{host}]" : host;

    /// <summary>Hosts compare without case, addresses by value (RFC 5118 §4.10: several spellings of one IPv6 address).</summary>
    public static bool AreSame(string a, string b) =>
        a.Equals(b, StringComparison.OrdinalIgnoreCase)
        || (a.Contains(':') && IPAddress.TryParse(a, out IPAddress? first) && IPAddress.TryParse(b, out IPAddress? second) && first.Equals(second));

    private static bool TryParseIpv6(ReadOnlySpan<char> text, out string address)
    {
        address = "";
        if (text.Length is 0 or > 64 || text.ContainsAnyExcept(Ipv6Chars))
        {
            return false;
        }

        // RFC 5118 §4.10: the grammar of RFC 3261 made senders write three colons before an embedded IPv4 address.
        string candidate = text.ToString();
        if (text.Contains('.'))
        {
            candidate = candidate.Replace(":::", "::", StringComparison.Ordinal);
        }

        if (!IPAddress.TryParse(candidate, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        address = candidate;
        return true;
    }
}
