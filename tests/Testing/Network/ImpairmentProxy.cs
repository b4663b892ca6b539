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
    private readonly Direction _toServer;
    private readonly Direction _toClient;
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
        _toServer = new Direction(new ImpairmentModel(toServer));
        _toClient = new Direction(new ImpairmentModel(toClient ?? Impairment.None));
        _work =
        [
            Task.Run(() => ReceiveAsync(_front, _toServer, isClientSide: true)),
            Task.Run(() => ReceiveAsync(_back, _toClient, isClientSide: false)),
            Task.Run(DeliverAsync),
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

    private async Task ReceiveAsync(Socket socket, Direction direction, bool isClientSide)
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

    private async Task DeliverAsync()
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                TimeSpan now = MonotonicTime.Now;
                _toServer.Deliver(now, datagram => _back.SendTo(datagram, _server));
                if (_client is { } client)
                {
                    _toClient.Deliver(now, datagram => _front.SendTo(datagram, client));
                }
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The proxy is being closed.
        }
    }

    /// <summary>Datagrams under way in one direction.</summary>
    private sealed class Direction(ImpairmentModel model)
    {
        private readonly Lock _gate = new();
        private readonly PriorityQueue<byte[], (TimeSpan Due, long Order)> _underWay = new();
        private byte[]? _heldBack;
        private ProxyCounts _counts;
        private long _order;

        public ProxyCounts Counts
        {
            get
            {
                lock (_gate)
                {
                    return _counts;
                }
            }
        }

        public void Take(ReadOnlySpan<byte> datagram, TimeSpan now, bool isPaused)
        {
            lock (_gate)
            {
                Fate fate = model.Next(datagram.Length);
                _counts = _counts with { Received = _counts.Received + 1 };
                if (fate.Copies == 0 || isPaused)
                {
                    _counts = _counts with { Lost = _counts.Lost + 1 };
                    return;
                }

                byte[] copy = datagram.ToArray();
                if (fate.FlippedBit >= 0 && copy.Length > 0)
                {
                    copy[fate.FlippedBit / 8] ^= (byte)(1 << (fate.FlippedBit % 8));
                }

                if (fate.IsHeldBack && _heldBack is null)
                {
                    _heldBack = copy;
                    return;
                }

                for (int i = 0; i < fate.Copies; i++)
                {
                    _underWay.Enqueue(copy, (now + fate.Delay, _order++));
                }

                if (_heldBack is { } late)
                {
                    _underWay.Enqueue(late, (now + fate.Delay, _order++));
                    _heldBack = null;
                }
            }
        }

        public void Deliver(TimeSpan now, Action<byte[]> send)
        {
            while (true)
            {
                byte[] datagram;
                lock (_gate)
                {
                    if (!_underWay.TryPeek(out _, out (TimeSpan Due, long Order) next) || next.Due > now)
                    {
                        return;
                    }

                    datagram = _underWay.Dequeue();
                    _counts = _counts with { Delivered = _counts.Delivered + 1 };
                }

                try
                {
                    send(datagram);
                }
                catch (SocketException)
                {
                    // Nobody listens there (any more): lost, as on a network.
                }
            }
        }
    }
}
