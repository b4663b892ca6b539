using System.Globalization;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>The INVITE of a call of ours, and what it becomes after a refusal that tells how to do better (RFC 3261 §8.1.3).</summary>
/// <remarks>All tries share Call-ID and From; the CSeq rises (§8.1.3.5).</remarks>
internal sealed class OutgoingInvite
{
    private readonly SipUserAgent _agent;
    private readonly SipOutgoingCallOptions _options;
    private readonly SipNameAddress _from;
    private SipUri _target;
    private uint _cseq;
    private uint _interval;
    private uint _minimum = SessionTimer.Minimum;
    private bool _isIntervalRaised;
    private int _redirections;

    /// <summary>Prepares the first try.</summary>
    public OutgoingInvite(SipUserAgent agent, SipOutgoingCallOptions options)
    {
        _agent = agent;
        _options = options;
        _from = options.From.WithTag(agent.Tokens.Tag());
        _target = options.Target;
        _interval = options.SessionInterval > TimeSpan.Zero ? Math.Max((uint)options.SessionInterval.TotalSeconds, SessionTimer.Minimum) : 0;
        Digest = options.Credentials is { } credentials ? new DigestClient(credentials, agent.Tokens) : null;
        CallId = agent.Tokens.Tag() + agent.Tokens.Tag();
    }

    /// <summary>Of all tries.</summary>
    public string CallId { get; }

    /// <summary>Answers challenges; null without credentials.</summary>
    public DigestClient? Digest { get; }

    /// <summary>The next try, without Via.</summary>
    public SipRequest Next()
    {
        SipRequest invite = new(SipMethods.Invite, _target);
        invite.Headers.Add(SipHeaderNames.MaxForwards, "70");
        foreach (SipNameAddress route in _options.Routes)
        {
            invite.Headers.Add(SipHeaderNames.Route, route.ToString());
        }

        invite.Headers.Add(SipHeaderNames.From, _from.ToString());
        invite.Headers.Add(SipHeaderNames.To, new SipNameAddress(_options.Target).ToString());
        invite.Headers.Add(SipHeaderNames.CallId, CallId);
        invite.Headers.Add(SipHeaderNames.CSeq, new SipCSeq(++_cseq, SipMethods.Invite).ToString());
        invite.Headers.Add(SipHeaderNames.Contact, _agent.ContactOf(_options.Flow, _options.ContactUser).ToString());
        invite.Headers.Add(SipHeaderNames.Allow, SipCapabilities.Allow);
        invite.Headers.Add(SipHeaderNames.Supported, SipCapabilities.Supported);
        invite.Headers.Add(SipHeaderNames.Accept, SdpSession.ContentType);
        AddIdentity(invite);
        AddTimer(invite);
        Digest?.Authorize(invite);
        invite.SetBody(SdpSession.ContentType, _options.Offer.ToBytes());
        return invite;
    }

    /// <summary>Takes a refusal. True when the next try may do better.</summary>
    public bool TryLearn(SipResponse refusal)
    {
        if (refusal.StatusCode is 401 or 407)
        {
            return Digest?.OnChallenge(refusal) == DigestVerdict.Retry;
        }

        Digest?.OnAccepted();
        return refusal.StatusCode switch
        {
            422 => TryRaise(SipSessionExpires.MinimumOf(refusal)),
            < 400 => TryRedirect(refusal),
            _ => false,
        };
    }

    private void AddIdentity(SipRequest invite)
    {
        if (_options.AssertedIdentity is { } asserted)
        {
            invite.Headers.Add(SipHeaderNames.PAssertedIdentity, asserted.ToString());
        }

        if (_options.PreferredIdentity is { } preferred)
        {
            invite.Headers.Add(SipHeaderNames.PPreferredIdentity, preferred.ToString());
        }

        if (_options.IsAnonymous)
        {
            invite.Headers.Add(SipHeaderNames.Privacy, "id");
        }
    }

    // Who refreshes is left to the callee (RFC 4028 §7.1).
    private void AddTimer(SipRequest invite)
    {
        if (_interval > 0)
        {
            invite.Headers.Add(SipHeaderNames.SessionExpires, new SipSessionExpires(_interval, null).ToString());
            invite.Headers.Add(SipHeaderNames.MinSe, _minimum.ToString(CultureInfo.InvariantCulture));
        }
    }

    private bool TryRaise(uint minimum)
    {
        if (_isIntervalRaised || _interval == 0 || minimum <= _interval)
        {
            return false;
        }

        _isIntervalRaised = true;
        _interval = _minimum = minimum;
        return true;
    }

    private bool TryRedirect(SipResponse redirection)
    {
        if (_redirections == _options.MaxRedirections
            || redirection.Contact is not { Uri: { IsSip: true } contact }
            || !IsOfThisTrunk(contact)
            || contact.IsEquivalentTo(_target))
        {
            return false;
        }

        _redirections++;
        _target = contact with { Headers = null, Parameters = contact.Parameters.Without("method") };
        return true;
    }

    private bool IsOfThisTrunk(SipUri uri) =>
        uri.Scheme == _options.Target.Scheme
        && uri.Maddr is null
        && (SipHost.AreSame(uri.Host, _options.Target.Host) || SipHost.AreSame(uri.Host, ResponseRoute.TextOf(_options.Flow.Remote.Address)));
}
