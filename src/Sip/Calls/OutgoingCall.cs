using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>A call of ours from INVITE to its answer, refusal or CANCEL, over all its forks (RFC 3261 §13.2; TRX6).</summary>
/// <remarks>
/// Sans-IO, run by the owner of the agent. The first fork that answers becomes the call, and from then on its
/// <see cref="InviteUsage"/> is what counts; others that answer get ACK and BYE.
/// </remarks>
internal sealed class OutgoingCall : ICallLeg, IClientTransactionUser
{
    private readonly SipUserAgent _agent;
    private readonly SipOutgoingCallOptions _options;
    private readonly OutgoingInvite _invite;
    private readonly CallReport _report;
    private readonly Dictionary<string, Fork> _forks = [];
    private readonly CancelUser _cancelUser = new();
    private ClientTransaction? _transaction;
    private InviteUsage? _answered;
    private bool _isProceeding;     // a provisional answer came: a CANCEL would find the INVITE (RFC 3261 §9.1)
    private bool _isGivenUp;        // the application knows the end; the INVITE's final answer is still to come
    private bool _isCancelSent;
    private TimeSpan _deadline = TimeSpan.MaxValue;

    /// <summary>Prepares the call; nothing is sent before <see cref="Start"/>. Any thread.</summary>
    public OutgoingCall(SipUserAgent agent, SipOutgoingCallOptions options, ISipCallEvents events)
    {
        _agent = agent;
        _options = options;
        _invite = new OutgoingInvite(agent, options);
        _report = new CallReport(agent);
        _report.Attach(events);
        Call = new SipCall(agent, this, _invite.Next(), options.Offer, options.Flow, replaces: null) { IsOutgoing = true };
    }

    /// <summary>What the application holds.</summary>
    public SipCall Call { get; }

    /// <inheritdoc/>
    public string CallId => _invite.CallId;

    /// <inheritdoc/>
    public InviteUsage? Target => _answered ?? _forks.Values.FirstOrDefault(static fork => fork.Usage.Offers.IsAsked)?.Usage;

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public TimeSpan Deadline => _deadline;

    /// <inheritdoc/>
    public int QueueIndex { get; set; } = -1;

    /// <summary>Sends the INVITE.</summary>
    public void Start(TimeSpan now)
    {
        WakeAt(now + _options.AnswerWithin);
        Send(Call.Invite, now);
    }

    /// <inheritdoc/>
    public void HangUp(SipHangUp cause, TimeSpan now) => HangUp(cause, SipCallEndKind.LocalHangUp, now);

    /// <summary>Ends the call from our side, for the given reason: CANCEL before the answer, BYE after it.</summary>
    public void HangUp(SipHangUp cause, SipCallEndKind kind, TimeSpan now)
    {
        if (_answered is not null)
        {
            _answered.HangUp(cause, kind, now);
        }
        else if (!IsOver && !_isGivenUp)
        {
            _isGivenUp = true;
            WakeAt(TimeSpan.MaxValue);
            if (_isProceeding)
            {
                Cancel(now);
            }

            _report.TryTellEnd(Call, new SipCallEnd(kind));
        }
    }

    /// <inheritdoc/>
    public void OnFault(TimeSpan now) => HangUp(SipHangUp.Failure, SipCallEndKind.Fault, now);

    /// <inheritdoc/>
    public void Abandon(TimeSpan now)
    {
        if (_answered is null && _transaction is not null)
        {
            _agent.Abandon(_transaction);
        }

        Finish(now);
        _report.TryTellEnd(Call, new SipCallEnd(SipCallEndKind.Fault));
    }

    /// <inheritdoc/>
    public void OnTime(TimeSpan now)
    {
        if (now < _deadline)
        {
            return;
        }

        if (_isGivenUp)
        {
            // RFC 3261 §9.1: no final answer in 64·T1 after the CANCEL.
            _agent.Abandon(_transaction!);
            Finish(now);
        }
        else
        {
            HangUp(SipHangUp.Timeout, SipCallEndKind.NotAnswered, now);
        }
    }

    /// <inheritdoc/>
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (transaction != _transaction)
        {
            return;     // an earlier try, which the transaction acknowledged
        }

        switch (response.StatusCode)
        {
            case < 200:
                OnProvisional(response, now);
                break;
            case < 300:
                OnAnswer(response, now);
                break;
            default:
                OnRefusal(response, now);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        if (transaction == _transaction)
        {
            End(new SipCallEnd(failure == TransactionEvent.TimedOut ? SipCallEndKind.PeerGone : SipCallEndKind.TransportFailed), now);
        }
    }

    private void Send(SipRequest invite, TimeSpan now)
    {
        _isProceeding = false;
        _transaction = _agent.Send(invite, _options.Flow, this, now);
    }

    private void OnProvisional(SipResponse response, TimeSpan now)
    {
        _isProceeding = true;
        if (_isGivenUp)
        {
            Cancel(now);
            return;
        }

        if (response.StatusCode == 100)
        {
            return;
        }

        Fork? fork = response.To.Tag is { } tag ? ForkOf(tag, response) : null;
        if (fork?.TryTake(response, _transaction!.Request, now) != false)
        {
            SdpSession? sdp = SdpBody.Read(response).Session;
            Tell(events => events.OnProgress(Call, new SipProgress(response.StatusCode, response.To.Tag, sdp)), now);
        }
    }

    private void OnAnswer(SipResponse ok, TimeSpan now)
    {
        SipRequest invite = _transaction!.Request;
        Fork fork = ForkOf(ok.To.Tag ?? "", ok);
        if (fork.IsAnswered)
        {
            fork.Acknowledge(_agent, invite, ok);
            return;
        }

        bool isFirst = _answered is null && !_isGivenUp;
        _invite.Digest?.OnAccepted();
        fork.Acknowledge(_agent, invite, ok);
        fork.Usage.Confirm(invite, ok, _options.Offer, now);
        if (!isFirst)
        {
            fork.Usage.Dismiss(now);
            Finish(now);
            return;
        }

        _answered = fork.Usage;
        Finish(now);
        if (fork.AnswerIn(ok) is not { } answer)
        {
            _answered.HangUp(SipHangUp.Failure, SipCallEndKind.AnswerMissing, now);
            return;
        }

        Tell(events => events.OnAnswer(Call, answer), now);
        Tell(events => events.OnConfirmed(Call), now);
        _answered.Offers.OnQuiet(now);
    }

    private void OnRefusal(SipResponse refusal, TimeSpan now)
    {
        CloseEarlyDialogs(now);
        _forks.Clear();
        if (!_isGivenUp && _invite.TryLearn(refusal))
        {
            Send(_invite.Next(), now);
            return;
        }

        TimeSpan retryAfter = RegistrationAnswer.RetryAfter(refusal);
        SipCallEnd end = new(SipCallEndKind.Refused, ReasonHeader.Q850Cause(refusal))
        {
            Status = refusal.StatusCode,
            ReasonPhrase = refusal.ReasonPhrase,
            RetryAfter = retryAfter > TimeSpan.Zero ? retryAfter : null,
        };
        End(end, now);
    }

    private void End(SipCallEnd end, TimeSpan now)
    {
        Finish(now);
        if (!_isGivenUp)
        {
            _isGivenUp = true;
            _report.TryTellEnd(Call, end);
        }
    }

    // Nothing more is waited for. Late 2xx still come by the transaction, for as long as it lives.
    private void Finish(TimeSpan now)
    {
        IsOver = true;
        CloseEarlyDialogs(now);
        _agent.Forget(this);
    }

    private void CloseEarlyDialogs(TimeSpan now)
    {
        foreach (Fork fork in _forks.Values)
        {
            if (fork.Usage.State == CallState.Early)
            {
                fork.Usage.Dismiss(now);
            }
        }
    }

    private void Cancel(TimeSpan now)
    {
        if (!_isCancelSent)
        {
            _isCancelSent = true;
            _agent.Cancel(_transaction!, _cancelUser, now);
            WakeAt(now + _agent.Options.Timers.GiveUp);
        }
    }

    // A fork whose early dialog is gone, and answers after all, begins anew.
    private Fork ForkOf(string tag, SipResponse response)
    {
        if (_forks.TryGetValue(tag, out Fork? known) && (known.IsAnswered || known.Usage.State == CallState.Early))
        {
            return known;
        }

        SipFlow flow = _agent.Arrival.IsReliable ? _agent.Arrival : _options.Flow;
        SipDialog dialog = SipDialog.ForOutgoing(_transaction!.Request, response, flow);
        Fork fork = new(new InviteUsage(_agent, dialog, this, _report, _invite.Digest));
        _forks[tag] = fork;
        _agent.Add(fork.Usage);
        return fork;
    }

    private void Tell(Action<ISipCallEvents> tell, TimeSpan now)
    {
        if (!_report.TryTell(Call, tell))
        {
            OnFault(now);
        }
    }

    private void WakeAt(TimeSpan deadline)
    {
        _deadline = deadline;
        _agent.Schedule(this);
    }

    /// <summary>What becomes of the CANCEL itself matters to nobody: the INVITE's final answer decides.</summary>
    private sealed class CancelUser : IClientTransactionUser
    {
        public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
        {
        }

        public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
        {
        }
    }
}
