using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>A call to be placed (RFC 3261 §13.2). Its texts are not to be logged: they hold numbers.</summary>
public sealed record SipOutgoingCallOptions
{
    /// <summary>Whom to call: Request-URI and To.</summary>
    public required SipUri Target { get; init; }

    /// <summary>Who calls. A tag is not heeded.</summary>
    public required SipNameAddress From { get; init; }

    /// <summary>The way to the next hop: of <see cref="SipEndpoint.FlowTo"/>, or one that a message came by.</summary>
    public required SipFlow Flow { get; init; }

    /// <summary>Our offer. Its media must be ready to receive: early media may come before any answer.</summary>
    public required SdpSession Offer { get; init; }

    /// <summary>Proxies to pass, nearest first (outbound proxy, Service-Route of a registration).</summary>
    public IReadOnlyList<SipNameAddress> Routes { get; init; } = [];

    /// <summary>P-Asserted-Identity, for a trunk that trusts us (RFC 3325 §9.1); null for none.</summary>
    public SipNameAddress? AssertedIdentity { get; init; }

    /// <summary>P-Preferred-Identity, for a trunk that does not (RFC 3325 §9.2); null for none.</summary>
    public SipNameAddress? PreferredIdentity { get; init; }

    /// <summary>Asks for <c>Privacy: id</c> (RFC 3325 §9.3). From must be an anonymous one then.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>User part of our Contact, as it stands in a URI; null for none. Registered trunks know us by it.</summary>
    public string? ContactUser { get; init; }

    /// <summary>What challenges are answered with, during the whole call (RFC 3261 §22); null when there is nothing.</summary>
    public DigestCredentials? Credentials { get; init; }

    /// <summary>Session timer that we ask for (RFC 4028), whole seconds; less than 90 s counts as 90 s. Zero: we do not ask.</summary>
    public TimeSpan SessionInterval { get; init; }

    /// <summary>How long to let it ring, counted from the start; then CANCEL.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// How many redirections (3xx) are followed, one after the other. Only to addresses at the host of <see cref="Target"/>
    /// or of the next hop, and by the same way: a redirection must not make us call elsewhere. 0: none.
    /// </summary>
    public int MaxRedirections { get; init; }
}
