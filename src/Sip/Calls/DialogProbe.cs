using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>OPTIONS within a call, to see whether the peer still knows it (RTP10); one on its way at a time.</summary>
internal sealed class DialogProbe(InviteUsage usage) : IDialogRequestUser
{
    private bool _isOut;

    /// <summary>Asks, unless an answer is being waited for.</summary>
    public void Send(TimeSpan now)
    {
        if (!_isOut)
        {
            _isOut = true;
            usage.Send(usage.Dialog.NewRequest(SipMethods.Options), this, now);
        }
    }

    /// <inheritdoc/>
    public void OnResponse(DialogRequest request, SipResponse response, TimeSpan now)
    {
        _isOut = false;
        if (usage.State != CallState.Confirmed)
        {
            return;
        }

        if (response.StatusCode is 408 or 481)
        {
            usage.OnPeerGone(now);
        }
        else
        {
            usage.Raise(now, events => events.OnAlive(usage.Call));
        }
    }

    /// <inheritdoc/>
    public void OnFailure(DialogRequest request, TimeSpan now)
    {
        _isOut = false;
        usage.OnPeerGone(now);
    }
}
