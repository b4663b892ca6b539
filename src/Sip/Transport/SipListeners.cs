using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Transport;

/// <summary>The sockets of our own addresses, and the way from them to a place that has sent us nothing.</summary>
/// <remarks>Bound and disposed by the owner; finding a way and sending may be done by the loop meanwhile.</remarks>
internal sealed class SipListeners : IDisposable
{
    private readonly List<UdpListener> _udp = [];
    private readonly List<(SipTransportKind Transport, TcpAcceptor Acceptor)> _tcp = [];

    /// <summary>The addresses in use, in the order of the options.</summary>
    public IReadOnlyList<SipListen> Bound { get; private set; } = [];

    /// <summary>Binds all addresses.</summary>
    /// <exception cref="SocketException">An address cannot be bound; nothing stays bound.</exception>
    public void Bind(IReadOnlyList<SipListen> addresses, TimeProvider time)
    {
        List<SipListen> bound = [];
        try
        {
            foreach (SipListen listen in addresses)
            {
                if (listen.Transport == SipTransportKind.Udp)
                {
                    _udp.Add(new UdpListener(listen.EndPoint, channel: _udp.Count));
                    bound.Add(new SipListen(SipTransportKind.Udp, _udp[^1].Bound));
                }
                else
                {
                    _tcp.Add((listen.Transport, new TcpAcceptor(listen.EndPoint, time)));
                    bound.Add(new SipListen(listen.Transport, _tcp[^1].Acceptor.Bound));
                }
            }
        }
        catch
        {
            Dispose();
            _udp.Clear();
            _tcp.Clear();
            throw;
        }

        Bound = bound;
    }

    /// <summary>Begins to receive, until disposed.</summary>
    /// <param name="guard">Takes the first look at datagrams.</param>
    /// <param name="onDatagram">Called for each datagram that it lets pass, on the listener's thread; the bytes are the callee's.</param>
    /// <param name="onAccepted">Called for each connection, on a thread of the pool; the socket is the callee's.</param>
    public void Start(SipGuard guard, Action<SipFlow, byte[]> onDatagram, Action<SipTransportKind, Socket> onAccepted)
    {
        foreach (UdpListener listener in _udp)
        {
            listener.Start(guard, onDatagram);
        }

        foreach ((SipTransportKind transport, TcpAcceptor acceptor) in _tcp)
        {
            _ = acceptor.AcceptAsync(socket => onAccepted(transport, socket));
        }
    }

    /// <summary>Sends a datagram from the socket of a flow.</summary>
    /// <exception cref="SocketException">It cannot be sent.</exception>
    public void Send(SipFlow flow, byte[] datagram) => _udp[(int)flow.Channel].Send(datagram, flow.Remote);

    /// <summary>The way to a place that has sent us nothing: from the first listener of its kind, by the address that the system would take.</summary>
    /// <returns>Null when there is none now.</returns>
    public SipFlow? FlowTo(SipTransportKind transport, IPEndPoint remote)
    {
        long channel = 0;
        foreach (SipListen listener in Bound.Where(listen => listen.Transport == transport))
        {
            if (listener.EndPoint.AddressFamily == remote.AddressFamily)
            {
                return LocalAddressTo(remote, listener.EndPoint.Address) is { } local
                    ? new SipFlow(transport, new IPEndPoint(local, listener.EndPoint.Port), remote, transport == SipTransportKind.Udp ? channel : 0)
                    : null;
            }

            channel++;
        }

        return null;
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        _udp.ForEach(static listener => listener.Dispose());
        _tcp.ForEach(static listener => listener.Acceptor.Dispose());
    }

    private static IPAddress? LocalAddressTo(IPEndPoint remote, IPAddress bound)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any))
        {
            return bound;
        }

        try
        {
            // Connecting a datagram socket sends nothing; it makes the system choose.
            using Socket probe = new(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(remote);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;    // no way there at the moment
        }
    }
}
