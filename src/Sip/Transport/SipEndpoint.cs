using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Registration;

namespace PhoneBridge.Sip.Transport;

/// <summary>The SIP side of the bridge on real sockets: one loop thread runs the user agent core.</summary>
/// <remarks>
/// The loop waits for a message, a command or a deadline, makes one call into the core, sends what the core wants sent, and
/// waits again. Nothing that a peer or a handler does ends it. Public members may be used from any thread.
/// </remarks>
public sealed class SipEndpoint : IAsyncDisposable
{
    private const int LargeRequestBytes = 1300;     // RFC 3261 §18.1.1
    private const int MaxPortion = 64;

    private readonly SipEndpointOptions _options;
    private readonly ISipCallHandler _handler;
    private readonly ISipTrace _trace;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly LoopInbox _inbox;
    private readonly ConnectionTable _connections;
    private readonly TcpConnectionEvents _connectionEvents;
    private readonly TlsHandshake? _tls;
    private readonly SipListeners _listeners = new();
    private readonly byte[] _answer = new byte[SipLimits.MaxMessageBytes];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SipUserAgent? _agent;
    private Thread? _thread;
    private long _lastChannel;
    private bool _isDraining;
    private volatile bool _isStopping;
    private TimeSpan _stopAt = TimeSpan.MaxValue;

    /// <summary>Builds the endpoint; nothing is bound or started.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="handler">The application.</param>
    /// <param name="trace">Who watches; null for nobody.</param>
    /// <param name="time">Clock and timers; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A timer is not positive.</exception>
    /// <exception cref="ArgumentException">A TLS listener without TLS settings.</exception>
    public SipEndpoint(SipEndpointOptions options, ISipCallHandler handler, ISipTrace? trace = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timers.T1, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Timers.T2, options.Timers.T1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timers.T4, TimeSpan.Zero);
        if (options.Tls is null && options.Listen.Any(static listen => listen.Transport == SipTransportKind.Tls))
        {
            throw new ArgumentException("A TLS listener needs TLS settings.", nameof(options));
        }

        _options = options;
        _handler = handler;
        _trace = trace ?? NoTrace.Instance;
        _time = time ?? TimeProvider.System;
        _origin = _time.GetTimestamp();
        _inbox = new LoopInbox(_time, options.MaxQueuedDatagrams);
        Guard = new SipGuard(options.Guard, Counters, _trace, _time, _inbox.Delay);
        _connections = new ConnectionTable(options);
        _connectionEvents = new TcpConnectionEvents(
            (connection, bytes) => _inbox.Post(() => OnBytes(connection, bytes)),
            connection => _inbox.Post(connection.CloseWhenSent),
            connection => _inbox.Post(() => OnClosed(connection)),
            (connection, provenPeer) => _inbox.Post(() => _connections.Secure(connection, provenPeer, Now)),
            (connection, why) => _inbox.Post(() => OnHandshakeFailed(connection, why)));
        _tls = options.Tls is { } settings ? new TlsHandshake(settings, options.HandshakesAtOnce, _time) : null;
    }

    /// <summary>What was done and what is held.</summary>
    public SipCounters Counters { get; } = new();

    /// <summary>Takes the first look at what comes in: knows the peers, keeps strangers and floods out.</summary>
    public SipGuard Guard { get; }

    /// <summary>The addresses in use, in the order of the options; empty before the start.</summary>
    public IReadOnlyList<SipListen> Bound => _listeners.Bound;

    /// <summary>While true new calls get 503 with Retry-After, and so do OPTIONS outside dialogs; calls that are up go on.</summary>
    public bool IsDraining
    {
        get => Volatile.Read(ref _isDraining);
        set
        {
            Volatile.Write(ref _isDraining, value);
            _agent?.IsDraining = value;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Binds all addresses and starts the loop.</summary>
    /// <exception cref="SocketException">An address cannot be bound; nothing stays bound.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public Task StartAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_thread is not null)
        {
            throw new InvalidOperationException("The endpoint was started before.");
        }

        _listeners.Bind(_options.Listen, _time);
        SipUserAgentOptions core = new()
        {
            Timers = _options.Timers,
            PublicAddress = _options.PublicAddress,
            TcpListeners = BoundOf(SipTransportKind.Tcp),
            TlsListeners = BoundOf(SipTransportKind.Tls),
            MaxTransactions = _options.MaxTransactions,
            AnswerWithin = _options.AnswerWithin,
            OfferWithin = _options.OfferWithin,
        };
        _agent = new SipUserAgent(core, _handler, Counters, _trace, new SipTokens(), _inbox.Wake) { IsDraining = IsDraining };
        _thread = new Thread(Run) { Name = "sip", IsBackground = true };
        _thread.Start();
        _listeners.Start(Guard, OnDatagram, OnAccepting);
        return Task.CompletedTask;
    }

    /// <summary>Begins to keep a registration, until it or the endpoint is stopped.</summary>
    /// <param name="options">What to register, and where.</param>
    /// <param name="onChange">Told each new status, on the loop's thread: not to block.</param>
    /// <exception cref="InvalidOperationException">The endpoint was not started.</exception>
    public SipRegistration Register(SipRegistrationOptions options, Action<SipRegistrationStatus> onChange)
    {
        SipUserAgent agent = _agent ?? throw new InvalidOperationException("The endpoint was not started.");
        RegistrationUsage usage = new(agent, options, _listeners.FlowTo, onChange, Now);
        _inbox.Post(() => agent.Registrations.Add(usage, Now));
        return new SipRegistration(usage, run => _inbox.Post(() => agent.Registrations.Run(usage, run, Now)));
    }

    /// <summary>Asks a place whether it lives: one OPTIONS outside calls (RFC 3261 §11; TRA6).</summary>
    /// <param name="uri">The Request-URI.</param>
    /// <param name="target">Where it is sent.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Status of the final answer; 0 when none came in time, or nothing could be sent.</returns>
    /// <exception cref="InvalidOperationException">The endpoint was not started.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came.</exception>
    public async Task<int> AskAsync(SipUri uri, SipTarget target, CancellationToken cancellation)
    {
        SipUserAgent agent = _agent ?? throw new InvalidOperationException("The endpoint was not started.");
        OptionsQuery query = new(agent, uri);
        _inbox.Post(() => query.Start(_listeners.FlowTo(target.Transport, target.EndPoint), Now));
        try
        {
            return await query.Answer.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _inbox.Post(query.GiveUp);
            throw;
        }
    }

    /// <summary>The way from us to a place: for a call, and to know which address of ours its media should use.</summary>
    /// <returns>Null when there is none now, or no listener of that kind.</returns>
    public SipFlow? FlowTo(SipTransportKind transport, IPEndPoint remote) => _listeners.FlowTo(transport, remote);

    /// <summary>Places a call (RFC 3261 §13.2). It is steered and heard of like one that came in.</summary>
    /// <param name="options">Whom to call, and how.</param>
    /// <param name="events">
    /// Who hears what becomes of it, on the loop's thread: OnProgress as often as it likes, then OnAnswer and OnConfirmed when it is
    /// taken; OnEnded with the status when it is not.
    /// </param>
    /// <returns>The call. <see cref="SipCall.HangUp"/> gives it up at any time.</returns>
    /// <exception cref="InvalidOperationException">The endpoint was not started.</exception>
    /// <example>
    /// <code>
    /// if (endpoint.FlowTo(SipTransportKind.Udp, trunk) is { } flow)
    /// {
    ///     SdpOfferAnswer negotiation = new(capabilities, new SdpLocalMedia(flow.Local.Address, rtpPort, rtcpPort));
    ///     SipCall call = endpoint.Call(
    ///         new SipOutgoingCallOptions { Target = callee, From = new SipNameAddress(caller), Flow = flow, Offer = negotiation.Offer() },
    ///         events);    // OnAnswer(call, answer): negotiation.AcceptAnswer(answer)
    /// }
    /// </code>
    /// </example>
    public SipCall Call(SipOutgoingCallOptions options, ISipCallEvents events) =>
        (_agent ?? throw new InvalidOperationException("The endpoint was not started.")).Call(options, events);

    /// <summary>Hangs up what is left, takes registrations back, waits a moment for the peers' answers, closes the sockets and ends the loop.</summary>
    /// <param name="cancellation">Ends the waiting early; the sockets are closed all the same.</param>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (_thread is null)
        {
            return;
        }

        _inbox.Post(() =>
        {
            IsDraining = true;
            _agent!.HangUpAll(SipHangUp.Normal, Now);
            _agent.Registrations.Stop(Now);
            _stopAt = Now + _options.StopWithin;
        });
        using CancellationTokenRegistration hurry = cancellation.Register(() => _inbox.Post(() => _stopAt = TimeSpan.Zero));
        await _ended.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        _inbox.Dispose();
    }

    private void Run()
    {
        SipUserAgent agent = _agent!;
        while (!_isStopping)
        {
            // In portions: a flood must not keep the timers and commands of running calls waiting.
            for (int i = 0; i < MaxPortion && _inbox.TryTake(out Action work); i++)
            {
                Survive(work);
            }

            Survive(() =>
            {
                agent.RunCommands(Now);
                agent.OnTime(Now);
                CloseOverdueConnections();
                SendAll();
            });
            Counters.Set(SipCounters.Gauge.Connections, _connections.Count);
            Counters.Set(SipCounters.Gauge.Handshakes, _connections.Handshakes);
            if (_stopAt != TimeSpan.MaxValue && ((Counters.Dialogs == 0 && agent.Registrations.Count == 0) || Now >= _stopAt))
            {
                _isStopping = true;
                break;
            }

            TimeSpan deadline = agent.Deadline < _connections.Deadline ? agent.Deadline : _connections.Deadline;
            _inbox.Sleep(Now, deadline < _stopAt ? deadline : _stopAt);
        }

        CloseSockets();
        Counters.Set(SipCounters.Gauge.Connections, 0);
        Counters.Set(SipCounters.Gauge.Handshakes, 0);
        _ended.TrySetResult();
    }

    // One message or command can do no more harm than to be lost.
    private void Survive(Action work)
    {
        try
        {
            work();
            SendAll();
        }
#pragma warning disable CA1031 // The loop carries every call: a defect that one message shows must not end it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Counters.CountFault();
            _trace.OnFault(fault, callId: null);
        }
    }

    private void OnDatagram(SipFlow flow, byte[] datagram)
    {
        if (!_inbox.TryPostBounded(() => OnMessage(datagram, flow)))
        {
            Drop(SipDropReason.QueueFull, flow.Remote);
        }
    }

    private void OnMessage(byte[] bytes, SipFlow flow)
    {
        SipParseResult parsed = SipParser.Parse(bytes);
        if (parsed.Message is null && parsed.Error.Fault != SipParseFault.Empty)
        {
            Guard.OnAttempt(flow.Remote.Address);
        }

        _agent!.OnMessage(parsed, flow, Now);
    }

    // On a thread of the pool: a stranger's connection costs the loop nothing. By TLS a trunk may show its certificate wherever it is.
    private void OnAccepting(SipTransportKind transport, Socket socket)
    {
        bool mayProveItself = transport == SipTransportKind.Tls && _options.Tls?.Invoke().Peers.Any(static peer => peer.IsKnownByCertificate) == true;
        if (RemoteOf(socket) is not { } remote || !Guard.AdmitsConnection(remote.Address, mayProveItself))
        {
            socket.Dispose();
        }
        else if (!_inbox.TryPostBounded(() => OnAccepted(transport, socket)))
        {
            Counters.CountDrop(SipDropReason.QueueFull);
            socket.Dispose();
        }
    }

    private static IPEndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return (IPEndPoint?)socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;    // reset by the peer before we came to it
        }
    }

    private void OnAccepted(SipTransportKind transport, Socket socket)
    {
        IPEndPoint remote;
        IPEndPoint local;
        try
        {
            remote = (IPEndPoint)socket.RemoteEndPoint!;
            local = (IPEndPoint)socket.LocalEndPoint!;
        }
        catch (SocketException)
        {
            socket.Dispose();   // reset by the peer before we came to it
            return;
        }

        if (!_connections.HasRoomFor(remote.Address) || !TryMakeRoom())
        {
            Drop(SipDropReason.ConnectionRefused, remote);
            socket.Dispose();
            return;
        }

        SipFlow flow = new(transport, local, remote, ++_lastChannel);
        Securing? securing = transport == SipTransportKind.Tls ? _tls!.AcceptAsync : null;
        TcpConnection connection = new(flow, socket, securing, _connectionEvents, _options.MaxUnsentBytes) { IsAccepted = true };
        _connections.Add(connection, Now);
        _ = connection.RunAcceptedAsync();
    }

    private void OnBytes(TcpConnection connection, ReadOnlyMemory<byte> bytes)
    {
        if (!_connections.Holds(connection))
        {
            return;     // closed meanwhile
        }

        if (_connections.Pings.TakePong(connection, bytes.Span, Now))
        {
            connection.ReadOn();
            return;
        }

        connection.Framer.Append(bytes.Span);
        connection.ReadOn();
        connection.IsSilent = false;
        while (connection.Framer.TryRead(out SipFrame frame))
        {
            switch (frame.Kind)
            {
                case SipFrameKind.Message:
                    connection.IsProven = true;
                    // A message keeps slices of its bytes, and the framer's buffer moves on.
                    if (Admits(frame.Bytes.Span, connection))
                    {
                        OnMessage(frame.Bytes.ToArray(), connection.Flow);
                    }

                    break;
                case SipFrameKind.Ping:
                    connection.TrySend("\r\n"u8.ToArray(), owner: null);
                    break;
                case SipFrameKind.Error:
                    _agent!.OnMalformed(frame.Error, frame.Answerable, connection.Flow);
                    SendAll();
                    connection.CloseWhenSent();
                    break;
            }
        }

        _connections.Touch(connection, Now);
    }

    // What the first look turns away on a stream is answered there.
    private bool Admits(ReadOnlySpan<byte> message, TcpConnection connection)
    {
        IPEndPoint remote = connection.Flow.Remote;
        GuardVerdict verdict = Guard.Look(
            SourceAddress.Of(remote.Address), remote.Port, message, _answer, out StatelessAnswer answer, Guard.Sources.PlaceOf(connection.Flow.ProvenPeer));
        if (verdict == GuardVerdict.Answer)
        {
            connection.TrySend(_answer.AsSpan(0, answer.Length).ToArray(), owner: null);
        }

        return verdict == GuardVerdict.Pass;
    }

    private void OnClosed(TcpConnection connection)
    {
        if (!_connections.Remove(connection))
        {
            return;
        }

        connection.Dispose();
        foreach (Transactions.SipTransaction owner in connection.TakeUnsent())
        {
            Counters.CountSendFailure();
            _agent!.OnTransportFailure(owner, Now);
        }
    }

    private void OnHandshakeFailed(TcpConnection connection, string why)
    {
        if (_connections.Holds(connection))     // else it failed because we closed it
        {
            Drop(SipDropReason.HandshakeFailed, connection.Flow.Remote);
            _trace.OnHandshakeFailed(connection.Flow, connection.IsKnown || !connection.IsAccepted, why);
            OnClosed(connection);
        }
    }

    // Calls keep their connections, and so do registrations: the registrar's calls come over them.
    private HashSet<long> ConnectionsInUse()
    {
        HashSet<long> channels = [.. _agent!.ConnectionsInUse()];
        foreach (SipFlow flow in _agent.Registrations.Flows)
        {
            if (_connections.Find(flow, flow.Remote) is { } connection)
            {
                channels.Add(connection.Flow.Channel);
            }
        }

        return channels;
    }

    private void CloseOverdueConnections()
    {
        foreach (TcpConnection gone in _connections.Pings.OnTime(Now))
        {
            Drop(SipDropReason.ConnectionTimeout, gone.Flow.Remote);
            OnClosed(gone);
        }

        HashSet<long>? inUse = null;
        while (_connections.Due(Now) is { } overdue)
        {
            bool isMerelyQuiet = ConnectionTable.IsMerelyQuiet(overdue);
            inUse ??= ConnectionsInUse();
            if (isMerelyQuiet && (overdue.IsKnown || inUse.Contains(overdue.Flow.Channel)))
            {
                _connections.Spare(overdue, Now);
                continue;
            }

            if (!isMerelyQuiet)
            {
                Drop(SipDropReason.ConnectionTimeout, overdue.Flow.Remote);
            }

            OnClosed(overdue);
        }
    }

    private bool TryMakeRoom()
    {
        if (!_connections.IsFull)
        {
            return true;
        }

        if (_connections.LeastWorth(ConnectionsInUse) is not { } least)
        {
            return false;
        }

        Drop(SipDropReason.ConnectionEvicted, least.Flow.Remote);
        OnClosed(least);
        return true;
    }

    private void SendAll()
    {
        while (_agent!.Outbox.TryTake(out Transactions.SipOutgoing outgoing))
        {
            byte[] bytes = SipWriter.Write(outgoing.Message);
            if (outgoing.Message is SipRequest)
            {
                Guard.Expect((outgoing.Fallback ?? outgoing.Flow.Remote).Address);  // its answer is to be let in
            }

            string? error = outgoing.Flow.Transport == SipTransportKind.Udp
                ? SendDatagram(bytes, outgoing)
                : SendOnStream(bytes, outgoing);
            if (error is null)
            {
                CountSent(outgoing);
                continue;
            }

            Counters.CountSendFailure();
            _trace.OnSendFailed(outgoing.Flow, error);
            if (outgoing.Owner is { } owner)
            {
                _agent.OnTransportFailure(owner, Now);
            }
        }
    }

    private string? SendDatagram(byte[] bytes, in Transactions.SipOutgoing outgoing)
    {
        if (bytes.Length > LargeRequestBytes && outgoing.Message is SipRequest)
        {
            Counters.CountLargeDatagram();
        }

        try
        {
            _listeners.Send(outgoing.Flow, bytes);
            return null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode.ToString();
        }
    }

    private string? SendOnStream(byte[] bytes, in Transactions.SipOutgoing outgoing)
    {
        IPEndPoint place = outgoing.Fallback ?? outgoing.Flow.Remote;
        TcpConnection? connection = _connections.Find(outgoing.Flow, place);
        if (connection is { IsClosing: true })
        {
            OnClosed(connection);   // the peer sends no more: what we have to say goes to where it listens
            connection = _connections.Find(outgoing.Flow with { Channel = 0 }, place);
        }

        if (connection is null)
        {
            if (outgoing.Flow.IsSecure && _tls is null)
            {
                return "there is no TLS";
            }

            if (!TryMakeRoom())
            {
                return "no room for a connection";
            }

            connection = Connect(outgoing.Flow, place);
        }

        if (connection.TrySend(bytes, outgoing.Owner))
        {
            connection.LastActivity = Now;
            return null;
        }

        Drop(SipDropReason.ConnectionStalled, connection.Flow.Remote);
        OnClosed(connection);
        return "the peer does not read";
    }

    private TcpConnection Connect(SipFlow wanted, IPEndPoint remote)
    {
        Socket socket = new(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        SipFlow flow = new(wanted.Transport, wanted.Local, remote, ++_lastChannel);
        TcpConnection connection = new(
            flow, socket, wanted.IsSecure ? _tls!.ConnectAsync : null, _connectionEvents, _options.MaxUnsentBytes);
        _connections.Add(connection, Now);
        _ = connection.RunConnectingAsync(_options.ConnectTimeout, _time);
        return connection;
    }

    private IPEndPoint[] BoundOf(SipTransportKind transport) =>
        [.. Bound.Where(listen => listen.Transport == transport).Select(static listen => listen.EndPoint)];

    private void CountSent(in Transactions.SipOutgoing outgoing)
    {
        Counters.CountSent(outgoing.Message);
        switch (outgoing.Message)
        {
            case SipRequest request:
                _trace.OnRequestSent(request, outgoing.Flow);
                break;
            case SipResponse response:
                _trace.OnResponseSent(response, outgoing.Flow);
                if (SipGuard.IsAttempt(response.StatusCode))
                {
                    Guard.OnAttempt(outgoing.Flow.Remote.Address);
                }

                break;
        }
    }

    private void Drop(SipDropReason reason, IPEndPoint source)
    {
        Counters.CountDrop(reason);
        _trace.OnDropped(reason, source);
    }

    private void CloseSockets()
    {
        _listeners.Dispose();
        foreach (TcpConnection connection in _connections.All)
        {
            OnClosed(connection);
        }
    }
}
