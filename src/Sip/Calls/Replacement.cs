using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Calls;

/// <summary>Which call of ours an INVITE wants to take the place of (RFC 3891 §3; DLG12).</summary>
internal static class Replacement
{
    private const string Join = "Join";     // RFC 3911

    /// <summary>Looks the call up.</summary>
    /// <param name="invite">An INVITE outside dialogs.</param>
    /// <param name="find">The call of a dialog.</param>
    /// <param name="replaced">The call to be replaced; null when the INVITE wants to replace none.</param>
    /// <returns>The refusal that the INVITE deserves, or null.</returns>
    public static SipRejection? Check(SipRequest invite, Func<DialogId, InviteUsage?> find, out InviteUsage? replaced)
    {
        replaced = null;
        string[] lines = [.. invite.Headers.GetLines(SipHeaderNames.Replaces)];
        if (lines.Length == 0)
        {
            return null;
        }

        if (lines.Length > 1 || invite.Headers.Contains(Join) || !SipReplaces.TryParse(lines[0], out SipReplaces wanted))
        {
            return SipRejection.BadReplaces;
        }

        if (find(new DialogId(wanted.CallId, wanted.ToTag, wanted.FromTag)) is not { } usage)
        {
            return SipRejection.NoSuchDialog;
        }

        switch (usage.State)
        {
            case CallState.Incoming:
                return SipRejection.NoSuchDialog;   // an early dialog that we did not begin cannot be replaced
            case CallState.Closing or CallState.Closed:
                return SipRejection.Declined;
            case CallState.Accepted or CallState.Confirmed when wanted.IsEarlyOnly:
                return SipRejection.AnsweredAlready;
            default:
                replaced = usage;
                return null;
        }
    }
}
