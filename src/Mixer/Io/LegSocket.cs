using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Io;

/// <summary>A UDP socket used by system calls on its descriptor: nothing allocated, nothing waited for.</summary>
internal sealed class LegSocket : IPacketPort
{
    // An ICMP error is reported once by the next call on a connected socket and then gone; a few in a row are possible.
    private const int ErrorsPassedOver = 4;

    private readonly int _descriptor;
    private readonly AddressFamily _family;
    private SourceAddress? _peer;
    private bool _holdsOnlyPeer;

    private LegSocket(Socket socket)
    {
        Socket = socket;
        _descriptor = (int)socket.Handle;
        _family = socket.AddressFamily;
    }

    /// <summary>The socket itself, for options; packets go by its descriptor.</summary>
    public Socket Socket { get; }

    /// <summary>Opens a socket on an address and port; false when the port is taken by another program.</summary>
    /// <param name="local">Address and port to bind to.</param>
    /// <param name="receiveBufferBytes">Kernel receive buffer [bytes].</param>
    /// <param name="dscp">Differentiated-services code point, or null.</param>
    /// <param name="socket">The socket.</param>
    /// <exception cref="SocketException">Anything but a taken port: no such local address, no descriptors left.</exception>
    public static bool TryOpen(IPEndPoint local, int receiveBufferBytes, int? dscp, [NotNullWhen(true)] out LegSocket? socket)
    {
        Socket udp = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            udp.ReceiveBufferSize = receiveBufferBytes;
            udp.Bind(local);
            if (dscp is { } codePoint)
            {
                Mark(udp, codePoint);
            }

            udp.SetRawSocketOption(ArrivalTime.SocketLevel, ArrivalTime.TimestampNs, BitConverter.GetBytes(1));

            socket = new LegSocket(udp);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            udp.Dispose();
            socket = null;
            return false;
        }
        catch
        {
            udp.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public unsafe int Receive(Span<byte> datagram, out SourceAddress source, out TimeSpan arrival)
    {
        byte* address = stackalloc byte[KernelAddress.MaxLength];
        byte* control = stackalloc byte[ArrivalTime.ControlLength];
        fixed (byte* buffer = datagram)
        {
            Libc.Vector vector = new() { Base = buffer, Length = (nuint)datagram.Length };
            for (int attempt = 0; attempt < ErrorsPassedOver; attempt++)
            {
                Libc.MessageHeader message = new()
                {
                    Name = _holdsOnlyPeer ? null : address,
                    NameLength = _holdsOnlyPeer ? 0 : KernelAddress.MaxLength,
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = control,
                    ControlLength = ArrivalTime.ControlLength,
                };
                nint length = Libc.ReceiveMessage(_descriptor, &message, Libc.MsgDontWait);
                if (length >= 0)
                {
                    source = _holdsOnlyPeer
                        ? _peer.GetValueOrDefault()
                        : KernelAddress.Read(new ReadOnlySpan<byte>(address, message.NameLength));
                    arrival = ArrivalTime.Read(new ReadOnlySpan<byte>(control, (int)message.ControlLength));
                    return (int)length;
                }

                if (Marshal.GetLastSystemError() == Libc.WouldBlock)
                {
                    _holdsOnlyPeer = _peer is not null;     // what others had sent before Connect has been taken out
                    break;
                }
            }
        }

        (source, arrival) = (default, TimeSpan.MaxValue);
        return -1;
    }

    /// <inheritdoc/>
    public unsafe bool Send(ReadOnlySpan<byte> datagram, SourceAddress target)
    {
        if (_family == AddressFamily.InterNetwork && !target.IsIPv4)
        {
            return false;       // signalled media of the other family: this socket has no way there
        }

        fixed (byte* buffer = datagram)
        {
            if (_peer == target)
            {
                // The first call may only bring the ICMP error of an earlier packet.
                return Libc.Send(_descriptor, buffer, (nuint)datagram.Length, Libc.MsgDontWait) >= 0
                    || (Marshal.GetLastSystemError() != Libc.WouldBlock
                        && Libc.Send(_descriptor, buffer, (nuint)datagram.Length, Libc.MsgDontWait) >= 0);
            }

            byte* address = stackalloc byte[KernelAddress.MaxLength];
            int length = KernelAddress.Write(target, _family, new Span<byte>(address, KernelAddress.MaxLength));
            return Libc.SendTo(_descriptor, buffer, (nuint)datagram.Length, Libc.MsgDontWait, address, length) >= 0;
        }
    }

    /// <inheritdoc/>
    public unsafe void Connect(SourceAddress peer)
    {
        byte* address = stackalloc byte[KernelAddress.MaxLength];
        int length = KernelAddress.Write(peer, _family, new Span<byte>(address, KernelAddress.MaxLength));
        if (Libc.Connect(_descriptor, address, length) == 0)
        {
            _peer = peer;
            _holdsOnlyPeer = false;
        }
    }

    /// <inheritdoc/>
    public unsafe void Disconnect()
    {
        byte* unspecified = stackalloc byte[KernelAddress.MaxLength];      // AF_UNSPEC is 0: dissolves the association (connect(2))
        new Span<byte>(unspecified, KernelAddress.MaxLength).Clear();
        _ = Libc.Connect(_descriptor, unspecified, KernelAddress.MaxLength);
        _peer = null;
        _holdsOnlyPeer = false;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static void Mark(Socket socket, int dscp)
    {
        // The code point is the upper six bits of the IPv4 TOS or IPv6 traffic class octet (RFC 2474 §3).
        bool isIPv4 = socket.AddressFamily == AddressFamily.InterNetwork;
        Span<byte> octet = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(octet, dscp << 2);
        socket.SetRawSocketOption(isIPv4 ? IpProtocol : Ipv6Protocol, isIPv4 ? IpTos : Ipv6TrafficClass, octet);
    }

    private const int IpProtocol = 0, IpTos = 1, Ipv6Protocol = 41, Ipv6TrafficClass = 67;
}
