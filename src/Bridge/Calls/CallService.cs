using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Mixer;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Takes calls: opens the SIP end points, gives each call a leg and a session, and ends them all at the end.</summary>
internal sealed class CallService : IHostedService, ISipCallHandler, IAsyncDisposable
{
    // What is left to say goodbye to when the host stops has had its time; the BYEs need only a moment to leave.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly CallServices _services;
    private readonly CallRouting _routing;
    private readonly DrainState _drain;
    private readonly HealthBoard _health;
    private readonly NativeLibraries _libraries;
    private readonly CallRecorder _recorder;
    private readonly CallTraceRecorder _ladders;
    private readonly IOptions<SipOptions> _options;
    private readonly TimeProvider _time;
    private readonly SipEndpoint _endpoint;
    private readonly Dictionary<LegId, CallSession> _sessions = [];
    private readonly Dictionary<string, int> _callsOfTrunk = [];
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private long _lastLeg;
    private int _count;

    public CallService(
        CallServices services, CallRouting routing, SipTrace trace, DrainState drain, HealthBoard health, MediaEvents media,
        NativeLibraries libraries, CallRecorder recorder, CallTraceRecorder ladders, SipEndpointSettings settings, TrunkSources sources,
        IOptions<SipOptions> options, TimeProvider time)
    {
        _services = services with { OnFinished = OnFinished };
        _routing = routing;
        _drain = drain;
        _health = health;
        _libraries = libraries;
        _recorder = recorder;
        _ladders = ladders;
        _options = options;
        _time = time;
        _endpoint = new SipEndpoint(settings.Read(() => services.Loop.Delay), this, trace, time);
        sources.Tell(_endpoint.Guard);
        media.Sink = happened => services.Loop.Post(() => OnMedia(happened));
    }

    /// <summary>The SIP side, for its counters and bound end points.</summary>
    public SipEndpoint Endpoint => _endpoint;

    /// <summary>Calls that were given a session since the start. Any thread.</summary>
    public long Taken => Volatile.Read(ref _lastLeg);

    /// <summary>Calls that live. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _services.Loop.Start();
        _services.Media.Start();
        _health.Report(OutsideThing.MediaLoops, HealthState.Up);
        _libraries.Report(_health);
        _registrations.Add(_drain.Draining.Register(() => _endpoint.IsDraining = true));
        _registrations.Add(_drain.Ending.Register(() => _services.Loop.Post(SayGoodbye)));
        try
        {
            await _endpoint.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException fault)
        {
            Log.CannotListen(_services.Logger, fault.Message);
            _health.Report(OutsideThing.SipTransports, HealthState.Down, fault.Message);
            throw;
        }

        foreach (SipListen listener in _endpoint.Bound)
        {
            Log.Listening(_services.Logger, listener.Transport, listener.EndPoint);
        }

        _health.Report(OutsideThing.SipTransports, HealthState.Up);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _services.Loop.InvokeAsync(() =>
        {
            foreach (CallSession session in _sessions.Values.ToArray())
            {
                session.HangUp(CallEnd.ServiceStopping);
            }

            return Task.FromResult(true);
        }).ConfigureAwait(false);

        // Calls end as their BYEs are answered; who does not answer is not waited for.
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastWords);
        try
        {
            await _drain.WhenIdleAsync().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }

        await _endpoint.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ISipCallEvents OnIncoming(SipCall call)
    {
        // The INVITE may be read on the SIP loop only; what is decided from it travels on.
        SipRelay relay = new(_services.Loop);
        CallDecision decision = _routing.Decide(call.Invite, call.Flow);
        CallSheet sheet = NewSheet(decision, call.CallId, call.Transport);
        if (call.Replaces is { } replaced)
        {
            _services.Loop.Post(() => Replace(replaced, call, decision.Trunk, sheet, relay));
        }
        else if (decision.Route is { } route)
        {
            Protection.Expect(_endpoint.Guard, call.Invite);
            _services.Loop.Post(() => Admit(call, route, sheet, relay));
        }
        else
        {
            Refuse(call, sheet, decision.Trunk, decision.Status, decision.Why);
        }

        return relay;
    }

    /// <inheritdoc/>
    public void OnRefused(SipRequest invite, SipFlow flow, int status)
    {
        CallDecision decision = _routing.Decide(invite, flow);
        CountRefused(flow.Remote.Address, NewSheet(decision, invite.CallId, flow.Transport), decision.Trunk, status, "the signalling does not take it");
    }

    /// <summary>Places a call and gives it a leg and a session (RFC 3261 §13.2). On the control loop.</summary>
    /// <param name="route">The trunk, and whom it is for.</param>
    /// <param name="flow">The way to the next hop.</param>
    /// <param name="dial">What is sent, for our offer.</param>
    /// <param name="sheet">Begins its record.</param>
    /// <returns>Null when there is no place for another call, no RTP port, or nothing that may be offered.</returns>
    public CallSession? TryPlace(CallRoute route, SipFlow flow, Func<SdpSession, SipOutgoingCallOptions> dial, Func<SipCall, CallSheet> sheet)
    {
        LegId leg = new(_lastLeg + 1);
        if (IsFull(route.Trunk) || !_services.Media.TryOpenLeg(leg, flow.Local.Address, out LegPorts ports))
        {
            return null;
        }

        _lastLeg++;
        SdpOfferAnswer negotiation = new(_services.Negotiation.CapabilitiesOf(route.Trunk, flow.IsSecure), CallSession.LocalMedia(_services, ports));
        if (negotiation.OfferRefusal is not null)
        {
            _services.Media.Send(new CloseLeg(leg));
            return null;
        }

        // Its events are posted to this loop: none comes before the session is there.
        SipRelay relay = new(_services.Loop);
        SipCall call = _endpoint.Call(dial(negotiation.Offer()), relay);
        CallSession session = new(_services, call, route, sheet(call), leg, ports, negotiation) { Relay = relay };
        Add(session, relay);
        _services.Metrics.CallPlaced(route.Trunk.Name);
        _services.Figures[route.Trunk.Name].OnPlaced();
        session.BeginOutgoing();
        return session;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _registrations.ForEach(r => r.Dispose());
        await _endpoint.DisposeAsync().ConfigureAwait(false);
    }

    private void Admit(SipCall call, CallRoute route, CallSheet sheet, SipRelay relay)
    {
        if (IsFull(route.Trunk))
        {
            // Not 503: that would make a session border controller take us for dead (profile §2.5).
            Refuse(call, sheet, route.Trunk.Name, 486, "no more calls at a time");
            return;
        }

        LegId leg = new(++_lastLeg);
        if (!_services.Media.TryOpenLeg(leg, call.LocalAddress, out LegPorts ports))
        {
            Refuse(call, sheet, route.Trunk.Name, 503, "no RTP port is free");
            return;
        }

        CallSession session = new(_services, call, route, sheet, leg, ports) { Relay = relay };
        Add(session, relay);
        _services.Metrics.CallArrived(route.Trunk.Name);
        _services.Figures[route.Trunk.Name].OnArrived();
        session.Begin();
    }

    private bool IsFull(TrunkOptions trunk) => _sessions.Count >= _options.Value.MaxCalls
        || (trunk.MaxCalls != 0 && _callsOfTrunk.GetValueOrDefault(trunk.Name) >= trunk.MaxCalls);

    private void Add(CallSession session, SipRelay relay)
    {
        relay.Session = session;
        _sessions.Add(session.Leg, session);
        _callsOfTrunk[session.Trunk] = _callsOfTrunk.GetValueOrDefault(session.Trunk) + 1;
        CountCalls();
    }

    // Which number was dialled says nothing here: a call is replaced by its dialog, and only from the trunk that it came by.
    private void Replace(SipCall replaced, SipCall call, string trunk, CallSheet sheet, SipRelay relay)
    {
        if (_sessions.Values.FirstOrDefault(one => one.IsOf(replaced)) is not { } session)
        {
            Refuse(call, sheet, trunk, 481, "the call to be replaced is over");
        }
        else if (session.Trunk != trunk)
        {
            Refuse(call, sheet, trunk, 403, "the call to be replaced is another trunk's");
        }
        else
        {
            session.GoOnWith(call, relay);
        }
    }

    private void Refuse(SipCall call, CallSheet sheet, string trunk, int status, string why)
    {
        CountRefused(call.Source.Address, sheet, trunk, status, why);
        call.Reject(status, null, status == 503 ? [("Retry-After", "30")] : null);
    }

    private void CountRefused(IPAddress source, CallSheet sheet, string trunk, int status, string why)
    {
        sheet.OnRefused(status);
        Log.Refused(_services.Logger, source, status, why);
        _services.Metrics.CallArrived(trunk);
        _services.Metrics.CallEnded(CallEnd.Refused, trunk, null);
        _services.Figures[trunk].OnArrived();
        _services.Figures[trunk].OnEnded(CallEnd.Refused);
    }

    private CallSheet NewSheet(CallDecision decision, string callId, SipTransportKind transport) => new(_recorder, _ladders, callId, _time, arrivedAt => new CallRecord
    {
        Id = CallId.New(arrivedAt),
        Trunk = decision.Trunk,
        Direction = CallDirection.Inbound,
        Caller = decision.Caller,
        Called = decision.Called,
        Transport = transport,
        ArrivedAt = arrivedAt,
    });

    private void OnMedia(MediaEvent happened)
    {
        switch (happened)
        {
            case DisturbanceChanged { Disturbance: Disturbance.None } e:
                _services.Meetings.OnUnducked(e.Leg);
                goto default;
            case MutesApplied e:
                _services.Meetings.OnApplied(e.Token);
                break;
            case MuteApplied e:
                _services.Meetings.OnApplied(e.Token);
                break;
            default:
                if (LegOf(happened) is { } leg && _sessions.TryGetValue(leg, out CallSession? session))
                {
                    session.OnMedia(happened);
                }

                break;                          // else of a call that has ended meanwhile
        }
    }

    private static LegId? LegOf(MediaEvent happened) => happened switch
    {
        LegStarted e => e.Leg,
        KeyPressed e => e.Leg,
        PlaybackEnded e => e.Leg,
        TalkingChanged e => e.Leg,
        LineToneHeard e => e.Leg,
        DisturbanceChanged e => e.Leg,
        _ => null,
    };

    private void OnFinished(CallSession session)
    {
        if (_sessions.Remove(session.Leg))
        {
            int left = _callsOfTrunk[session.Trunk] - 1;
            if (left == 0)
            {
                _callsOfTrunk.Remove(session.Trunk);
            }
            else
            {
                _callsOfTrunk[session.Trunk] = left;
            }

            CountCalls();
        }
    }

    private void CountCalls()
    {
        Volatile.Write(ref _count, _sessions.Count);
        _drain.SetRunningCalls(_sessions.Count);
    }

    private void SayGoodbye()
    {
        foreach (CallSession session in _sessions.Values.ToArray())
        {
            session.SayGoodbye();
        }
    }
}
