using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>The INVITE usage of one dialog (RFC 5057): a call from INVITE to BYE.</summary>
/// <remarks>Sans-IO, run by the owner of the agent. Offers within the call are in <see cref="OfferExchange"/>.</remarks>
internal sealed class InviteUsage : ICallLeg, IDialogRequestUser, IServerTransactionOwner
{
    private readonly SipUserAgent _agent;
    private readonly CallReport _report;
    private readonly IncomingInvite? _incoming;     // of a call that came in
    private readonly OutgoingCall? _outgoing;       // of a call of ours: whose fork this is
    private readonly UnacknowledgedAnswers _unacknowledged = new();
    private readonly RequestsWithinDialog _requests;
    private readonly DialogProbe _probe;
    private readonly ByeRequest _bye;
    private CallState? _state;
    private DigestClient? _digest;
    private SipHangUp _hangUp;
    private bool _isSilent;

    /// <summary>Prepares a call that came in; nothing is sent.</summary>
    public InviteUsage(
        SipUserAgent agent, SipDialog dialog, InviteServerTransaction invite, SdpSession? offer, InviteUsage? replaced, TimeSpan now)
        : this(agent, dialog, new CallReport(agent))
    {
        State = CallState.Incoming;
        _incoming = new IncomingInvite(agent, this, invite, hasOffer: offer is not null, replaced);
        Call = new SipCall(agent, this, invite.Request, offer, invite.Source, replaced?.Call);
        Timers.Set(CallTimer.Answer, now + agent.Options.AnswerWithin);
        invite.Owner = this;
    }

    /// <summary>Prepares a fork of a call of ours.</summary>
    public InviteUsage(SipUserAgent agent, SipDialog dialog, OutgoingCall outgoing, CallReport report, DigestClient? digest)
        : this(agent, dialog, report)
    {
        State = CallState.Early;
        _outgoing = outgoing;
        _digest = digest;
        Call = outgoing.Call;
    }

    private InviteUsage(SipUserAgent agent, SipDialog dialog, CallReport report)
    {
        _agent = agent;
        _report = report;
        Dialog = dialog;
        Offers = new OfferExchange(agent, this);
        Session = new SessionTimer(agent, this);
        _requests = new RequestsWithinDialog(agent, this);
        _probe = new DialogProbe(this);
        _bye = new ByeRequest(this);
        Call = null!;   // set by whoever calls this
    }

    /// <summary>The state.</summary>
    public CallState State
    {
        get => _state!.Value;   // set by every constructor
        private set
        {
            _agent.OnStateChanged(_state, value);
            _state = value;
        }
    }

    /// <inheritdoc/>
    public string CallId => Dialog.Id.CallId;

    /// <inheritdoc/>
    public InviteUsage Target => this;

    /// <inheritdoc/>
    public bool IsOver => State == CallState.Closed && IsAcknowledged;

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
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan repeat = _unacknowledged.Deadline;
            repeat = _incoming is { } incoming && incoming.Deadline < repeat ? incoming.Deadline : repeat;
            return repeat < Timers.Next ? repeat : Timers.Next;
        }
    }

    /// <summary>True while an offer of ours went out in a 2xx and its ACK has not come.</summary>
    public bool HasOfferInAnswer => _unacknowledged.HasOffer;

    /// <summary>True when no 2xx of ours waits for its ACK.</summary>
    public bool IsAcknowledged => _unacknowledged.IsEmpty;

    /// <summary>Whom to tell.</summary>
    public void Attach(ISipCallEvents events) => _report.Attach(events);

    /// <summary>What challenges to our requests are answered with.</summary>
    public void Authenticate(DigestCredentials credentials) => _digest ??= new DigestClient(credentials, _agent.Tokens);

    /// <summary>180.</summary>
    public void Ring(TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            _incoming!.Ring(now);
            _agent.Schedule(this);
        }
    }

    /// <summary>200 with SDP, and the session interval that we ask for [s], 0 for none.</summary>
    public void Accept(SdpSession sdp, uint sessionInterval, TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            State = CallState.Accepted;
            Timers.Stop(CallTimer.Answer);
            _incoming!.Accept(sdp, sessionInterval, now);
        }
    }

    /// <summary>A failure answer to the INVITE.</summary>
    public void Reject(SipRejection rejection, SipCallEndKind kind, TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            _incoming!.Reject(rejection, now);
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
            case CallState.Early:
                _outgoing!.HangUp(cause, kind, now);
                break;
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
        if (State == CallState.Confirmed)
        {
            _probe.Send(now);
        }
    }

    /// <summary>An INVITE or UPDATE of ours within the call.</summary>
    public SipRequest NewSessionRequest(string method)
    {
        SipRequest request = Dialog.NewRequest(method);
        Session.Describe(request);
        return request;
    }

    /// <summary>Sends a request of ours within the dialog.</summary>
    public DialogRequest Send(SipRequest request, TimeSpan now) => Send(request, this, now);

    /// <summary>Sends a request of ours within the dialog for someone else.</summary>
    public DialogRequest Send(SipRequest request, IDialogRequestUser user, TimeSpan now)
    {
        DialogRequest sent = new(_agent, Dialog, _digest, user);
        sent.Send(request, now);
        return sent;
    }

    /// <summary>This fork answered our INVITE, and its ACK was sent.</summary>
    public void Confirm(SipRequest invite, SipResponse ok, SdpSession offer, TimeSpan now)
    {
        State = CallState.Confirmed;
        Offers.OnAgreed(offer);
        Session.OnAccepted(invite, ok, now);
    }

    /// <summary>Another fork answered first, or the call is off: the application hears nothing of this one any more.</summary>
    public void Dismiss(TimeSpan now)
    {
        _isSilent = true;
        if (State == CallState.Early)
        {
            Close(now);
        }
        else
        {
            HangUp(SipHangUp.Normal, now);
        }
    }

    /// <summary>Sends a 2xx to an INVITE and repeats it until its ACK.</summary>
    public void Succeed(InviteServerTransaction invite, SipResponse ok, bool carriesOffer, TimeSpan now)
    {
        _unacknowledged.Add(new UnacknowledgedAnswer(invite, ok, carriesOffer, _agent.Options.Timers, now));
        _agent.Respond(invite, ok, now);
        _agent.Schedule(this);
    }

    /// <summary>A request of the peer within the dialog, neither ACK nor CANCEL.</summary>
    public void OnRequest(ServerTransaction transaction, TimeSpan now) => _requests.OnRequest(transaction, now);

    /// <summary>A PRACK of the peer. False when it acknowledges nothing of ours (RFC 3262 §3).</summary>
    public bool TryAcknowledge(SipRequest prack) => _incoming?.TryAcknowledge(prack) == true;

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

    /// <summary>The peer hung up; its BYE was answered.</summary>
    public void OnBye(SipRequest bye, TimeSpan now)
    {
        if (State == CallState.Incoming)
        {
            Reject(SipRejection.Terminated, SipCallEndKind.Cancelled, now);
            return;
        }

        if (State == CallState.Early)
        {
            Close(now);     // not the callee's to send (RFC 3261 §15); what the others do remains to be seen
            return;
        }

        End(new SipCallEnd(SipCallEndKind.RemoteHangUp, ReasonHeader.Q850Cause(bye)), now);
    }

    /// <inheritdoc/>
    public void OnCancelled(InviteServerTransaction invite, TimeSpan now)
    {
        if (_incoming?.Transaction == invite)
        {
            Reject(SipRejection.Terminated, SipCallEndKind.Cancelled, now);
        }
        else
        {
            Offers.OnCancelled(invite, now);
        }
    }

    /// <inheritdoc/>
    public void OnServerFailure(ServerTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        // A failure answer that nobody acknowledged (timer H) changes nothing: the call is over, or goes on as before.
        bool isUnanswered = State is CallState.Incoming or CallState.Accepted && transaction == _incoming?.Transaction;
        if (failure == TransactionEvent.TransportFailed && isUnanswered)
        {
            _unacknowledged.Clear();
            End(new SipCallEnd(SipCallEndKind.TransportFailed), now);
        }
    }

    /// <inheritdoc/>
    public void OnResponse(DialogRequest request, SipResponse response, TimeSpan now)
    {
        if (!Session.OnResponse(request, response, now))
        {
            Offers.OnResponse(request, response, now);
        }
    }

    /// <inheritdoc/>
    public void OnFailure(DialogRequest request, TimeSpan now) => OnPeerGone(now);

    /// <summary>The peer has answered our BYE, or never will.</summary>
    public void OnByeOver(TimeSpan now) => Close(now);

    /// <summary>The peer knows nothing of the dialog, or is silent: RFC 3261 §12.2.1.2 (DLG5).</summary>
    public void OnPeerGone(TimeSpan now) => HangUp(SipHangUp.Timeout, SipCallEndKind.PeerGone, now);

    /// <summary>Acts on what is due.</summary>
    public void OnTime(TimeSpan now)
    {
        if (Timers.Take(CallTimer.Answer, now))
        {
            HangUp(SipHangUp.Timeout, SipCallEndKind.NotAnswered, now);
        }

        if (_incoming?.TryRepeat(now) == false)
        {
            Reject(SipRejection.NoPrack, SipCallEndKind.NoAck, now);
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
        if (!_isSilent && !_report.TryTell(Call, tell))
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
        _incoming?.Stop();
        End(new SipCallEnd(SipCallEndKind.Fault), now);
    }

    private void OnLateAck(TimeSpan now)
    {
        if (State == CallState.Closed)
        {
            ForgetWhenAcknowledged();
        }
        else if (!_bye.IsSent)
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
        else if (!_bye.IsSent)
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
        _bye.Send(_hangUp, now);
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
        if (!_isSilent && !_report.TryTellEnd(Call, end))
        {
            OnFault(now);
        }
    }
}
