using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Transport;

/// <summary>One UDP socket: hands on what it receives, sends when told.</summary>
/// <remarks>A socket error never ends the receiving; disposing does.</remarks>
internal sealed class UdpListener : IDisposable
{
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;     // bursts of calls while the loop is busy
    private const int MaxDatagram = 65_536;
    private const int Flood = 64;                               // so many in a row that nobody wants are a flood
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RestInFlood = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly IPEndPoint _any;
    private readonly ManualResetEvent _stopping = new(initialState: false);

    /// <summary>Binds the socket.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpListener(IPEndPoint endPoint, long channel)
    {
        Channel = channel;
        _any = new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBufferBytes };
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            _socket.DualMode = false;   // IPv4 has listeners of its own; mapped addresses would confuse Via and Contact
        }

        try
        {
            _socket.Bind(endPoint);
            _socket.SetSocketOption(
                endPoint.AddressFamily == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6,
                SocketOptionName.PacketInformation, true);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Bound = (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>The number that flows of this socket carry.</summary>
    public long Channel { get; }

    /// <summary>The address and port in use.</summary>
    public IPEndPoint Bound { get; }

    /// <summary>Begins to receive, on a thread of its own until disposed.</summary>
    /// <param name="guard">Looks at each datagram where it lies; what it lets pass is copied and handed on.</param>
    /// <param name="onDatagram">Called for each that passed, on that thread; the bytes are the callee's.</param>
    public void Start(SipGuard guard, Action<SipFlow, byte[]> onDatagram) =>
        new Thread(() => Receive(guard, onDatagram)) { Name = "sip-udp", IsBackground = true }.Start();

    /// <summary>Sends one datagram. Loop thread.</summary>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint remote) => _socket.SendTo(datagram, SocketFlags.None, remote);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Set();
        _socket.Dispose();      // ends the receiving
    }

    private void Receive(SipGuard guard, Action<SipFlow, byte[]> onDatagram)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaxDatagram);
        byte[] answer = GC.AllocateUninitializedArray<byte>(MaxDatagram);
        SocketAddress source = new(Bound.AddressFamily);
        int turnedAway = 0;
        bool isStopping = false;
        while (!isStopping)
        {
            try
            {
                int length = _socket.ReceiveFrom(buffer, SocketFlags.Peek, source);
                GuardVerdict verdict = guard.Look(
                    SourceAddress.Of(source), BinaryPrimitives.ReadUInt16BigEndian(PortOf(source)), buffer.AsSpan(0, length), answer, out StatelessAnswer made);
                if (verdict == GuardVerdict.Pass)
                {
                    turnedAway = 0;
                    Take(buffer, onDatagram);
                    continue;
                }

                _socket.Receive(buffer.AsSpan(0, 1));   // out of the queue
                if (verdict == GuardVerdict.Answer)
                {
                    Answer(answer.AsSpan(0, made.Length), source, made.Port);
                }

                // Under a flood a wake-up for each datagram would cost more than all the rest.
                if (++turnedAway >= Flood && _socket.Available == 0)
                {
                    isStopping = _stopping.WaitOne(RestInFlood);
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // No memory for a moment, or we are being disposed: go on, but never in a hot loop.
                isStopping = _stopping.WaitOne(PauseAfterError);
            }
        }
    }

    private void Answer(ReadOnlySpan<byte> answer, SocketAddress destination, int port)
    {
        BinaryPrimitives.WriteUInt16BigEndian(PortOf(destination), (ushort)port);
        try
        {
            _socket.SendTo(answer, SocketFlags.None, destination);
        }
        catch (SocketException)
        {
            // The peer's affair: no way there, or a port that is none.
        }
    }

    // sockaddr_in and sockaddr_in6 have it in the same place.
    private static Span<byte> PortOf(SocketAddress address) => address.Buffer.Span.Slice(2, 2);

    private void Take(byte[] buffer, Action<SipFlow, byte[]> onDatagram)
    {
        SocketFlags flags = SocketFlags.None;
        EndPoint remote = _any;
        int length = _socket.ReceiveMessageFrom(buffer, ref flags, ref remote, out IPPacketInformation packet);
        IPEndPoint local = new(packet.Address ?? Bound.Address, Bound.Port);
        onDatagram(new SipFlow(SipTransportKind.Udp, local, (IPEndPoint)remote, Channel), buffer.AsSpan(0, length).ToArray());
    }
}
