using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Transport;

/// <summary>One listening TCP socket.</summary>
/// <remarks>An error on one connection never ends the accepting; disposing does.</remarks>
internal sealed class TcpAcceptor : IDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Binds and listens.</summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public TcpAcceptor(IPEndPoint endPoint, TimeProvider time)
    {
        _time = time;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            _socket.DualMode = false;
        }

        try
        {
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Bound = (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>The address and port in use.</summary>
    public IPEndPoint Bound { get; }

    /// <summary>Accepts until disposed.</summary>
    /// <param name="onAccepted">Called for each connection, on a thread of the pool; the socket is the callee's.</param>
    public async Task AcceptAsync(Action<Socket> onAccepted)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                onAccepted(await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false));
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
                // A connection reset before it was accepted, or no descriptor left for the moment.
                await Task.Delay(PauseAfterError, _time).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }
}
