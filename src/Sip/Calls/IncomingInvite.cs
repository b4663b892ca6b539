using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>The INVITE of a call that came in: its answers, the reliable ones among them, and the call that it replaces.</summary>
/// <param name="agent">Who sends.</param>
/// <param name="usage">The call.</param>
/// <param name="invite">The INVITE's transaction.</param>
/// <param name="hasOffer">The INVITE has SDP.</param>
/// <param name="replaced">The call whose place this one takes (RFC 3891); null for none.</param>
internal sealed class IncomingInvite(
    SipUserAgent agent, InviteUsage usage, InviteServerTransaction invite, bool hasOffer, InviteUsage? replaced)
{
    private readonly ReliableProvisional? _provisional =
        ReliableProvisional.IsRequired(invite.Request) ? new ReliableProvisional(agent, invite) : null;

    /// <summary>The INVITE's transaction.</summary>
    public InviteServerTransaction Transaction => invite;

    /// <summary>When it wants waking.</summary>
    public TimeSpan Deadline => _provisional?.Deadline ?? TimeSpan.MaxValue;

    /// <summary>180. A reliable one would have to bring our offer where the INVITE has none (RFC 3262 §5); then 100 must do.</summary>
    public void Ring(TimeSpan now)
    {
        if (_provisional is null)
        {
            agent.Respond(invite, agent.NewDialogResponse(invite, 180, usage.Dialog), now);
        }
        else if (hasOffer)
        {
            _provisional.Send(agent.NewDialogResponse(invite, 180, usage.Dialog), now);
        }
    }

    /// <summary>200 with SDP; the call that is replaced ends (RFC 3891 §3).</summary>
    public void Accept(SdpSession sdp, uint sessionInterval, TimeSpan now)
    {
        Stop();
        SipResponse ok = agent.NewDialogResponse(invite, 200, usage.Dialog);
        ok.SetBody(SdpSession.ContentType, sdp.ToBytes());
        usage.Session.OnAnswering(invite.Request, ok, sessionInterval, now);
        usage.Offers.OnAgreed(sdp);
        usage.Succeed(invite, ok, carriesOffer: !hasOffer, now);
        replaced?.HangUp(SipHangUp.Normal, SipCallEndKind.Replaced, now);
    }

    /// <summary>A failure answer.</summary>
    public void Reject(SipRejection rejection, TimeSpan now)
    {
        Stop();
        agent.Reject(invite, rejection, usage.LocalTag, now);
    }

    /// <summary>Takes a PRACK. False when it acknowledges nothing that waits.</summary>
    public bool TryAcknowledge(SipRequest prack) => _provisional?.TryAcknowledge(prack) == true;

    /// <summary>Sends again what is due. False when no PRACK can be hoped for any more.</summary>
    public bool TryRepeat(TimeSpan now) => _provisional?.TryRepeat(now) != false;

    /// <summary>Nothing is repeated any more.</summary>
    public void Stop() => _provisional?.Stop();
}
