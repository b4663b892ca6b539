using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>Offers and answers within a call: re-INVITE and UPDATE of the peer, re-INVITE of ours, and their crossing.</summary>
/// <remarks>RFC 3261 §14, RFC 3264 §8, RFC 3311 §5; DLG4 to DLG6. One exchange is open at most; a failed one leaves the session.</remarks>
internal sealed class OfferExchange(SipUserAgent agent, InviteUsage usage)
{
    private ServerTransaction? _asked;      // the peer's re-INVITE or UPDATE that waits for the application
    private bool _isOurOfferAsked;          // … and had no offer, so that ours goes into the 2xx
    private SdpSession? _agreed;            // our description that holds
    private SdpSession? _peers;             // … and the peer's, as far as a fork of ours had to know it before its 2xx
    private SdpSession? _wanted;            // the application's offer: waiting for quiet, for the end of a glare, or out
    private bool _isRefreshWanted;          // a re-INVITE that changes nothing waits in the same way
    private bool _isGlare;                  // ours met one of the peer and waits to be sent again
    private DialogRequest? _own;        // our re-INVITE …
    private bool _isOwnRefresh;             // … and whether it changes nothing
    private DialogRequest? _ownDone;    // the last one that got a 2xx, …
    private SipRequest? _ownAck;            // … and its ACK, sent again for each repeated 2xx (TRX7)

    // RFC 3261 §14.2: our first INVITE is one of ours that is in progress as well.
    private bool IsOwnInviteOpen => _own is not null || usage.HasOfferInAnswer || usage.State == CallState.Early;

    // … but its offer may have been answered in a reliable provisional answer (RFC 3311 §5.1).
    private bool IsOwnOfferOpen => _own is not null || usage.HasOfferInAnswer || (usage.State == CallState.Early && _peers is null);

    // RFC 3311 §5.2: an offer that has no answer yet, be it in the first INVITE, blocks the next.
    private bool IsPeersOfferOpen => _asked is not null || usage.State == CallState.Incoming;

    /// <summary>A re-INVITE.</summary>
    public void OnInvite(InviteServerTransaction invite, TimeSpan now)
    {
        SdpBodyResult body = SdpBody.Read(invite.Request);
        SipRejection? refusal = IsOwnInviteOpen ? SipRejection.RequestPending
            : IsPeersOfferOpen ? SipRejection.Busy(agent.Tokens)
            : SessionTimer.Check(invite.Request) ?? RequestScreen.CheckAccept(invite.Request) ?? SipRejection.ForBody(body);
        if (refusal is not null)
        {
            agent.Reject(invite, refusal, usage.LocalTag, now);
            return;
        }

        agent.Respond(invite, SipResponse.For(invite.Request, 100), now);
        Ask(invite, body.Session, now);
    }

    /// <summary>An UPDATE; without SDP it only refreshes target and session.</summary>
    public void OnUpdate(ServerTransaction update, TimeSpan now)
    {
        SdpBodyResult body = SdpBody.Read(update.Request);
        if (body.IsAbsent)
        {
            Refresh(update, now);
            return;
        }

        SipRejection? refusal = IsOwnOfferOpen ? SipRejection.RequestPending
            : IsPeersOfferOpen ? SipRejection.Busy(agent.Tokens)
            : SessionTimer.Check(update.Request) ?? RequestScreen.CheckAccept(update.Request) ?? SipRejection.ForBody(body);
        if (refusal is not null)
        {
            agent.Reject(update, refusal, usage.LocalTag, now);
            return;
        }

        Ask(update, body.Session, now);
    }

    /// <summary>The application accepts what it was asked.</summary>
    public void Answer(SdpSession sdp, TimeSpan now)
    {
        if (_asked is not { IsOpen: true } asked)
        {
            return;
        }

        // Only success moves the target: a failing re-INVITE leaves everything as it was (DLG5).
        usage.Dialog.RefreshTarget(asked.Request);
        SipResponse ok = agent.NewDialogResponse(asked, 200, usage.Dialog);
        ok.SetBody(SdpSession.ContentType, sdp.ToBytes());
        if (usage.State == CallState.Early)
        {
            _peers = SdpBody.Read(asked.Request).Session;
        }
        else
        {
            usage.Session.OnAnswering(asked.Request, ok, wanted: 0, now);
        }

        OnAgreed(sdp);
        CloseAsked();
        if (asked is InviteServerTransaction invite)
        {
            usage.Succeed(invite, ok, _isOurOfferAsked, now);
        }
        else
        {
            agent.Respond(asked, ok, now);
            OnQuiet(now);
        }
    }

    /// <summary>The application refuses what it was asked.</summary>
    public void Refuse(SipRejection rejection, TimeSpan now)
    {
        if (_asked is { } asked)
        {
            CloseAsked();
            agent.Reject(asked, rejection, usage.LocalTag, now);
            OnQuiet(now);
        }
    }

    /// <summary>A CANCEL for a re-INVITE; it was answered already.</summary>
    public void OnCancelled(InviteServerTransaction invite, TimeSpan now)
    {
        if (invite == _asked && invite.IsOpen)
        {
            Withdraw(SipRejection.Terminated, now);
        }
    }

    /// <summary>Our offer, to be sent when nothing else is open.</summary>
    public void Send(SdpSession offer, TimeSpan now)
    {
        if (usage.State is CallState.Early or CallState.Incoming or CallState.Accepted or CallState.Confirmed && (_own is null || _isOwnRefresh))
        {
            _wanted = offer;
            OnQuiet(now);
        }
    }

    /// <summary>True while the application owes an answer.</summary>
    public bool IsAsked => _asked is not null;

    /// <summary>The peer's description that was agreed on before its 2xx; null when none was.</summary>
    public SdpSession? AgreedEarly => _peers;

    /// <summary>A reliable provisional answer brought the answer to our offer (RFC 6337 §2.1).</summary>
    public void OnAnsweredEarly(SdpSession answer) => _peers ??= answer;

    /// <summary>Our description that holds from now on: what a refresh repeats.</summary>
    public void OnAgreed(SdpSession sdp) => _agreed = sdp;

    /// <summary>A re-INVITE that refreshes the session and changes nothing, as soon as nothing else is open.</summary>
    public void Refresh(TimeSpan now)
    {
        _isRefreshWanted = true;
        OnQuiet(now);
    }

    /// <summary>The session was refreshed in another way: a refresh of ours that still waits is not needed.</summary>
    public void DropRefresh() => _isRefreshWanted = false;

    /// <summary>How long to wait after a 491: RFC 3261 §14.1, in units of 10 ms.</summary>
    public TimeSpan GlareWait() =>
        TimeSpan.FromMilliseconds(10 * (usage.Dialog.OwnsCallId ? agent.Tokens.Between(210, 400) : agent.Tokens.Between(0, 200)));

    /// <summary>Something that may have been in the way of our offer is done.</summary>
    public void OnQuiet(TimeSpan now)
    {
        // An offer of the application refreshes the session as well as one that changes nothing.
        SdpSession? offer = _wanted ?? (_isRefreshWanted ? _agreed : null);
        if (offer is null || _own is not null || _asked is not null || _isGlare
            || usage.State != CallState.Confirmed || !usage.IsAcknowledged)
        {
            return;
        }

        _isOwnRefresh = _wanted is null;
        _isRefreshWanted = false;
        SipRequest invite = usage.NewSessionRequest(SipMethods.Invite);
        invite.SetBody(SdpSession.ContentType, offer.ToBytes());
        SetTimer(CallTimer.OwnOffer, now + agent.Options.Timers.GiveUp);
        _own = usage.Send(invite, now);
    }

    /// <summary>A final answer to a re-INVITE of ours.</summary>
    public void OnResponse(DialogRequest request, SipResponse response, TimeSpan now)
    {
        if (request == _ownDone && _ownAck is not null)
        {
            agent.SendAck(usage.Dialog, _ownAck);
            return;
        }

        if (request != _own)
        {
            return;
        }

        _own = null;
        StopTimer(CallTimer.OwnOffer);
        switch (response.StatusCode)
        {
            case < 300:
                OnAccepted(request, response, now);
                break;
            case 491:
                _isGlare = true;
                _isRefreshWanted = _isOwnRefresh;
                SetTimer(CallTimer.Glare, now + GlareWait());
                break;
            case 408 or 481:
                usage.OnPeerGone(now);
                break;
            case 422 when usage.Session.TryRaise(response):
                _isRefreshWanted = _isOwnRefresh;
                break;
            case var _ when _isOwnRefresh:
                usage.Session.OnRefused(now);
                break;
            default:
                _wanted = null;
                usage.Raise(now, events => events.OnOfferFailed(usage.Call, response.StatusCode));
                break;
        }

        OnQuiet(now);
    }

    /// <summary>Acts on the timers that concern offers.</summary>
    public void OnTime(TimeSpan now)
    {
        if (usage.Timers.Take(CallTimer.Offer, now) && _asked is not null)
        {
            Withdraw(SipRejection.Busy(agent.Tokens), now);
        }

        if (usage.Timers.Take(CallTimer.Glare, now))
        {
            _isGlare = false;
            OnQuiet(now);
        }

        if (usage.Timers.Take(CallTimer.OwnOffer, now))
        {
            usage.OnPeerGone(now);
        }
    }

    /// <summary>The call ends: what is open is closed.</summary>
    public void Stop(TimeSpan now)
    {
        if (_asked is { } asked)
        {
            CloseAsked();
            agent.Reject(asked, SipRejection.Terminated, usage.LocalTag, now);
        }

        if (_own is not null)
        {
            _own.Abandon();
            _own = null;
        }

        _wanted = null;
        _isRefreshWanted = false;
    }

    private void Refresh(ServerTransaction update, TimeSpan now)
    {
        // Before the answer to the INVITE there is no session yet that could be refreshed.
        bool hasSession = usage.State is not (CallState.Early or CallState.Incoming);
        if (hasSession && SessionTimer.Check(update.Request) is { } refusal)
        {
            agent.Reject(update, refusal, usage.LocalTag, now);
            return;
        }

        usage.Dialog.RefreshTarget(update.Request);
        SipResponse ok = agent.NewDialogResponse(update, 200, usage.Dialog);
        if (hasSession)
        {
            usage.Session.OnAnswering(update.Request, ok, wanted: 0, now);
        }

        agent.Respond(update, ok, now);
    }

    private void Ask(ServerTransaction transaction, SdpSession? offer, TimeSpan now)
    {
        _asked = transaction;
        _isOurOfferAsked = offer is null;
        SetTimer(CallTimer.Offer, now + agent.Options.OfferWithin);
        usage.Raise(now, events => events.OnOffer(usage.Call, offer));
    }

    private void Withdraw(SipRejection rejection, TimeSpan now)
    {
        Refuse(rejection, now);
        usage.Raise(now, events => events.OnOfferWithdrawn(usage.Call));
    }

    private void OnAccepted(DialogRequest request, SipResponse response, TimeSpan now)
    {
        usage.Dialog.RefreshTarget(response);
        _ownDone = request;
        _ownAck = usage.Dialog.NewAck(request.Request);
        agent.SendAck(usage.Dialog, _ownAck);
        _agreed = _isOwnRefresh ? _agreed : _wanted;
        _wanted = _isOwnRefresh ? _wanted : null;
        usage.Session.OnAccepted(request.Request, response, now);
        SdpSession? answer = SdpBody.Read(response).Session;
        if (_isOwnRefresh)
        {
            if (answer is not null)
            {
                usage.Raise(now, events => events.OnRefreshed(usage.Call, answer));
            }
        }
        else if (answer is not null)
        {
            usage.Raise(now, events => events.OnAnswer(usage.Call, answer));
        }
        else
        {
            usage.HangUp(SipHangUp.Failure, SipCallEndKind.AnswerMissing, now);
        }
    }

    private void CloseAsked()
    {
        _asked = null;
        StopTimer(CallTimer.Offer);
    }

    private void SetTimer(CallTimer timer, TimeSpan deadline)
    {
        usage.Timers.Set(timer, deadline);
        agent.Schedule(usage);
    }

    private void StopTimer(CallTimer timer)
    {
        usage.Timers.Stop(timer);
        agent.Schedule(usage);
    }
}
