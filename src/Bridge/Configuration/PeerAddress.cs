using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>A peer as written in the configuration: a name or an address, with or without a port.</summary>
/// <param name="Host">Name, IPv4 or IPv6 address without brackets.</param>
/// <param name="Port">The port, when one is written: then no SRV record is asked for.</param>
public sealed record PeerAddress(string Host, int? Port)
{
    /// <summary>Whether the host is a name.</summary>
    public bool IsName => !IPAddress.TryParse(Host, out _);

    /// <summary>Reads <c>sip.example.net</c>, <c>sip.example.net:5060</c>, <c>192.0.2.1:5060</c> or <c>[2001:db8::1]:5060</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PeerAddress? address)
    {
        address = null;
        string host = text;
        int? port = null;
        int colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            host = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int written) || written is < 1 or > 65_535)
            {
                return false;
            }

            port = written;
        }

        bool isBracketed = host is ['[', .., ']'];
        host = isBracketed ? host[1..^1] : host;
        UriHostNameType kind = Uri.CheckHostName(host);
        if (isBracketed ? kind != UriHostNameType.IPv6 : kind is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return false;
        }

        address = new PeerAddress(host, port);
        return true;
    }
}
