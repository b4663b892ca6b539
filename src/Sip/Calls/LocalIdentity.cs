using System.Globalization;
using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>How we name ourselves in Via and Contact (RFC 3261 §8.1.1.7, §8.1.1.8; TRA1).</summary>
internal sealed class LocalIdentity(SipUserAgentOptions options)
{
    /// <summary>The Contact of a dialog over that flow.</summary>
    public string Contact(SipFlow flow) => ContactOf(flow, encodedUser: null).ToString();

    /// <summary>The Contact of that user over that flow.</summary>
    public SipNameAddress ContactOf(SipFlow flow, string? encodedUser)
    {
        SipUri uri = new() { Scheme = "sip", EncodedUser = encodedUser, Host = HostOf(flow), Port = flow.Local.Port };
        return new SipNameAddress(flow.Transport == SipTransportKind.Tcp
            ? uri with { Parameters = SipParameters.Empty.With("transport", "tcp") }
            : uri);
    }

    /// <summary>The Via of a request over that flow; answers are asked to come back to where it came from (RFC 3581).</summary>
    public string Via(SipFlow flow, string branch) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"SIP/2.0/{(flow.Transport == SipTransportKind.Tcp ? "TCP" : "UDP")} {SipHost.Format(HostOf(flow))}:{flow.Local.Port};branch={branch};rport");

    /// <summary>Our TCP listener at the address of that flow; null when there is none.</summary>
    public IPEndPoint? TcpNear(SipFlow flow)
    {
        foreach (IPEndPoint listener in options.TcpListeners)
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

    private string HostOf(SipFlow flow) =>
        ResponseRoute.TextOf(
            options.PublicAddress is { } address && address.AddressFamily == flow.Local.AddressFamily
                ? address
                : flow.Local.Address);
}
