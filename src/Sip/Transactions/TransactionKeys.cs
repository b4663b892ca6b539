using System.Globalization;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Transactions;

/// <summary>What makes two requests the same server transaction (RFC 3261 §17.2.3; TRX1).</summary>
/// <param name="Branch">The branch, or the whole identity of a request of RFC 2543 that has none.</param>
/// <param name="SentBy">Host and port of the topmost Via, in lower case.</param>
/// <param name="Method">The method; ACK and CANCEL look for the transaction of their INVITE.</param>
internal readonly record struct ServerTransactionKey(string Branch, string SentBy, string Method)
{
    /// <summary>The key of the transaction that the request belongs to, or would create.</summary>
    public static ServerTransactionKey Of(SipRequest request) => Of(request, request.Method == SipMethods.Ack ? SipMethods.Invite : request.Method);

    /// <summary>The key of the INVITE that a CANCEL is about (RFC 3261 §9.2).</summary>
    public static ServerTransactionKey OfCancelled(SipRequest cancel) => Of(cancel, SipMethods.Invite);

    /// <summary>True when the request was made by an element of RFC 3261.</summary>
    public static bool HasCookie(SipRequest request) =>
        request.TopVia.Branch is { } branch
        && branch.Length > SipVia.MagicCookie.Length
        && branch.StartsWith(SipVia.MagicCookie, StringComparison.OrdinalIgnoreCase);

    private static ServerTransactionKey Of(SipRequest request, string method)
    {
        SipVia via = request.TopVia;
        string sentBy = string.Create(
            CultureInfo.InvariantCulture, $"{via.SentByHost.ToLowerInvariant()}:{via.SentByPort ?? 0}");
        if (HasCookie(request))
        {
            return new ServerTransactionKey(via.Branch!, sentBy, method);
        }

        // RFC 2543: Request-URI, From tag, Call-ID, CSeq number and topmost Via. The To tag is left out, because the
        // ACK carries the one that our answer brought; it is compared where an ACK is matched.
        string identity = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.CallId}\n{request.From.Tag}\n{request.CSeq.Number}\n{request.Uri}\n{via.Branch}");
        return new ServerTransactionKey(identity, sentBy, method);
    }
}

/// <summary>What matches an answer to a request of ours (RFC 3261 §17.1.3).</summary>
internal readonly record struct ClientTransactionKey(string Branch, string Method);

/// <summary>What makes a request that came by two ways one and the same (RFC 3261 §8.2.2.2; TRX5).</summary>
internal readonly record struct MergeKey(string CallId, string FromTag, uint CSeq, string Method)
{
    /// <summary>The key, or null when the request belongs to a dialog or has no From tag to tell it by.</summary>
    public static MergeKey? Of(SipRequest request) =>
        request.To.Tag is null && request.From.Tag is { } tag
            ? new MergeKey(request.CallId, tag, request.CSeq.Number, request.Method)
            : null;
}
