using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>One TCP connection: its stream in and its queue out.</summary>
/// <remarks>
/// Owned by the loop. Receiving and sending wait on the thread pool; what they find is posted to the loop. The next bytes
/// are read only when the loop has taken the last ones, so that a peer cannot fill our memory.
/// </remarks>
internal sealed class TcpConnection(SipFlow flow, Socket socket, TcpConnectionEvents events, int maxUnsentBytes) : IDeadline, IDisposable
{
    private const int ReadBytes = 8192;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Bytes, SipTransaction? Owner)> _unsent = new();
    private readonly SemaphoreSlim _taken = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private int _unsentBytes;
    private bool _isConnected;
    private bool _isSending;
    private bool _isClosing;
    private bool _isDisposed;

    /// <summary>Our end, the peer's, and the number of the connection.</summary>
    public SipFlow Flow => flow;

    /// <summary>Cuts the stream. Loop only.</summary>
    public SipStreamFramer Framer { get; } = new();

    /// <summary>True when the peer opened it.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>When something last went either way. Loop only.</summary>
    public TimeSpan LastActivity { get; set; }

    /// <inheritdoc/>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <inheritdoc/>
    public int QueueIndex { get; set; } = -1;

    /// <summary>When the unfinished message began; null when there is none. Loop only.</summary>
    public TimeSpan? PartialSince { get; set; }

    /// <summary>True until the peer has sent anything. Loop only.</summary>
    public bool IsSilent { get; set; } = true;

    /// <summary>True when the connection ends as soon as what waits is sent. Any thread.</summary>
    public bool IsClosing
    {
        get
        {
            lock (_gate)
            {
                return _isClosing;
            }
        }
    }

    /// <summary>Serves an accepted socket until it ends.</summary>
    public Task RunAcceptedAsync()
    {
        OnConnected();
        return ReceiveAsync();
    }

    /// <summary>Connects, then serves until it ends.</summary>
    public async Task RunConnectingAsync(TimeSpan timeout, TimeProvider time)
    {
        try
        {
            using CancellationTokenSource limit = new(timeout, time);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            await socket.ConnectAsync(flow.Remote, both.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            events.OnClosed(this);
            return;
        }

        OnConnected();
        await ReceiveAsync().ConfigureAwait(false);
    }

    /// <summary>Puts a message in line. False when too much waits already, or the connection is closing. Any thread.</summary>
    public bool TrySend(byte[] bytes, SipTransaction? owner)
    {
        lock (_gate)
        {
            if (_isClosing || _unsentBytes + bytes.Length > maxUnsentBytes)
            {
                return false;
            }

            _unsent.Enqueue((bytes, owner));
            _unsentBytes += bytes.Length;
            StartSending_NeedsLock();
            return true;
        }
    }

    /// <summary>Ends the connection when all that waits is sent. Any thread.</summary>
    public void CloseWhenSent()
    {
        bool isEmpty;
        lock (_gate)
        {
            _isClosing = true;
            isEmpty = _unsent.Count == 0;
        }

        if (isEmpty)
        {
            events.OnClosed(this);
        }
    }

    /// <summary>The transactions whose messages were never sent. After <see cref="Dispose"/>, loop only.</summary>
    public IReadOnlyList<SipTransaction> TakeUnsent()
    {
        lock (_gate)
        {
            SipTransaction[] owners = [.. _unsent.Select(static item => item.Owner).OfType<SipTransaction>()];
            _unsent.Clear();
            return owners;
        }
    }

    /// <summary>The loop has taken the received bytes.</summary>
    public void ReadOn()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _taken.Release();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _isClosing = true;
        }

        // The semaphore and the token source have nothing to free; disposing them would race with the reader that wakes up.
        _stop.Cancel();
        socket.Dispose();
    }

    private void OnConnected()
    {
        socket.NoDelay = true;
        lock (_gate)
        {
            _isConnected = true;
            StartSending_NeedsLock();
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ReadBytes];
        try
        {
            while (true)
            {
                int count = await socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    events.OnEndOfStream(this);
                    return;
                }

                events.OnBytes(this, buffer.AsMemory(0, count));
                await _taken.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            events.OnClosed(this);
        }
    }

    private void StartSending_NeedsLock()
    {
        if (_isConnected && !_isSending && _unsent.Count > 0)
        {
            _isSending = true;
            _ = SendAsync();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                byte[] bytes;
                bool isEnd;
                lock (_gate)
                {
                    isEnd = !_unsent.TryPeek(out (byte[] Bytes, SipTransaction? Owner) item);
                    bytes = item.Bytes;
                    if (isEnd)
                    {
                        _isSending = false;
                        if (!_isClosing)
                        {
                            return;
                        }
                    }
                }

                if (isEnd)
                {
                    events.OnClosed(this);
                    return;
                }

                for (int sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, _stop.Token).ConfigureAwait(false);
                }

                lock (_gate)
                {
                    _unsentBytes -= bytes.Length;
                    _unsent.TryDequeue(out _);
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            events.OnClosed(this);
        }
    }
}

/// <summary>What a connection reports; called on threads of the pool.</summary>
/// <param name="OnBytes">Bytes came; they are valid until <see cref="TcpConnection.ReadOn"/>.</param>
/// <param name="OnEndOfStream">The peer sends no more.</param>
/// <param name="OnClosed">The connection is over; may be called more than once.</param>
internal sealed record TcpConnectionEvents(
    Action<TcpConnection, ReadOnlyMemory<byte>> OnBytes, Action<TcpConnection> OnEndOfStream, Action<TcpConnection> OnClosed);
