using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transport;

/// <summary>Which way an answer goes back (RFC 3261 §18.2, RFC 3581; TRA2).</summary>
/// <remarks>
/// The <c>maddr</c> parameter of a Via is not followed: it would let anybody who can send us a request choose whom we
/// send the answer to. RFC 3261 §18.2.2 wants it for multicast, which is not served.
/// </remarks>
internal static class ResponseRoute
{
    /// <summary>Writes into the topmost Via where the request really came from.</summary>
    public static void Stamp(SipRequest request, IPEndPoint source)
    {
        SipVia via = request.TopVia;
        bool isTrueAddress = IPAddress.TryParse(via.SentByHost, out IPAddress? written) && written.Equals(source.Address);
        if (isTrueAddress && !via.HasRPort && via.Received is null)
        {
            return;
        }

        request.Headers.ReplaceFirst(SipHeaderNames.Via, via.WithReceived(TextOf(source.Address), source.Port).ToString());
    }

    /// <summary>The flow for answers: the same connection; for datagrams the source address and the port the peer asked for.</summary>
    /// <param name="request">The request, its topmost Via as it came or stamped.</param>
    /// <param name="arrival">The flow that brought it; datagrams leave from the port that it came to.</param>
    public static SipFlow For(SipRequest request, SipFlow arrival)
    {
        if (arrival.IsReliable)
        {
            return arrival;
        }

        SipVia via = request.TopVia;
        int port = via.HasRPort ? arrival.Remote.Port : via.SentByPort ?? arrival.DefaultPort;
        return port == arrival.Remote.Port ? arrival : arrival with { Remote = new IPEndPoint(arrival.Remote.Address, port) };
    }

    /// <summary>Where to connect for an answer when the request's connection is gone (RFC 3261 §18.2.2); null for datagrams.</summary>
    public static IPEndPoint? Reconnect(SipRequest request, SipFlow arrival) =>
        arrival.IsReliable ? new IPEndPoint(arrival.Remote.Address, request.TopVia.SentByPort ?? arrival.DefaultPort) : null;

    /// <summary>The address as SIP writes it: without the scope that a link-local IPv6 address has on this machine alone.</summary>
    public static string TextOf(IPAddress address) =>
        (address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address)
        .ToString();
}
