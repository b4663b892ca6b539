using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Transport;

/// <summary>One UDP socket: hands on what it receives, sends when told.</summary>
/// <remarks>A socket error never ends the receiving; disposing does.</remarks>
internal sealed class UdpListener : IDisposable
{
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;     // bursts of calls while the loop is busy
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Binds the socket.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpListener(IPEndPoint endPoint, long channel, TimeProvider time)
    {
        _time = time;
        Channel = channel;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBufferBytes };
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            _socket.DualMode = false;   // IPv4 has listeners of its own; mapped addresses would confuse Via and Contact
        }

        try
        {
            _socket.Bind(endPoint);
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

    /// <summary>Receives until disposed.</summary>
    /// <param name="onDatagram">Called for each datagram, on a thread of the pool; the bytes are the callee's.</param>
    public async Task ReceiveAsync(Action<SipFlow, byte[]> onDatagram)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(65_536);
        IPEndPoint any = new(Bound.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveMessageFromResult result =
                    await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);
                IPAddress local = result.PacketInformation.Address ?? Bound.Address;
                SipFlow flow = new(
                    SipTransportKind.Udp, new IPEndPoint(local, Bound.Port), (IPEndPoint)result.RemoteEndPoint, Channel);
                onDatagram(flow, buffer.AsSpan(0, result.ReceivedBytes).ToArray());
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An ICMP error of a peer, or no memory for a moment: go on, but never in a hot loop.
                await Task.Delay(PauseAfterError, _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends one datagram. Loop thread.</summary>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint remote) => _socket.SendTo(datagram, SocketFlags.None, remote);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }
}
