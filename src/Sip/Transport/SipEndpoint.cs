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
public sealed class SipEndpoint : IAsyncDisposable, IStreamUser
{
    private const int LargeRequestBytes = 1300;     // RFC 3261 §18.1.1
    private const int MaxPortion = 64;

    private readonly SipEndpointOptions _options;
    private readonly ISipCallHandler _handler;
    private readonly ISipTrace _trace;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly LoopInbox _inbox;
    private readonly SipStreams _streams;
    private readonly SipListeners _listeners = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SipUserAgent? _agent;
    private Thread? _thread;
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
        _streams = new SipStreams(options, _inbox, Guard, Counters, _trace, _time, () => Now, this);
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
        _listeners.Start(Guard, OnDatagram, _streams.OnAccepting);
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
                _streams.CloseOverdue();
                SendAll();
            });
            Counters.Set(SipCounters.Gauge.Connections, _streams.Count);
            Counters.Set(SipCounters.Gauge.Handshakes, _streams.Handshakes);
            if (_stopAt != TimeSpan.MaxValue && ((Counters.Dialogs == 0 && agent.Registrations.Count == 0) || Now >= _stopAt))
            {
                _isStopping = true;
                break;
            }

            TimeSpan deadline = agent.Deadline < _streams.Deadline ? agent.Deadline : _streams.Deadline;
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
            Counters.CountDrop(SipDropReason.QueueFull);
            _trace.OnDropped(SipDropReason.QueueFull, flow.Remote);
        }
    }

    void IStreamUser.OnMessage(byte[] bytes, SipFlow flow) => OnMessage(bytes, flow);

    void IStreamUser.OnMalformed(SipParseError error, SipRequest? answerable, SipFlow flow)
    {
        _agent!.OnMalformed(error, answerable, flow);
        SendAll();
    }

    void IStreamUser.OnUnsent(Transactions.SipTransaction owner)
    {
        Counters.CountSendFailure();
        _agent!.OnTransportFailure(owner, Now);
    }

    IEnumerable<long> IStreamUser.ChannelsInUse() => _agent!.ConnectionsInUse();

    IEnumerable<SipFlow> IStreamUser.FlowsInUse() => _agent!.Registrations.Flows;

    private void OnMessage(byte[] bytes, SipFlow flow)
    {
        SipParseResult parsed = SipParser.Parse(bytes);
        if (parsed.Message is null && parsed.Error.Fault != SipParseFault.Empty)
        {
            Guard.OnAttempt(flow.Remote.Address);
        }

        _agent!.OnMessage(parsed, flow, Now);
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
                : _streams.Send(bytes, outgoing);
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

    private void CloseSockets()
    {
        _listeners.Dispose();
        _streams.CloseAll();
    }
}
