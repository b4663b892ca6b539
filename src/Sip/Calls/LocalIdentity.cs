using System.Globalization;
using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>How we name ourselves in Via and Contact (RFC 3261 §8.1.1.7, §8.1.1.8; TRA1).</summary>
internal sealed class LocalIdentity(SipUserAgentOptions options)
{
    /// <summary>The Contact of a dialog over that flow: <c>sips</c> where the request is for a <c>sips</c> URI (RFC 3261 §12.1.1).</summary>
    public string Contact(SipFlow flow, SipUri target)
    {
        SipNameAddress contact = ContactOf(flow, encodedUser: null);
        return (flow.IsSecure && target.Scheme == "sips"
            ? contact with { Uri = contact.Uri with { Scheme = "sips", Parameters = SipParameters.Empty } }
            : contact).ToString();
    }

    /// <summary>The Contact of that user over that flow.</summary>
    public SipNameAddress ContactOf(SipFlow flow, string? encodedUser)
    {
        SipUri uri = new() { Scheme = "sip", EncodedUser = encodedUser, Host = HostOf(flow), Port = flow.Local.Port };
        return new SipNameAddress(flow.Transport switch
        {
            SipTransportKind.Tcp => uri with { Parameters = SipParameters.Empty.With("transport", "tcp") },
            SipTransportKind.Tls => uri with { Parameters = SipParameters.Empty.With("transport", "tls") },
            _ => uri,
        });
    }

    /// <summary>The Via of a request over that flow; answers are asked to come back to where it came from (RFC 3581).</summary>
    public string Via(SipFlow flow, string branch) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"SIP/2.0/{ProtocolOf(flow.Transport)} {SipHost.Format(HostOf(flow))}:{flow.Local.Port};branch={branch};rport");

    /// <summary>Our listener of that kind, TCP or TLS, at the address of that flow; null when there is none.</summary>
    public IPEndPoint? ListenerNear(SipFlow flow, SipTransportKind transport)
    {
        foreach (IPEndPoint listener in transport == SipTransportKind.Tls ? options.TlsListeners : options.TcpListeners)
        {
            if (listener.Address.Equals(flow.Local.Address)
                || (listener.AddressFamily == flow.Local.AddressFamily
                    && (listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any))))
            {
                return new IPEndPoint(flow.Local.Address, listener.Port);
            }
        }

        return null;
    }

    private static string ProtocolOf(SipTransportKind transport) => transport switch
    {
        SipTransportKind.Tcp => "TCP",
        SipTransportKind.Tls => "TLS",
        _ => "UDP",
    };

    private string HostOf(SipFlow flow) =>
        ResponseRoute.TextOf(
            options.PublicAddress is { } address && address.AddressFamily == flow.Local.AddressFamily
                ? address
                : flow.Local.Address);
}
