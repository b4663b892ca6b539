using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Sdp;

/// <summary>A <c>c=</c> line (RFC 8866 §5.7).</summary>
/// <param name="Host">Address or host name as written; TTL and count of a multicast address left out.</param>
public sealed record SdpConnection(string Host)
{
    /// <summary>The line for an address.</summary>
    public SdpConnection(IPAddress address)
        : this(address.ToString())
    {
    }

    /// <summary>The address, IPv4-mapped IPv6 made plain IPv4 (RFC 5118 §4.9); null when <see cref="Host"/> is a name.</summary>
    public IPAddress? Address
    {
        get
        {
            if (!IPAddress.TryParse(Host, out IPAddress? address))
            {
                return null;
            }

            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
    }

    /// <summary>True for <c>0.0.0.0</c> and <c>::</c>: the hold of RFC 2543 (DLG7).</summary>
    public bool IsUnspecified => Address is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>The value of the line.</summary>
    public override string ToString() => $"IN {TypeOf(Host)} {Host}";

    /// <summary>Reads the value; false when it is not <c>IN IP4|IP6 host</c>.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out SdpConnection connection)
    {
        connection = null!;
        Span<Range> fields = stackalloc Range[4];
        int count = text.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (count < 3 || !text[fields[0]].Equals("IN", StringComparison.OrdinalIgnoreCase) || !IsAddressType(text[fields[1]]))
        {
            return false;
        }

        ReadOnlySpan<char> host = text[fields[2]];
        int slash = host.IndexOf('/');
        connection = new SdpConnection((slash < 0 ? host : host[..slash]).ToString());
        return connection.Host.Length is > 0 and <= 255;
    }

    internal static bool IsAddressType(ReadOnlySpan<char> text) =>
        text.Equals("IP4", StringComparison.OrdinalIgnoreCase) || text.Equals("IP6", StringComparison.OrdinalIgnoreCase);

    internal static string TypeOf(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4";
}
