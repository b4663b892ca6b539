using System.Net;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>One call, that came in or that we placed: what is known of it, and the commands that steer it.</summary>
/// <remarks>
/// Commands may be given from any thread: they are posted to the SIP loop and take effect there in order. A command that
/// the state of the call does not allow any more changes nothing, for the peer may have hung up meanwhile.
/// </remarks>
public sealed class SipCall
{
    private readonly SipUserAgent _agent;
    private readonly ICallLeg _leg;

    internal SipCall(SipUserAgent agent, ICallLeg leg, SipRequest invite, SdpSession? offer, SipFlow flow, SipCall? replaces)
    {
        _agent = agent;
        _leg = leg;
        Replaces = replaces;
        Invite = invite;
        Offer = offer;
        Flow = flow;
        CallId = invite.CallId;
    }

    /// <summary>True for a call that we placed.</summary>
    public bool IsOutgoing { get; internal init; }

    /// <summary>
    /// The INVITE; of ours the first one sent. Its typed views are made when first read: read it on the SIP loop only, and do not
    /// change it.
    /// </summary>
    public SipRequest Invite { get; }

    /// <summary>The offer in the INVITE; null when the caller wants ours (late offer, DLG6).</summary>
    public SdpSession? Offer { get; }

    /// <summary>
    /// The call of ours whose place this one takes when it is accepted; that one ends with BYE then (RFC 3891, DLG12). Null for
    /// none. It is the application's to see to it that the one may replace the other.
    /// </summary>
    public SipCall? Replaces { get; }

    /// <summary>The way that the INVITE came or went.</summary>
    public SipFlow Flow { get; }

    /// <summary>Where the INVITE came from, or went to.</summary>
    public IPEndPoint Source => Flow.Remote;

    /// <summary>The transport that the INVITE came or went by.</summary>
    public SipTransportKind Transport => Flow.Transport;

    /// <summary>True when the INVITE came or went over TLS.</summary>
    public bool IsSecure => Flow.IsSecure;

    /// <summary>Our address that the INVITE came to, or left from.</summary>
    public IPAddress LocalAddress => Flow.Local.Address;

    /// <summary>Call-ID, for logs on both sides.</summary>
    public string CallId { get; }

    /// <summary>Sends 180: reliably where the INVITE demands it (RFC 3262, DLG9).</summary>
    public void Ring() => Post(static (usage, now) => usage.Ring(now));

    /// <summary>
    /// What challenges to our requests within the call are answered with (RFC 3261 §22), for one that came in over a registered
    /// trunk. A call that we placed has its credentials already.
    /// </summary>
    public void Authenticate(DigestCredentials credentials) => Post((usage, _) => usage.Authenticate(credentials));

    /// <summary>Sends 200 with the answer, or with our offer when the INVITE had none.</summary>
    /// <param name="sdp">The answer or offer.</param>
    /// <param name="sessionInterval">
    /// Session timer (RFC 4028) that we ask for where the caller knows it and asks for none, in whole seconds; less than 90 s
    /// counts as 90 s. Zero: we do not ask. What the caller asks for is honoured in any case.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is negative.</exception>
    public void Accept(SdpSession sdp, TimeSpan sessionInterval = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sessionInterval, TimeSpan.Zero);
        Post((usage, now) => usage.Accept(sdp, (uint)sessionInterval.TotalSeconds, now));
    }

    /// <summary>Refuses the call before it was answered.</summary>
    /// <param name="status">300 to 699.</param>
    /// <param name="reason">Reason phrase; null for the usual one.</param>
    /// <param name="headers">Headers to add, such as Retry-After or Warning.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not a failure.</exception>
    public void Reject(int status, string? reason = null, IEnumerable<(string Name, string Value)>? headers = null)
    {
        CheckFailure(status);
        (string, string)[] extra = headers is null ? [] : [.. headers];
        Post((usage, now) => usage.Reject(new SipRejection(status, reason, extra), SipCallEndKind.Rejected, now));
    }

    /// <summary>Answers <see cref="ISipCallEvents.OnOffer"/>: with the answer, or with our offer when there was none.</summary>
    public void AnswerOffer(SdpSession sdp) => Post((usage, now) => usage.Offers.Answer(sdp, now));

    /// <summary>Refuses the offer of <see cref="ISipCallEvents.OnOffer"/>; the session goes on as before.</summary>
    /// <param name="status">300 to 699; 488 is usual.</param>
    /// <param name="warning">Value of a Warning header (RFC 3261 §20.43); null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not a failure.</exception>
    public void RefuseOffer(int status, string? warning)
    {
        CheckFailure(status);
        (string, string)[] extra = warning is null ? [] : [(SipHeaderNames.Warning, warning)];
        Post((usage, now) => usage.Offers.Refuse(new SipRejection(status, null, extra), now));
    }

    /// <summary>
    /// Changes the session by a re-INVITE of ours, as soon as no other exchange is open; a crossing offer of the peer is
    /// waited for and ours repeated (DLG4). The outcome is OnAnswer or OnOfferFailed.
    /// </summary>
    public void SendOffer(SdpSession offer) => Post((usage, now) => usage.Offers.Send(offer, now));

    /// <summary>Ends the call: BYE with Reason headers; before the answer a failure answer, or CANCEL when it is ours.</summary>
    public void HangUp(SipHangUp cause) => _agent.Post(_leg, (leg, now) => leg.HangUp(cause, now));

    /// <summary>
    /// Asks the peer for a sign of life by OPTIONS within the dialog. Any answer but 408 and 481 gives OnAlive; those two and
    /// silence end the call (DLG5). Nothing happens while the call is not confirmed or an earlier probe is open.
    /// </summary>
    public void Probe() => Post(static (usage, now) => usage.Probe(now));

    // The dialog that a command is for is known on the loop only: a call of ours has none at first, and then perhaps several.
    private void Post(Action<InviteUsage, TimeSpan> run) => _agent.Post(_leg, (leg, now) =>
    {
        if (leg.Target is { } usage)
        {
            run(usage, now);
        }
    });

    private static void CheckFailure(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 699);
    }
}
