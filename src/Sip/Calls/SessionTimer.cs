using System.Globalization;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>The session timer of one call (RFC 4028; DLG8): agrees on it, refreshes when that is ours to do, else watches the peer.</summary>
/// <remarks>
/// A refresh is an UPDATE without SDP, or where the peer does not list UPDATE, a re-INVITE with the description that holds.
/// A failed refresh never ends the call unless the peer is gone (408, 481, silence): an answer of any other kind shows that it lives.
/// </remarks>
internal sealed class SessionTimer(SipUserAgent agent, InviteUsage usage)
{
    /// <summary>The option tag.</summary>
    public const string OptionTag = "timer";

    /// <summary>The smallest interval that we take [s], which is also the smallest that the RFC allows (§5).</summary>
    public const uint Minimum = 90;

    private static readonly SipRejection TooSmall =
        new(422, null, [(SipHeaderNames.MinSe, Minimum.ToString(CultureInfo.InvariantCulture))]);

    private uint _interval;                 // agreed [s]; 0: none
    private uint _minimum = Minimum;        // largest Min-SE that the peer named [s]
    private bool _isOurs;                   // the refresh is ours to do
    private bool _isUpdateListed;           // in the peer's last Allow
    private bool _isUpdateRefused;          // by a peer that lists it all the same
    private bool _isRaised;                 // after a 422; once only until a refresh works
    private DialogRequest? _update;     // our refresh, when it is an UPDATE

    private TimeSpan Interval => TimeSpan.FromSeconds(_interval);

    /// <summary>The refusal for an INVITE or UPDATE that asks for too short an interval; null when there is nothing to refuse.</summary>
    /// <remarks>Who does not know the extension could not understand a 422 (§9): then a proxy asked, and we raise the value.</remarks>
    public static SipRejection? Check(SipRequest request) =>
        SipSessionExpires.TryRead(request, out SipSessionExpires asked) && asked.Seconds < Minimum && IsKnownTo(request) ? TooSmall : null;

    /// <summary>Completes our 2xx to an INVITE or UPDATE, and starts the timer anew (§9, table 2).</summary>
    /// <param name="request">The peer's request.</param>
    /// <param name="ok">Our answer.</param>
    /// <param name="wanted">The interval that we ask for where the peer asks for none [s]; 0: we do not ask.</param>
    /// <param name="now">The time.</param>
    public void OnAnswering(SipRequest request, SipResponse ok, uint wanted, TimeSpan now)
    {
        Learn(request);
        bool isKnown = IsKnownTo(request);
        bool isAsked = SipSessionExpires.TryRead(request, out SipSessionExpires asked);
        if (!isAsked && (!isKnown || (_interval == 0 && wanted == 0)))
        {
            OnUnanswered();
            return;
        }

        bool isOurs = asked.Refresher switch
        {
            SipRefresher.Uas => true,
            SipRefresher.Uac => false,

            // Left to us. Who has done it so far goes on; at first it is us, so that no peer's forgetfulness can end the call.
            _ => !isKnown || _interval == 0 || _isOurs,
        };
        uint interval = isAsked ? asked.Seconds : Math.Max(_interval == 0 ? wanted : _interval, _minimum);
        Start(interval, isOurs, now);
        ok.Headers.Add(
            SipHeaderNames.SessionExpires, new SipSessionExpires(_interval, isOurs ? SipRefresher.Uas : SipRefresher.Uac).ToString());
        if (isKnown || !isOurs)
        {
            ok.Headers.Add(SipHeaderNames.Require, OptionTag);
        }
    }

    /// <summary>Completes an INVITE or UPDATE of ours within the call: each of them is a refresh (§7.4).</summary>
    public void Describe(SipRequest request)
    {
        if (_interval == 0)
        {
            return;
        }

        uint interval = Math.Max(_interval, _minimum);
        request.Headers.Add(
            SipHeaderNames.SessionExpires, new SipSessionExpires(interval, _isOurs ? SipRefresher.Uac : SipRefresher.Uas).ToString());
        if (_minimum > Minimum)
        {
            request.Headers.Add(SipHeaderNames.MinSe, _minimum.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A 2xx to an INVITE or UPDATE of ours: interval and refresher may change, or come unasked (§7.2).</summary>
    public void OnAccepted(SipRequest request, SipResponse ok, TimeSpan now)
    {
        Learn(ok);
        _isRaised = false;
        _minimum = Math.Max(_minimum, SipSessionExpires.MinimumOf(request));    // as the first INVITE had to raise it
        bool isSent = SipSessionExpires.TryRead(request, out SipSessionExpires sent);
        if (SipSessionExpires.TryRead(ok, out SipSessionExpires said))
        {
            Start(said.Seconds, (said.Refresher ?? sent.Refresher ?? SipRefresher.Uac) == SipRefresher.Uac, now);
        }
        else if (isSent && sent.Refresher != SipRefresher.Uas)
        {
            Start(sent.Seconds, isOurs: true, now);     // the peer does not know the extension; we go on by ourselves
        }
        else
        {
            OnUnanswered();
        }
    }

    /// <summary>A 422 to an INVITE or UPDATE of ours: true when it is to be sent again, with the interval raised (§7.3).</summary>
    public bool TryRaise(SipResponse refusal)
    {
        uint minimum = SipSessionExpires.MinimumOf(refusal);
        if (_isRaised || _interval == 0 || minimum <= _minimum)
        {
            return false;
        }

        _isRaised = true;
        _minimum = minimum;
        _interval = Math.Max(_interval, minimum);
        return true;
    }

    /// <summary>A refresh of ours was refused by a peer that lives: another try later.</summary>
    public void OnRefused(TimeSpan now)
    {
        if (_isOurs)
        {
            Set(CallTimer.Refresh, now + (Interval / 6));
        }
    }

    /// <summary>Takes a final answer when it is one to our UPDATE.</summary>
    public bool OnResponse(DialogRequest request, SipResponse response, TimeSpan now)
    {
        if (request != _update)
        {
            return false;
        }

        _update = null;
        switch (response.StatusCode)
        {
            case < 300:
                usage.Dialog.RefreshTarget(response);
                OnAccepted(request.Request, response, now);
                break;
            case 408 or 481:
                usage.OnPeerGone(now);
                break;
            case var _ when !_isOurs:
                break;      // the peer took the refreshing over meanwhile
            case 405 or 501:
                _isUpdateRefused = true;
                Refresh(now);
                break;
            case 422 when TryRaise(response):
                Refresh(now);
                break;
            case 491:
                Set(CallTimer.Refresh, now + usage.Offers.GlareWait());
                break;
            default:
                OnRefused(now);
                break;
        }

        return true;
    }

    /// <summary>Acts on the timers of the session.</summary>
    public void OnTime(TimeSpan now)
    {
        if (usage.Timers.Take(CallTimer.SessionExpiry, now))
        {
            usage.HangUp(SipHangUp.Timeout, SipCallEndKind.SessionExpired, now);
        }

        if (usage.Timers.Take(CallTimer.Refresh, now))
        {
            Refresh(now);
        }
    }

    /// <summary>The call ends.</summary>
    public void Stop()
    {
        if (_update is not null)
        {
            _update.Abandon();
            _update = null;
        }
    }

    /// <summary>Takes from the peer what its headers say about its abilities.</summary>
    private void Learn(SipMessage message)
    {
        if (message.Headers.Contains(SipHeaderNames.Allow))
        {
            _isUpdateListed = message.Allow.Contains(SipMethods.Update);
        }

        if (message is SipRequest)
        {
            _minimum = Math.Max(_minimum, SipSessionExpires.MinimumOf(message));
        }
    }

    private static bool IsKnownTo(SipRequest request) =>
        request.Supported.Contains(OptionTag, StringComparer.OrdinalIgnoreCase)
        || request.Require.Contains(OptionTag, StringComparer.OrdinalIgnoreCase);

    private void Refresh(TimeSpan now)
    {
        if (usage.State != CallState.Confirmed)
        {
            OnRefused(now);
        }
        else if (!_isUpdateListed || _isUpdateRefused)
        {
            usage.Offers.Refresh(now);
        }
        else if (_update is null)
        {
            _update = usage.Send(usage.NewSessionRequest(SipMethods.Update), now);
        }
    }

    private void Start(uint interval, bool isOurs, TimeSpan now)
    {
        // Less than the RFC allows comes from who does not know better; followed to the letter it would be a flood.
        _interval = Math.Max(interval, Minimum);
        _isOurs = isOurs;
        usage.Offers.DropRefresh();
        TimeSpan third = Interval / 3;
        TimeSpan margin = third < TimeSpan.FromSeconds(32) ? third : TimeSpan.FromSeconds(32);
        Set(CallTimer.Refresh, isOurs ? now + (Interval / 2) : TimeSpan.MaxValue);
        Set(CallTimer.SessionExpiry, isOurs ? TimeSpan.MaxValue : now + Interval - margin);
    }

    // A 2xx without Session-Expires ends the peer's duty to refresh (§7.2, §9). What we do by ourselves goes on and harms nobody.
    private void OnUnanswered()
    {
        if (!_isOurs)
        {
            _interval = 0;
            Set(CallTimer.SessionExpiry, TimeSpan.MaxValue);
        }
    }

    private void Set(CallTimer timer, TimeSpan deadline)
    {
        usage.Timers.Set(timer, deadline);
        agent.Schedule(usage);
    }
}
