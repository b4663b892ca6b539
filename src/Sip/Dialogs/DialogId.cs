using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Dialogs;

/// <summary>What identifies a dialog on our side (RFC 3261 §12). A peer of RFC 2543 may have no tag: null equals null.</summary>
internal readonly record struct DialogId(string CallId, string LocalTag, string? RemoteTag)
{
    /// <summary>The dialog that a request of the peer names; null when its To has no tag.</summary>
    public static DialogId? Of(SipRequest request) =>
        request.To.Tag is { } local ? new DialogId(request.CallId, local, request.From.Tag) : null;
}
