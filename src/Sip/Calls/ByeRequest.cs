using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>Our BYE of a call, with its reasons (RFC 3261 §15.1.1, RFC 3326). Whatever is answered, the call is over then.</summary>
internal sealed class ByeRequest(InviteUsage usage) : IDialogRequestUser
{
    /// <summary>Whether it went out.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Sends it.</summary>
    public void Send(SipHangUp cause, TimeSpan now)
    {
        SipRequest bye = usage.Dialog.NewRequest(SipMethods.Bye);
        (string q850, string sip) = HangUpReasons.For(cause);
        bye.Headers.Add(SipHeaderNames.Reason, q850);
        bye.Headers.Add(SipHeaderNames.Reason, sip);
        IsSent = true;
        usage.Send(bye, this, now);
    }

    /// <inheritdoc/>
    public void OnResponse(DialogRequest request, SipResponse response, TimeSpan now) => usage.OnByeOver(now);

    /// <inheritdoc/>
    public void OnFailure(DialogRequest request, TimeSpan now) => usage.OnByeOver(now);
}
