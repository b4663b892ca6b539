using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Certificates;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Makes the end point's settings of the configuration.</summary>
internal sealed class SipEndpointSettings(IOptions<SipOptions> options, TlsCertificates certificates, TrunkTables trunks)
{
    /// <summary>Listeners, bounds of connections, and what TLS and the trunks' addresses come from.</summary>
    /// <param name="controlDelay">How long work waits for the control loop.</param>
    public SipEndpointOptions Read(Func<TimeSpan> controlDelay)
    {
        SipOptions sip = options.Value;
        ConnectionOptions connections = sip.Connections;
        SipEndpointOptions defaults = new();
        return defaults with
        {
            Listen =
            [
                .. sip.UdpEndPoints().Select(e => new SipListen(SipTransportKind.Udp, e)),
                .. sip.TcpEndPoints().Select(e => new SipListen(SipTransportKind.Tcp, e)),
                .. sip.TlsEndPoints().Select(e => new SipListen(SipTransportKind.Tls, e)),
            ],
            PublicAddress = sip.PublicAddress.Length == 0 ? null : IPAddress.Parse(sip.PublicAddress),
            Tls = () => certificates.Current,
            Guard = Protection.From(sip, controlDelay),
            IsKnownPeer = address => trunks.Current.IsKnown(address),
            MaxConnections = connections.Max,
            MaxConnectionsPerAddress = connections.MaxPerAddress,
            HandshakesAtOnce = connections.HandshakesAtOnce == 0 ? defaults.HandshakesAtOnce : connections.HandshakesAtOnce,
            HandshakeTimeout = connections.HandshakeTimeout,
            FirstByteTimeout = connections.FirstByteTimeout,
            MessageTimeout = connections.MessageTimeout,
            IdleTimeout = connections.IdleTimeout,
        };
    }
}
