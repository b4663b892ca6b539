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
    public SipEndpoint(SipEndpointOptions options, ISipCallHandler handler, ISipTrace? trace = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timers.T1, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Timers.T2, options.Timers.T1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timers.T4, TimeSpan.Zero);
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
            connection => _inbox.Post(() => OnClosed(connection)));
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
            TcpListeners = [.. Bound.Where(static listen => listen.Transport == SipTransportKind.Tcp).Select(static listen => listen.EndPoint)],
            MaxTransactions = _options.MaxTransactions,
            AnswerWithin = _options.AnswerWithin,
            OfferWithin = _options.OfferWithin,
        };
        _agent = new SipUserAgent(core, _handler, Counters, _trace, new SipTokens(), _inbox.Wake) { IsDraining = IsDraining };
        _thread = new Thread(Run) { Name = "sip", IsBackground = true };
        _thread.Start();
        _listeners.Start(Guard, OnDatagram, OnConnecting);
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
        return new SipRegistration(run => _inbox.Post(() => agent.Registrations.Run(usage, run, Now)));
    }

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

    // On a thread of the pool: a stranger's connection costs the loop nothing.
    private void OnConnecting(Socket socket)
    {
        if (RemoteOf(socket) is { } remote && Guard.AdmitsConnection(remote.Address))
        {
            _inbox.Post(() => OnAccepted(socket));
        }
        else
        {
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

    private void OnAccepted(Socket socket)
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

        SipFlow flow = new(SipTransportKind.Tcp, local, remote, ++_lastChannel);
        TcpConnection connection = new(flow, socket, _connectionEvents, _options.MaxUnsentBytes) { IsAccepted = true };
        _connections.Add(connection, Now);
        _ = connection.RunAcceptedAsync();
    }

    private void OnBytes(TcpConnection connection, ReadOnlyMemory<byte> bytes)
    {
        connection.Framer.Append(bytes.Span);
        connection.ReadOn();
        connection.IsSilent = false;
        while (connection.Framer.TryRead(out SipFrame frame))
        {
            switch (frame.Kind)
            {
                case SipFrameKind.Message:
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
        GuardVerdict verdict = Guard.Look(SourceAddress.Of(remote.Address), remote.Port, message, _answer, out StatelessAnswer answer);
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

    private void CloseOverdueConnections()
    {
        IReadOnlySet<long>? inUse = null;
        while (_connections.Due(Now) is { } overdue)
        {
            bool isMerelyQuiet = overdue is { IsSilent: false, PartialSince: null };
            inUse ??= _agent!.ConnectionsInUse();
            if (isMerelyQuiet && inUse.Contains(overdue.Flow.Channel))
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

        if (_connections.LongestIdle(_agent!.ConnectionsInUse()) is not { } idle)
        {
            return false;
        }

        OnClosed(idle);
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
        TcpConnection? connection = _connections.Find(outgoing.Flow.Channel, place);
        if (connection is { IsClosing: true })
        {
            OnClosed(connection);   // the peer sends no more: what we have to say goes to where it listens
            connection = _connections.Find(channel: 0, place);
        }

        if (connection is null)
        {
            if (!TryMakeRoom())
            {
                return "no room for a connection";
            }

            connection = Connect(outgoing.Flow.Local, place);
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

    private TcpConnection Connect(IPEndPoint local, IPEndPoint remote)
    {
        Socket socket = new(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        SipFlow flow = new(SipTransportKind.Tcp, local, remote, ++_lastChannel);
        TcpConnection connection = new(flow, socket, _connectionEvents, _options.MaxUnsentBytes);
        _connections.Add(connection, Now);
        _ = connection.RunConnectingAsync(_options.ConnectTimeout, _time);
        return connection;
    }

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
