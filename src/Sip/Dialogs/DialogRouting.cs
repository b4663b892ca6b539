using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Dialogs;

/// <summary>Which way a request of ours within a dialog goes.</summary>
/// <remarks>
/// The next hop is the first route, else the remote target. Names are not resolved here: a next hop that is no address is
/// reached by the way that the peer's last request came. So is one with a private address that differs from the address
/// we see: the peer sits behind address translation and does not know how it looks from outside. A dialog over TLS stays on
/// TLS, whatever transport its URIs name.
/// </remarks>
internal static class DialogRouting
{
    /// <summary>Chooses the flow, and where to connect when a connection is gone.</summary>
    /// <param name="dialog">The dialog.</param>
    /// <param name="tcpLocal">Our listener for TCP near the dialog's flow; null when there is none.</param>
    /// <param name="tlsLocal">Our listener for TLS there; null when there is none.</param>
    public static (SipFlow Flow, IPEndPoint? Fallback) NextHop(SipDialog dialog, IPEndPoint? tcpLocal, IPEndPoint? tlsLocal = null)
    {
        SipFlow flow = dialog.Flow;
        SipUri hop = dialog.RouteSet.Count > 0 ? dialog.RouteSet[0].Uri : dialog.RemoteTarget;
        bool asksForTls = hop.Scheme == "sips" || "tls".Equals(hop.Transport, StringComparison.OrdinalIgnoreCase);
        IPEndPoint? written = AddressOf(hop, asksForTls || flow.IsSecure ? 5061 : 5060);
        bool isReachable = written is not null
            && written.AddressFamily == flow.Remote.AddressFamily
            && (written.Address.Equals(flow.Remote.Address) || !IsPrivate(written.Address));
        if (flow.IsReliable)
        {
            return (flow, isReachable ? written : flow.Remote);
        }

        if (!isReachable)
        {
            return (flow, null);
        }

        if (asksForTls && tlsLocal is not null)
        {
            return (new SipFlow(SipTransportKind.Tls, tlsLocal, written!, Channel: 0), written);
        }

        return "tcp".Equals(hop.Transport, StringComparison.OrdinalIgnoreCase) && tcpLocal is not null
            ? (new SipFlow(SipTransportKind.Tcp, tcpLocal, written!, Channel: 0), written)
            : (flow with { Remote = written! }, null);
    }

    /// <summary>True for addresses that mean something else elsewhere: RFC 1918, 6598, 3927, 4193, loopback, link-local.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return true;
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.Equals(IPAddress.IPv6Any);
        }

        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        return (octets[0], octets[1]) switch
        {
            (0 or 10, _) => true,
            (100, >= 64 and < 128) => true,
            (169, 254) => true,
            (172, >= 16 and < 32) => true,
            (192, 168) => true,
            _ => false,
        };
    }

    private static IPEndPoint? AddressOf(SipUri uri, int defaultPort) =>
        IPAddress.TryParse(uri.Maddr ?? uri.Host, out IPAddress? address)
            ? new IPEndPoint(address, uri.Port ?? defaultPort)
            : null;
}
