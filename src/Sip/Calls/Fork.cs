using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Calls;

/// <summary>One of the ends that a call of ours reached: its dialog, its provisional answers in order, and the ACK to its 2xx (TRX6).</summary>
internal sealed class Fork(InviteUsage usage) : IDialogRequestUser
{
    private uint? _lastRSeq;
    private SdpSession? _heard;     // from a provisional answer that is not reliable: a foretaste of the 2xx
    private SipRequest? _ack;

    /// <summary>Its dialog.</summary>
    public InviteUsage Usage { get; } = usage;

    /// <summary>It has answered.</summary>
    public bool IsAnswered => _ack is not null;

    /// <summary>
    /// Takes a provisional answer; a reliable one gets its PRACK (RFC 3262 §4). False when it is to be passed over: a repeat, or
    /// one that overtook another.
    /// </summary>
    public bool TryTake(SipResponse response, SipRequest invite, TimeSpan now)
    {
        uint? number = SipRAck.RSeqOf(response);
        if (number is { } rseq)
        {
            if (_lastRSeq is { } last && rseq != last + 1)
            {
                return false;
            }

            _lastRSeq = rseq;
            SipRequest prack = Usage.Dialog.NewRequest(SipMethods.Prack);
            prack.Headers.Add(SipHeaderNames.RAck, new SipRAck(rseq, invite.CSeq.Number, SipMethods.Invite).ToString());
            Usage.Send(prack, this, now);
        }

        if (SdpBody.Read(response).Session is not { } sdp)
        {
            return true;
        }

        _heard = sdp;
        if (number is not null)
        {
            Usage.Offers.OnAnsweredEarly(sdp);
        }

        return true;
    }

    /// <summary>The description to go by once this fork has answered; null when it owes one. One that was agreed on before stands (RFC 6337 §3.1).</summary>
    public SdpSession? AnswerIn(SipResponse ok) => Usage.Offers.AgreedEarly ?? SdpBody.Read(ok).Session ?? _heard;

    /// <summary>Sends the ACK to its 2xx, and again for each repeat (TRX7).</summary>
    public void Acknowledge(SipUserAgent agent, SipRequest invite, SipResponse ok)
    {
        if (_ack is null)
        {
            Usage.Dialog.Confirm(ok);
            _ack = Usage.Dialog.NewAck(invite);
        }

        agent.SendAck(Usage.Dialog, _ack);
    }

    /// <inheritdoc/>
    /// <remarks>A PRACK that fails changes nothing here: the callee ends its INVITE then (RFC 3262 §3).</remarks>
    public void OnResponse(DialogRequest request, SipResponse response, TimeSpan now)
    {
    }

    /// <inheritdoc/>
    public void OnFailure(DialogRequest request, TimeSpan now)
    {
    }
}
