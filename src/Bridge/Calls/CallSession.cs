using System.Net;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Sdp;

using DialOutState = PhoneBridge.Rooms.Meetings.DialOutState;

namespace PhoneBridge.Bridge.Calls;

/// <summary>One call from ring to end: ties the SIP call, the leg in the mixer and the dialogue together.</summary>
/// <remarks>
/// Belongs to the control loop. Its states: offered (INVITE read) → answered (200 sent) → up (ACK, media known) → ended. Whatever
/// ends it, <see cref="Finish"/> runs once and frees everything: leg, ports, seat, timers.
/// </remarks>
internal sealed class CallSession
{
    private const string NothingInCommon = "nothing in common";

    private readonly CallServices _services;
    private SipCall _call;
    private readonly CallRoute _route;
    private readonly SdpLocalMedia _local;
    private SdpOfferAnswer _negotiation;
    private readonly DialogueRunner _runner;
    private readonly CallConversation _conversation;
    private readonly SilenceWatch _silence;
    private readonly LineWatch _line;
    private readonly KeyMerger _keys = new();
    private readonly TimeSpan _arrivedAt;
    private IDisposable? _greetingTimer;
    private IDisposable? _housekeeping;
    private TimeSpan? _answeredAt;
    private IPEndPoint? _remote;
    private IPEndPoint? _remoteRtcp;
    private bool _isHeard;
    private bool _isStarted;
    private bool _isOnHold;
    private bool _isSaidTooLong;
    private int _looks;
    private CallEnd? _end;

    /// <param name="services">What it works with.</param>
    /// <param name="call">The call.</param>
    /// <param name="route">What was decided of it.</param>
    /// <param name="sheet">Its record.</param>
    /// <param name="leg">Its leg, which is open.</param>
    /// <param name="ports">The leg's ports.</param>
    /// <param name="negotiation">What made the offer of a call of ours; null for one that came in.</param>
    public CallSession(
        CallServices services, SipCall call, CallRoute route, CallSheet sheet, LegId leg, LegPorts ports, SdpOfferAnswer? negotiation = null)
    {
        _services = services;
        _call = call;
        _route = route;
        Sheet = sheet;
        Leg = leg;
        _arrivedAt = services.Loop.Now;
        _local = LocalMedia(services, ports);
        _negotiation = negotiation ?? NewNegotiation(call);
        MediaLimits limits = services.Limits;
        _silence = new SilenceWatch(limits.SilenceBeforeProbe, limits.SilenceBeforeEnd, limits.SilenceOnHoldBeforeEnd);
        _line = new LineWatch(services.Metrics);
        CallDialogue dialogue = new(services.Dialogue with { Greeting = route.Greeting }, route.Language, route.KnownPin, services.Loop.Now)
        {
            Invitation = route.Invitation is { } invitation ? CallConversation.BriefOf(new RoomOfPin(invitation.Room, Role.Participant), false) : null,
        };
        _conversation = new CallConversation(services, this, route);
        _runner = new DialogueRunner(dialogue, services.Loop, _conversation.CarryOut);
        _conversation.Inputs = _runner.Apply;
    }

    /// <summary>The leg in the mixer.</summary>
    public LegId Leg { get; }

    /// <summary>The call's record.</summary>
    public CallSheet Sheet { get; }

    /// <summary>The trunk of the call, as metrics and limits count it.</summary>
    public string Trunk => _route.Trunk.Name;

    /// <summary>Answers the INVITE.</summary>
    public void Begin()
    {
        Sheet.OnAdmitted(Leg);
        Log.Arrived(_services.Logger, Leg.Value, _route.Trunk.Name, _route.MaskedNumber ?? "(hidden)", _call.Transport);
        if (_call.Offer is { } offer)
        {
            SdpAnswerOutcome outcome = _negotiation.Answer(offer);
            if (outcome.Audio is not { } audio || outcome.Session is not { } answer)
            {
                Refuse(outcome.Refusal);
                return;
            }

            Configure(audio);
            Accept(answer);
        }
        else if (_negotiation.OfferRefusal is { } refusal)
        {
            Refuse(refusal);
            return;
        }
        else
        {
            Accept(_negotiation.Offer());
        }

        _services.Metrics.CallAnswered(_services.Loop.Now - _arrivedAt);
        _services.Figures[Trunk].OnAnswered(_services.Loop.Now - _arrivedAt);
        OnTaken();
    }

    /// <summary>A call of ours was sent out. What follows comes by its events.</summary>
    public void BeginOutgoing()
    {
        Sheet.OnAdmitted(Leg);
        Log.Placed(_services.Logger, Leg.Value, _route.Trunk.Name, _route.MaskedNumber ?? "(hidden)", _call.Transport);
    }

    /// <summary>Our side of the media of a leg.</summary>
    public static SdpLocalMedia LocalMedia(CallServices services, LegPorts ports) =>
        new(services.PublicMediaAddress ?? ports.Address, ports.RtpPort, ports.RtcpPort);

    /// <summary>A call of ours rings.</summary>
    public void OnProgress() => _route.Invitation?.Advance(DialOutState.Ringing);

    /// <summary>Who brings the call's events.</summary>
    public required SipRelay Relay { get; set; }

    /// <summary>True while the session is that call's.</summary>
    public bool IsOf(SipCall call) => _end is null && ReferenceEquals(_call, call);

    /// <summary>
    /// Another call takes the place of this one (RFC 3891; DLG12): the other end changes, and leg, dialogue, seat and mutes stay. One
    /// whose offer cannot be used is refused, and all is as before.
    /// </summary>
    public void GoOnWith(SipCall call, SipRelay relay)
    {
        SdpOfferAnswer negotiation = NewNegotiation(call);
        SdpAnswerOutcome? outcome = call.Offer is { } offer ? negotiation.Answer(offer) : null;
        SdpRefusal? refusal = outcome is null ? negotiation.OfferRefusal : outcome.Refusal;
        if (refusal is not null || outcome is { Audio: null })
        {
            call.Reject(refusal?.Status ?? 488, null, refusal is null ? null : [("Warning", refusal.Warning)]);
            return;
        }

        SipCall before = _call;
        _negotiation.EraseKeys();
        (_call, _negotiation) = (call, negotiation);
        (Relay.Session, relay.Session, Relay) = (null, this, relay);
        if (outcome?.Audio is { } audio)
        {
            Configure(audio);
        }

        Accept(outcome?.Session ?? negotiation.Offer());
        before.HangUp(SipHangUp.Normal);        // done by Accept, unless the new caller has given up meanwhile
        Log.Replaced(_services.Logger, Leg.Value);
    }

    /// <summary>The peer changes the session (re-INVITE, UPDATE), or wants our offer.</summary>
    public void OnOffer(SdpSession? offer)
    {
        if (_end is not null)
        {
            return;
        }

        if (offer is null)
        {
            _call.AnswerOffer(_negotiation.Offer());
            return;
        }

        SdpAnswerOutcome outcome = _negotiation.Answer(offer);
        if (outcome.Audio is { } audio && outcome.Session is { } answer)
        {
            if (!audio.IsRefresh)
            {
                Configure(audio);
            }

            _call.AnswerOffer(answer);
        }
        else
        {
            _call.RefuseOffer(outcome.Refusal?.Status ?? 488, outcome.Refusal?.Warning);
        }
    }

    /// <summary>The answer to our offer came with the ACK (DLG6).</summary>
    public void OnAnswer(SdpSession answer)
    {
        if (_end is not null)
        {
            return;
        }

        SdpAnswerOutcome outcome = _negotiation.AcceptAnswer(answer);
        if (outcome.Audio is { } audio)
        {
            Configure(audio);
        }
        else
        {
            Log.AnswerUnusable(_services.Logger, Leg.Value, outcome.Refusal?.Warning ?? NothingInCommon);
            HangUp(CallEnd.SignallingFailed);
        }
    }

    /// <summary>The peer answered a refresh of the session (DLG8): followed when it changed something after all.</summary>
    public void OnRefreshed(SdpSession answer)
    {
        if (_end is null && _negotiation.AcceptAnswer(answer).Audio is { IsRefresh: false } audio)
        {
            Configure(audio);
        }
    }

    /// <summary>The ACK came. The greeting starts with the first voice packet, or a moment later when none comes.</summary>
    public void OnConfirmed()
    {
        if (_end is null && _answeredAt is null)
        {
            OnTaken();
            _route.Invitation?.Advance(DialOutState.Answered);
        }

        if (_end is null && !_isStarted)
        {
            TimeSpan delay = _isHeard ? TimeSpan.Zero : _services.GreetingDelay;
            _greetingTimer = _services.Loop.At(_services.Loop.Now + delay, Start);
        }
    }

    /// <summary>A key by SIP INFO.</summary>
    public void OnInfo(string contentType, ReadOnlySpan<byte> body)
    {
        if (DtmfInfo.TryParse(contentType, body, out char key))
        {
            OnKey(key, KeyWays.SipInfo);
        }
    }

    /// <summary>The peer answered our asking.</summary>
    public void OnAlive() => _silence.OnProbeAnswered(_services.Loop.Now);

    /// <summary>The signalling is over.</summary>
    public void OnEnded(SipCallEnd end)
    {
        if (end.Kind == SipCallEndKind.Refused)
        {
            Sheet.OnStatus(end.Status);
        }

        Finish(_end ?? CallEnds.From(end, _call.IsOutgoing));
    }

    /// <summary>Something happened in the leg.</summary>
    public void OnMedia(MediaEvent happened)
    {
        switch (happened)
        {
            case LegStarted:
                Sheet.Mark(CallMarkKind.VoiceHeard);
                _isHeard = true;                // the first packet may well come before the ACK
                Start();
                break;
            case KeyPressed e:
                OnKey(e.Key, e.IsInAudio ? KeyWays.InBand : KeyWays.TelephoneEvent);
                break;
            case PlaybackEnded e when _end is null:
                _runner.Apply(new DialogueInput.PlaybackEnded(e.PlaybackId));
                break;
            case TalkingChanged e:
                _conversation.OnTalking(e.IsTalking);
                break;
            case DisturbanceChanged e:
                _conversation.OnDisturbance(e.Disturbance);
                break;
            case LineToneHeard { Tone: LineTone.Fax } when _route.Trunk.EndsOnFaxTone:
                HangUp(CallEnd.FaxHeard);       // no goodbye: there is nobody to hear it
                break;
            case LineToneHeard { Tone: LineTone.Busy } when _route.Trunk.EndsOnBusyTone:
                HangUp(CallEnd.BusyHeard);
                break;
            default:
                break;
        }
    }

    /// <summary>The bridge stops: a goodbye, then BYE.</summary>
    public void SayGoodbye()
    {
        if (_end is null)
        {
            _runner.Apply(new DialogueInput.ServiceStopping());
        }
    }

    /// <summary>Ends the call by BYE. What follows comes through <see cref="OnEnded"/>.</summary>
    public void HangUp(CallEnd end)
    {
        if (_end is not null)
        {
            return;
        }

        _end = end;
        _call.HangUp(end switch
        {
            CallEnd.LineLost or CallEnd.NoMedia or CallEnd.EntryTimeOver or CallEnd.WaitedTooLong => SipHangUp.Timeout,
            CallEnd.Fault or CallEnd.ServiceUnavailable or CallEnd.SignallingFailed => SipHangUp.Failure,
            _ => SipHangUp.Normal,
        });
        Release();
    }

    private void OnTaken()
    {
        Sheet.OnAnswered();
        _answeredAt = _services.Loop.Now;
        _runner.Begin();
        _housekeeping = _services.Rounds.Join(OnHousekeeping);
    }

    private void Accept(SdpSession sdp)
    {
        if (_route.Trunk.Registration is { } registration)
        {
            _call.Authenticate(registration.ToCredentials());
        }

        _call.Accept(sdp, _route.Trunk.SessionInterval);
    }

    private SdpOfferAnswer NewNegotiation(SipCall call) => new(_services.Negotiation.CapabilitiesOf(_route.Trunk, CallKeys.IsConfidential(call)), _local);

    private void Refuse(SdpRefusal? refusal)
    {
        int status = refusal?.Status ?? 488;
        Log.Refused(_services.Logger, _call.Source.Address, status, refusal?.Warning ?? NothingInCommon);
        _end = CallEnd.Refused;
        Sheet.OnRefused(status);
        _call.Reject(status, null, refusal is null ? null : [("Warning", refusal.Warning)]);
        Release();
    }

    private void Configure(NegotiatedAudio audio)
    {
        // The old way of holding names no address (DLG7): the stream stays where it was, and is not sent to.
        if (!audio.Remote.Address.Equals(IPAddress.Any) && !audio.Remote.Address.Equals(IPAddress.IPv6Any))
        {
            (_remote, _remoteRtcp) = (audio.Remote, audio.RemoteRtcp);
        }
        else
        {
            // Reports stay where they were, too: 0.0.0.0 would be this machine itself.
            audio = audio with { Remote = _remote ?? audio.Remote, RemoteRtcp = _remoteRtcp };
        }

        Sheet.OnCodec(audio.Codec.EncodingName);
        _services.Media.Send(new ConfigureLeg(Leg, _services.Negotiation.ToLeg(audio, _call.Source.Address, _route.Trunk)));
        bool isOnHold = CallMedia.IsHold(audio);
        if (isOnHold != _isOnHold)
        {
            _isOnHold = isOnHold;
            _runner.IsHeld = isOnHold;
            _conversation.OnHold(isOnHold);
        }
    }

    // Prompts before the ACK, or before the path is open, lose their beginning (profile §1).
    private void Start()
    {
        if (_isStarted || _end is not null || _greetingTimer is null)
        {
            return;
        }

        _isStarted = true;
        _greetingTimer.Dispose();
        _runner.Apply(new DialogueInput.Started());
    }

    private void OnKey(char key, KeyWays way)
    {
        if (_end is null && _keys.OnKey(key, way, _services.Loop.Now))
        {
            _runner.Apply(new DialogueInput.KeyPressed(key));
        }
    }

    private void OnHousekeeping()
    {
        if (_end is not null)
        {
            return;
        }

        if (_services.Media.TryReadQuality(Leg, out LegQuality quality))
        {
            if (++_looks % MediaLimits.LooksPerSilence == 0)
            {
                LookAtSilence(quality.SilentFor);
            }

            if (_end is null && _line.Look(quality, _services.Loop.Now))
            {
                _conversation.OnLine(_line.IsBad);
            }
        }

        EndWhenTooLong();
    }

    private void LookAtSilence(TimeSpan silentFor)
    {
        switch (_silence.Look(silentFor, _isOnHold, _services.Loop.Now))
        {
            case SilenceWatch.Verdict.Probe:
                _call.Probe();
                break;
            case SilenceWatch.Verdict.Dead:
                HangUp(CallEnd.LineLost);
                break;
            default:
                break;
        }
    }

    private void EndWhenTooLong()
    {
        if (_services.Loop.Now - _answeredAt is not { } lasted || lasted < MediaLimits.LongestCall)
        {
            return;
        }

        if (lasted >= MediaLimits.LongestCall + MediaLimits.LongestGoodbye)
        {
            HangUp(CallEnd.TooLong);            // on hold, perhaps: the goodbye is not waited for without end
        }
        else if (!_isSaidTooLong)
        {
            _isSaidTooLong = true;
            _runner.Apply(new DialogueInput.CallTooLong());
        }
    }

    private void Finish(CallEnd end)
    {
        _end = end;
        Release();
        TimeSpan? lasted = _services.Loop.Now - _answeredAt;
        LogLevel level = end.Level();
        double seconds = lasted.GetValueOrDefault().TotalSeconds;
        Log.Ended(_services.Logger, level, Leg.Value, end, seconds);
        _services.Metrics.CallEnded(end, Trunk, lasted);
        _services.Figures[Trunk].OnEnded(end);
        _services.OnFinished(this);
    }

    // At once when the end is decided, so that nothing of the caller is heard while the BYE travels. Twice is once.
    private void Release()
    {
        _route.Invitation?.Advance(DialOutState.Ended, _end);
        Sheet.OnEnded(_end!.Value, _services.Media.TryReadQuality(Leg, out LegQuality quality) ? quality : null);
        _runner.Stop();
        _greetingTimer?.Dispose();
        _housekeeping?.Dispose();
        _line.End();
        _conversation.Leave(_end == CallEnd.CallerHungUp);
        _negotiation.EraseKeys();
        _services.Media.Send(new CloseLeg(Leg));
    }
}
