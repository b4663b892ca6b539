using System.Net;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Registration;

/// <summary>One registration to be kept (RFC 3261 §10.2).</summary>
public sealed record SipRegistrationOptions
{
    /// <summary>User part of the address that is registered, as it stands in a URI; also of our Contact.</summary>
    public required string User { get; init; }

    /// <summary>Domain of the address that is registered; the Request-URI names it.</summary>
    public required string Domain { get; init; }

    /// <summary>Where requests are sent, the best place first; the next one is taken when one fails (RFC 3263 §4.3). At least one.</summary>
    public required IReadOnlyList<IPEndPoint> Registrars { get; init; }

    /// <summary>A proxy that requests go through, as their Route names it (RFC 3261 §8.1.2); <see cref="Registrars"/> are its places then. Null: none.</summary>
    public SipUri? OutboundProxy { get; init; }

    /// <summary>How requests are sent.</summary>
    public SipTransportKind Transport { get; init; } = SipTransportKind.Udp;

    /// <summary>What challenges are answered with.</summary>
    public required DigestCredentials Credentials { get; init; }

    /// <summary>Lifetime asked for, whole seconds; the registrar may grant less, or ask for more (423).</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(1800);

    /// <summary>Wait after the first failure; doubles with each further one. Half of it to all of it is waited (RFC 5626 §4.5).</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Where the doubling ends.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);
}
