using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Network;

/// <summary>What a proxy did in one direction.</summary>
/// <param name="Received">Datagrams that came.</param>
/// <param name="Lost">Datagrams thrown away.</param>
/// <param name="Delivered">Datagrams sent on, copies included.</param>
public readonly record struct ProxyCounts(long Received, long Lost, long Delivered);

/// <summary>
/// A bad network between two UDP ports: what a client sends to <see cref="Front"/> reaches the server from one own port,
/// and what the server sends back reaches the client, each direction with seeded faults of its own.
/// </summary>
public sealed class ImpairmentProxy : IAsyncDisposable
{
    private readonly Socket _front;
    private readonly Socket _back;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ImpairedWay _toServer;
    private readonly ImpairedWay _toClient;
    private readonly Task[] _work;
    private volatile IPEndPoint? _client;
    private volatile bool _isPaused;

    /// <summary>Opens both ports on loopback and starts to forward.</summary>
    /// <param name="server">Where datagrams of the client go.</param>
    /// <param name="toServer">Faults on the way there.</param>
    /// <param name="toClient">Faults on the way back; null for none.</param>
    public ImpairmentProxy(IPEndPoint server, Impairment toServer, Impairment? toClient = null)
    {
        _server = server;
        _front = Open();
        _back = Open();
        _toServer = new ImpairedWay(new ImpairmentModel(toServer));
        _toClient = new ImpairedWay(new ImpairmentModel(toClient ?? Impairment.None));
        _work =
        [
            Task.Run(() => ReceiveAsync(_front, _toServer, isClientSide: true)),
            Task.Run(() => ReceiveAsync(_back, _toClient, isClientSide: false)),
            Task.Factory.StartNew(Deliver, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        ];
    }

    /// <summary>Where the client sends to.</summary>
    public IPEndPoint Front => (IPEndPoint)_front.LocalEndPoint!;

    /// <summary>From where the server sees the client.</summary>
    public IPEndPoint Back => (IPEndPoint)_back.LocalEndPoint!;

    /// <summary>What happened on the way to the server.</summary>
    public ProxyCounts ToServer => _toServer.Counts;

    /// <summary>What happened on the way to the client.</summary>
    public ProxyCounts ToClient => _toClient.Counts;

    /// <summary>An outage: nothing passes in either direction until it is over.</summary>
    public void SetPaused(bool isPaused) => _isPaused = isPaused;

    /// <summary>Closes both ports.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _front.Dispose();
        _back.Dispose();
        await Task.WhenAll(_work);
        _stop.Dispose();
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, FreePorts.TakeBlock(2)));
        return socket;
    }

    private async Task ReceiveAsync(Socket socket, ImpairedWay direction, bool isClientSide)
    {
        byte[] buffer = new byte[65536];
        IPEndPoint any = new(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, any, _stop.Token);
                if (isClientSide)
                {
                    _client = (IPEndPoint)received.RemoteEndPoint;
                }

                direction.Take(buffer.AsSpan(0, received.ReceivedBytes), MonotonicTime.Now, _isPaused);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // "Port unreachable" of an earlier datagram.
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    // A thread of its own: the timers of the thread pool are late by several milliseconds, which would be jitter that nobody asked for.
    private void Deliver()
    {
        while (!_stop.IsCancellationRequested)
        {
            Thread.Sleep(1);
            TimeSpan now = MonotonicTime.Now;
            Send(_toServer, now, _back, _server);
            if (_client is { } client)
            {
                Send(_toClient, now, _front, client);
            }
        }
    }

    private static void Send(ImpairedWay way, TimeSpan now, Socket from, IPEndPoint target)
    {
        while (way.TryDeliver(now, out byte[]? datagram))
        {
            try
            {
                from.SendTo(datagram, target);
            }
            catch (SocketException)
            {
                // Nobody listens there (any more): lost, as on a network.
            }
            catch (ObjectDisposedException)
            {
                return;     // the proxy is being closed
            }
        }
    }
}
