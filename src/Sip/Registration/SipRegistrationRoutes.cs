using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Registration;

/// <summary>What a registrar's last 2xx said of the ways to and from it. Immutable.</summary>
/// <param name="ServiceRoute">The way that calls of ours to the registrar's side should go: their Route headers (RFC 3608 §5).</param>
/// <param name="Path">The proxies that the registrar sends calls for us through (RFC 3327 §5.1).</param>
public sealed record SipRegistrationRoutes(IReadOnlyList<SipNameAddress> ServiceRoute, IReadOnlyList<SipNameAddress> Path)
{
    /// <summary>Nothing was said.</summary>
    public static readonly SipRegistrationRoutes None = new([], []);
}
