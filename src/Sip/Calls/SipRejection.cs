using System.Globalization;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Calls;

/// <summary>A failure answer before it has a request: the answers of the profile's §2.5 in one place.</summary>
/// <param name="Status">300 to 699.</param>
/// <param name="Reason">Reason phrase; null for the usual one.</param>
/// <param name="Headers">Headers that go with it.</param>
internal sealed record SipRejection(int Status, string? Reason, (string Name, string Value)[] Headers)
{
    /// <summary>A method that we know and do not serve.</summary>
    public static readonly SipRejection MethodNotAllowed = new(405, null, [(SipHeaderNames.Allow, SipCapabilities.Allow)]);

    /// <summary>A method that we do not know.</summary>
    public static readonly SipRejection NotImplemented = new(501, null, [(SipHeaderNames.Allow, SipCapabilities.Allow)]);

    /// <summary>No dialog or transaction by these tags.</summary>
    public static readonly SipRejection NoSuchDialog = new(481, null, []);

    /// <summary>A request without TLS in a dialog that is kept secret by it.</summary>
    public static readonly SipRejection NotSecure = new(403, "TLS Required", []);

    /// <summary>The same request came by another way (TRX5).</summary>
    public static readonly SipRejection Merged = new(482, "Merged Request", []);

    /// <summary>We keep no subscriptions.</summary>
    public static readonly SipRejection BadEvent = new(489, "Bad Event", []);

    /// <summary>The peer's INVITE was given up.</summary>
    public static readonly SipRejection Terminated = new(487, "Request Terminated", []);

    /// <summary>An offer of ours is open (DLG4).</summary>
    public static readonly SipRejection RequestPending = new(491, "Request Pending", []);

    /// <summary>The peer takes no SDP in the answer.</summary>
    public static readonly SipRejection NotAcceptable = new(406, null, [(SipHeaderNames.Accept, SipCapabilities.Accept)]);

    /// <summary>An INVITE that does not say by a SIP URI where the dialog's requests go (RFC 3261 §8.1.1.8).</summary>
    public static readonly SipRejection NoContact = new(400, "Missing SIP Contact", []);

    /// <summary>CSeq lower than that of an earlier request (DLG2).</summary>
    public static readonly SipRejection OutOfOrder = new(500, "CSeq out of order", []);

    /// <summary>Transfers are not served; a call that is over cannot be replaced.</summary>
    public static readonly SipRejection Declined = new(603, null, []);

    /// <summary>Several Replaces, one that cannot be read, or one beside a Join (RFC 3891 §3).</summary>
    public static readonly SipRejection BadReplaces = new(400, "Bad Replaces", []);

    /// <summary>The call to be replaced was answered already, and that was not wanted (RFC 3891 §3).</summary>
    public static readonly SipRejection AnsweredAlready = new(486, null, []);

    /// <summary>Nobody acknowledged our reliable provisional answer (RFC 3262 §3).</summary>
    public static readonly SipRejection NoPrack = new(504, null, []);

    /// <summary>A defect of ours.</summary>
    public static readonly SipRejection Fault = new(500, null, []);

    /// <summary>What a request with that body deserves; null when there is nothing to refuse.</summary>
    public static SipRejection? ForBody(SdpBodyResult body) =>
        body.RefusalStatus == 0
            ? null
            : new(body.RefusalStatus, null, [.. body.RefusalHeaders.Select(static header => (header.Name, header.Value))]);

    /// <summary>Options that the peer requires and we do not know (DLG10).</summary>
    public static SipRejection BadExtension(IEnumerable<string> options) =>
        new(420, null, [(SipHeaderNames.Unsupported, string.Join(", ", options))]);

    /// <summary>Another INVITE or offer is being worked on: try again soon (DLG4).</summary>
    public static SipRejection Busy(SipTokens tokens) => new(500, null, [RetryAfter(tokens.Between(0, 10))]);

    /// <summary>No new calls for now (§2.5: 30 to 120 s).</summary>
    public static SipRejection Unavailable(SipTokens tokens) => new(503, null, [RetryAfter(tokens.Between(30, 120))]);

    /// <summary>A Retry-After header.</summary>
    public static (string Name, string Value) RetryAfter(int seconds) =>
        (SipHeaderNames.RetryAfter, seconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>The answer to one request.</summary>
    public SipResponse To(SipRequest request, string toTag)
    {
        SipResponse response = SipResponse.For(request, Status, Reason, toTag);
        foreach ((string name, string value) in Headers)
        {
            response.Headers.Add(name, value);
        }

        return response;
    }
}
