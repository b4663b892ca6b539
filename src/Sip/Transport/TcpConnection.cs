using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>Makes a secure stream of a connected socket; see <see cref="TlsHandshake"/>.</summary>
internal delegate Task<(SslStream Stream, string? ProvenPeer)> Securing(Socket socket, IPEndPoint remote, CancellationToken cancellation);

/// <summary>One TCP connection, with TLS in it or without: its stream in and its queue out.</summary>
/// <remarks>
/// Owned by the loop. Receiving and sending wait on the thread pool; what they find is posted to the loop. The next bytes
/// are read only when the loop has taken the last ones, so that a peer cannot fill our memory.
/// </remarks>
/// <param name="flow">Our end, the peer's, and the number of the connection.</param>
/// <param name="socket">The socket, owned from here on.</param>
/// <param name="securing">The handshake; null for plain TCP.</param>
/// <param name="events">Who hears of it.</param>
/// <param name="maxUnsentBytes">Most bytes that wait for the peer to read.</param>
internal sealed class TcpConnection(SipFlow flow, Socket socket, Securing? securing, TcpConnectionEvents events, int maxUnsentBytes)
    : IDeadline, IDisposable
{
    private const int ReadBytes = 8192;
    private const int KeepAliveSeconds = 60;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Bytes, SipTransaction? Owner)> _unsent = new();
    private readonly SemaphoreSlim _taken = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _remote = flow.Remote;
    private Stream _stream = Stream.Null;
    private int _unsentBytes;
    private bool _isConnected;
    private bool _isSending;
    private bool _isClosing;
    private bool _isDisposed;

    /// <summary>Our end, the peer's, and the number of the connection. Loop only.</summary>
    public SipFlow Flow { get; private set; } = flow;

    /// <summary>Cuts the stream. Loop only.</summary>
    public SipStreamFramer Framer { get; } = new();

    /// <summary>True when the peer opened it.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>True until the handshake is over; never for plain TCP. Loop only.</summary>
    public bool IsHandshaking { get; private set; } = securing is not null;

    /// <summary>True when the peer is a known one, by its address or its certificate. Loop only.</summary>
    public bool IsKnown { get; set; }

    /// <summary>True when it is more than somebody's open socket: we opened it, the peer is known, or has sent a whole message. Loop only.</summary>
    public bool IsProven { get; set; }

    /// <summary>When the connection was taken or begun. Loop only.</summary>
    public TimeSpan Since { get; set; }

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
    public async Task RunAcceptedAsync()
    {
        if (await TrySecureAsync(_stop.Token).ConfigureAwait(false))
        {
            await ServeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Connects, then serves until it ends.</summary>
    /// <param name="timeout">For connecting, and once more for the handshake.</param>
    /// <param name="time">The clock of the time-out.</param>
    public async Task RunConnectingAsync(TimeSpan timeout, TimeProvider time)
    {
        using CancellationTokenSource limit = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            await socket.ConnectAsync(_remote, both.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (IsEnd(error))
        {
            events.OnClosed(this);
            return;
        }

        limit.CancelAfter(timeout);
        if (await TrySecureAsync(both.Token).ConfigureAwait(false))
        {
            await ServeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The handshake is over. Loop only.</summary>
    public void OnSecured(string? provenPeer)
    {
        IsHandshaking = false;
        Flow = Flow with { ProvenPeer = provenPeer };
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

    private async Task<bool> TrySecureAsync(CancellationToken cancellation)
    {
        if (securing is null)
        {
            _stream = new NetworkStream(socket, ownsSocket: false);
            return true;
        }

        // Not on the loop's thread: a handshake computes for milliseconds.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            socket.NoDelay = true;
            (_stream, string? provenPeer) = await securing(socket, _remote, cancellation).ConfigureAwait(false);
            events.OnSecured(this, provenPeer);
            return true;
        }
        catch (Exception error) when (IsEnd(error))
        {
            events.OnHandshakeFailed(this, error is OperationCanceledException ? "it took too long" : error.Message);
            return false;
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            // A peer that is gone without a word is found by the system, also on connections that are never closed for being quiet.
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            lock (_gate)
            {
                _isConnected = true;
                StartSending_NeedsLock();
            }

            await ReceiveAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsEnd(error))
        {
            events.OnClosed(this);
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ReadBytes];
        await using (_stream.ConfigureAwait(false))
        {
            while (true)
            {
                int count = await _stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    events.OnEndOfStream(this);
                }
                else
                {
                    events.OnBytes(this, buffer.AsMemory(0, count));
                }

                // After the end of the stream: until the connection is disposed, for what may still be sent needs the stream.
                await _taken.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
    }

    // What a broken, closed or refused connection throws. The framework reports some faults of a peer's TLS as operations that are not valid now.
    private static bool IsEnd(Exception error) =>
        error is IOException or SocketException or AuthenticationException or OperationCanceledException or InvalidOperationException
            or System.Security.Cryptography.CryptographicException;

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

                await _stream.WriteAsync(bytes, _stop.Token).ConfigureAwait(false);

                lock (_gate)
                {
                    _unsentBytes -= bytes.Length;
                    _unsent.TryDequeue(out _);
                }
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            events.OnClosed(this);
        }
    }
}

/// <summary>What a connection reports; called on threads of the pool.</summary>
/// <param name="OnBytes">Bytes came; they are valid until <see cref="TcpConnection.ReadOn"/>.</param>
/// <param name="OnEndOfStream">The peer sends no more.</param>
/// <param name="OnClosed">The connection is over; may be called more than once.</param>
/// <param name="OnSecured">The handshake is over, and the certificate shown was this known peer's.</param>
/// <param name="OnHandshakeFailed">The handshake failed, and why; the connection is over.</param>
internal sealed record TcpConnectionEvents(
    Action<TcpConnection, ReadOnlyMemory<byte>> OnBytes,
    Action<TcpConnection> OnEndOfStream,
    Action<TcpConnection> OnClosed,
    Action<TcpConnection, string?> OnSecured,
    Action<TcpConnection, string> OnHandshakeFailed);
