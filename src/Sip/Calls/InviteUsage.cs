using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>Where a call that came in stands.</summary>
internal enum CallState
{
    /// <summary>No final answer was given.</summary>
    Incoming,

    /// <summary>200 was sent, its ACK has not come.</summary>
    Accepted,

    /// <summary>The ACK came.</summary>
    Confirmed,

    /// <summary>Over for the application; our BYE waits for the ACK or for its answer.</summary>
    Closing,

    /// <summary>Over. Only a 2xx to INVITE that was never acknowledged may still be repeated.</summary>
    Closed,
}

/// <summary>The INVITE usage of one dialog (RFC 5057): a call from INVITE to BYE.</summary>
/// <remarks>Sans-IO, run by the owner of the agent. Offers within the call are in <see cref="OfferExchange"/>.</remarks>
internal sealed class InviteUsage : IClientTransactionUser, IServerTransactionOwner, IDeadline
{
    private readonly SipUserAgent _agent;
    private readonly InviteServerTransaction _invite;
    private readonly UnacknowledgedAnswers _unacknowledged = new();
    private ISipCallEvents? _events;
    private ClientTransaction? _bye;
    private ClientTransaction? _probe;
    private SipHangUp _hangUp;
    private bool _isEndTold;

    /// <summary>Prepares the call; nothing is sent.</summary>
    public InviteUsage(SipUserAgent agent, SipDialog dialog, InviteServerTransaction invite, SdpSession? offer, TimeSpan now)
    {
        _agent = agent;
        _invite = invite;
        Dialog = dialog;
        Offers = new OfferExchange(agent, this);
        Session = new SessionTimer(agent, this);
        Call = new SipCall(agent, this, invite.Request, offer, invite.Source);
        Timers.Set(CallTimer.Answer, now + agent.Options.AnswerWithin);
        invite.Owner = this;
    }

    /// <summary>The state.</summary>
    public CallState State
    {
        get;
        private set
        {
            _agent.OnStateChanged(field, value);
            field = value;
        }
    }

    /// <summary>The dialog.</summary>
    public SipDialog Dialog { get; }

    /// <summary>What the application holds.</summary>
    public SipCall Call { get; }

    /// <summary>Offers and answers after the first.</summary>
    public OfferExchange Offers { get; }

    /// <summary>The session timer.</summary>
    public SessionTimer Session { get; }

    /// <summary>Timers of the call; a change is followed by a call of the agent's Schedule.</summary>
    public DeadlineTable Timers { get; } = new();

    /// <inheritdoc/>
    public string LocalTag => Dialog.Id.LocalTag;

    /// <inheritdoc/>
    public int QueueIndex { get; set; } = -1;

    /// <inheritdoc/>
    public TimeSpan Deadline => _unacknowledged.Deadline < Timers.Next ? _unacknowledged.Deadline : Timers.Next;

    /// <summary>True while an offer of ours went out in a 2xx and its ACK has not come.</summary>
    public bool HasOfferInAnswer => _unacknowledged.HasOffer;

    /// <summary>True when no 2xx of ours waits for its ACK.</summary>
    public bool IsAcknowledged => _unacknowledged.IsEmpty;

    /// <summary>Whom to tell.</summary>
    public void Attach(ISipCallEvents events) => _events = events;

    /// <summary>180.</summary>
    public void Ring(TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            _agent.Respond(_invite, _agent.NewDialogResponse(_invite, 180, Dialog), now);
        }
    }

    /// <summary>200 with SDP, and the session interval that we ask for [s], 0 for none.</summary>
    public void Accept(SdpSession sdp, uint sessionInterval, TimeSpan now)
    {
        if (State != CallState.Incoming)
        {
            return;
        }

        State = CallState.Accepted;
        Timers.Stop(CallTimer.Answer);
        SipResponse ok = _agent.NewDialogResponse(_invite, 200, Dialog);
        ok.SetBody(SdpSession.ContentType, sdp.ToBytes());
        Session.OnAnswering(_invite.Request, ok, sessionInterval, now);
        Offers.OnAgreed(sdp);
        Succeed(_invite, ok, carriesOffer: Call.Offer is null, now);
    }

    /// <summary>A failure answer to the INVITE.</summary>
    public void Reject(SipRejection rejection, SipCallEndKind kind, TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            _agent.Reject(_invite, rejection, LocalTag, now);
            End(new SipCallEnd(kind), now);
        }
    }

    /// <summary>Ends the call from our side.</summary>
    public void HangUp(SipHangUp cause, TimeSpan now) => HangUp(cause, SipCallEndKind.LocalHangUp, now);

    /// <summary>Ends the call from our side, for the given reason.</summary>
    public void HangUp(SipHangUp cause, SipCallEndKind kind, TimeSpan now)
    {
        switch (State)
        {
            case CallState.Incoming:
                Reject(new SipRejection(HangUpReasons.StatusBeforeAnswer(cause), null, []), kind, now);
                break;
            case CallState.Accepted:
                // RFC 3261 §15: the callee sends no BYE before the ACK came or can no more be hoped for.
                _hangUp = cause;
                State = CallState.Closing;
                Timers.StopAll();
                Tell(new SipCallEnd(kind), now);
                break;
            case CallState.Confirmed:
                _hangUp = cause;
                SendBye(now);
                Tell(new SipCallEnd(kind), now);
                break;
        }
    }

    /// <summary>OPTIONS within the dialog.</summary>
    public void Probe(TimeSpan now)
    {
        if (State == CallState.Confirmed && _probe is null)
        {
            _probe = _agent.Send(Dialog, Dialog.NewRequest(SipMethods.Options), this, now);
        }
    }

    /// <summary>An INVITE or UPDATE of ours within the call.</summary>
    public SipRequest NewSessionRequest(string method)
    {
        SipRequest request = Dialog.NewRequest(method);
        Session.Describe(request);
        return request;
    }

    /// <summary>Sends a 2xx to an INVITE and repeats it until its ACK.</summary>
    public void Succeed(InviteServerTransaction invite, SipResponse ok, bool carriesOffer, TimeSpan now)
    {
        _unacknowledged.Add(new UnacknowledgedAnswer(invite, ok, carriesOffer, _agent.Options.Timers, now));
        _agent.Respond(invite, ok, now);
        _agent.Schedule(this);
    }

    /// <summary>A request of the peer within the dialog, neither ACK nor CANCEL.</summary>
    public void OnRequest(ServerTransaction transaction, TimeSpan now)
    {
        SipRequest request = transaction.Request;
        SequenceCheck sequence = Dialog.OnRequest(request, transaction.Source);
        if (sequence == SequenceCheck.TooLow
            || (sequence == SequenceCheck.Repeated && request.Method == SipMethods.Invite))
        {
            _agent.Reject(transaction, SipRejection.OutOfOrder, LocalTag, now);
            return;
        }

        transaction.Owner = this;
        switch (request.Method)
        {
            case SipMethods.Bye when State != CallState.Closed:
                OnBye(transaction, now);
                break;
            case var _ when State is CallState.Closing or CallState.Closed:
                _agent.Reject(transaction, SipRejection.NoSuchDialog, LocalTag, now);
                break;
            case SipMethods.Invite:
                Offers.OnInvite((InviteServerTransaction)transaction, now);
                break;
            case SipMethods.Update:
                Offers.OnUpdate(transaction, now);
                break;
            case SipMethods.Info:
                _agent.Respond(transaction, SipResponse.For(request, 200, toTag: LocalTag), now);
                Raise(now, events => events.OnInfo(Call, request.ContentType ?? "", request.Body));
                break;
            case SipMethods.Options:
                SipResponse ok = SipResponse.For(request, 200, toTag: LocalTag);
                SipCapabilities.Describe(ok);
                _agent.Respond(transaction, ok, now);
                break;
            case SipMethods.Refer:
                _agent.Reject(transaction, SipRejection.Declined, LocalTag, now);
                break;
            case SipMethods.Prack:
                // No reliable provisional answer is ever sent, so there is none to acknowledge (RFC 3262 §3).
                _agent.Reject(transaction, SipRejection.NoSuchDialog, LocalTag, now);
                break;
            default:
                _agent.Reject(transaction, SipRejection.BadEvent, LocalTag, now);
                break;
        }
    }

    /// <summary>An ACK within the dialog.</summary>
    public void OnAck(SipRequest ack, SipFlow flow, TimeSpan now)
    {
        Dialog.OnAck(flow);
        if (_unacknowledged.Take(ack.CSeq.Number) is not { } answered)
        {
            return;
        }

        _agent.Schedule(this);
        if (State is CallState.Closing or CallState.Closed)
        {
            OnLateAck(now);
            return;
        }

        bool isFirst = State == CallState.Accepted;
        State = CallState.Confirmed;
        if (answered.CarriesOffer)
        {
            if (SdpBody.Read(ack) is not { Session: { } answer })
            {
                HangUp(SipHangUp.Failure, SipCallEndKind.AnswerMissing, now);
                return;
            }

            Raise(now, events => events.OnAnswer(Call, answer));
        }

        if (isFirst && State == CallState.Confirmed)
        {
            Raise(now, events => events.OnConfirmed(Call));
        }

        Offers.OnQuiet(now);
    }

    /// <inheritdoc/>
    public void OnCancelled(InviteServerTransaction invite, TimeSpan now)
    {
        if (invite != _invite)
        {
            Offers.OnCancelled(invite, now);
        }
        else
        {
            Reject(SipRejection.Terminated, SipCallEndKind.Cancelled, now);
        }
    }

    /// <inheritdoc/>
    public void OnServerFailure(ServerTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        // A failure answer that nobody acknowledged (timer H) changes nothing: the call is over, or goes on as before.
        if (failure == TransactionEvent.TransportFailed && transaction is InviteServerTransaction)
        {
            bool isOurs = State is CallState.Incoming or CallState.Accepted;
            if (isOurs && transaction == _invite)
            {
                _unacknowledged.Clear();
                End(new SipCallEnd(SipCallEndKind.TransportFailed), now);
            }
        }
    }

    /// <inheritdoc/>
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (response.StatusCode < 200)
        {
            return;
        }

        if (transaction == _bye)
        {
            Close(now);
        }
        else if (transaction == _probe)
        {
            _probe = null;
            OnProbed(response.StatusCode, now);
        }
        else if (!Session.OnResponse(transaction, response, now))
        {
            Offers.OnResponse(transaction, response, now);
        }
    }

    /// <inheritdoc/>
    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        if (transaction == _bye)
        {
            Close(now);
        }
        else
        {
            _probe = transaction == _probe ? null : _probe;
            OnPeerGone(now);
        }
    }

    /// <summary>The peer knows nothing of the dialog, or is silent: RFC 3261 §12.2.1.2 (DLG5).</summary>
    public void OnPeerGone(TimeSpan now) => HangUp(SipHangUp.Timeout, SipCallEndKind.PeerGone, now);

    /// <summary>Acts on what is due.</summary>
    public void OnTime(TimeSpan now)
    {
        if (Timers.Take(CallTimer.Answer, now))
        {
            HangUp(SipHangUp.Timeout, SipCallEndKind.NotAnswered, now);
        }

        if (!_unacknowledged.TryRepeat(_agent, now))
        {
            OnNeverAcknowledged(now);
        }

        Offers.OnTime(now);
        Session.OnTime(now);
        _agent.Schedule(this);
    }

    /// <summary>Tells the application something; ends the call when it throws.</summary>
    public void Raise(TimeSpan now, Action<ISipCallEvents> tell)
    {
        if (_events is not null && !_isEndTold && !_agent.Guard(() => tell(_events), Call.CallId))
        {
            OnFault(now);
        }
    }

    /// <summary>A defect showed itself while this call was worked on: the call ends, the others go on.</summary>
    public void OnFault(TimeSpan now) => HangUp(SipHangUp.Failure, SipCallEndKind.Fault, now);

    /// <summary>Forgets the call whatever its state, when even ending it has failed.</summary>
    public void Abandon(TimeSpan now)
    {
        _unacknowledged.Clear();
        End(new SipCallEnd(SipCallEndKind.Fault), now);
    }

    private void OnBye(ServerTransaction bye, TimeSpan now)
    {
        _agent.Respond(bye, SipResponse.For(bye.Request, 200, toTag: LocalTag), now);
        if (State == CallState.Incoming)
        {
            Reject(SipRejection.Terminated, SipCallEndKind.Cancelled, now);
            return;
        }

        End(new SipCallEnd(SipCallEndKind.RemoteHangUp, ReasonHeader.Q850Cause(bye.Request)), now);
    }

    private void OnProbed(int status, TimeSpan now)
    {
        if (State != CallState.Confirmed)
        {
            return;
        }

        if (status is 408 or 481)
        {
            OnPeerGone(now);
        }
        else
        {
            Raise(now, events => events.OnAlive(Call));
        }
    }

    private void OnLateAck(TimeSpan now)
    {
        if (State == CallState.Closed)
        {
            ForgetWhenAcknowledged();
        }
        else if (_bye is null)
        {
            SendBye(now);
        }
    }

    private void OnNeverAcknowledged(TimeSpan now)
    {
        _unacknowledged.Clear();
        if (State == CallState.Closed)
        {
            ForgetWhenAcknowledged();
        }
        else if (_bye is null)
        {
            _hangUp = State == CallState.Closing ? _hangUp : SipHangUp.Timeout;
            SendBye(now);
            Tell(new SipCallEnd(SipCallEndKind.NoAck), now);
        }
    }

    private void SendBye(TimeSpan now)
    {
        State = CallState.Closing;
        Timers.StopAll();
        Offers.Stop(now);
        Session.Stop();
        SipRequest bye = Dialog.NewRequest(SipMethods.Bye);
        (string q850, string sip) = HangUpReasons.For(_hangUp);
        bye.Headers.Add(SipHeaderNames.Reason, q850);
        bye.Headers.Add(SipHeaderNames.Reason, sip);
        _bye = _agent.Send(Dialog, bye, this, now);
        _agent.Schedule(this);
    }

    private void End(SipCallEnd end, TimeSpan now)
    {
        Close(now);
        Tell(end, now);
    }

    private void Close(TimeSpan now)
    {
        if (State != CallState.Closed)
        {
            State = CallState.Closed;
            Timers.StopAll();
            Offers.Stop(now);
            Session.Stop();
            ForgetWhenAcknowledged();
        }
    }

    // RFC 3261 §13.3.1.4: a 2xx is repeated until its ACK even when a BYE came first. A caller that heard a provisional answer
    // and lost the 2xx would wait for it for ever. A BYE of ours that is still out finishes by its own transaction.
    private void ForgetWhenAcknowledged()
    {
        if (IsAcknowledged)
        {
            _agent.Forget(this);
        }
        else
        {
            _agent.Schedule(this);
        }
    }

    private void Tell(SipCallEnd end, TimeSpan now)
    {
        if (!_isEndTold)
        {
            Raise(now, events =>
            {
                _isEndTold = true;
                events.OnEnded(Call, end);
            });
        }
    }
}
