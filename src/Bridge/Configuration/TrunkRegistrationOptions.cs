using System.ComponentModel.DataAnnotations;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Registration</c> of a trunk: how the bridge signs on at the operator's registrar.</summary>
public sealed class TrunkRegistrationOptions
{
    /// <summary>The registrar, <c>host</c> or <c>host:port</c>; the host is a name (without port looked up by SRV, RFC 3263) or an address, IPv6 in brackets.</summary>
    [Required]
    public string Registrar { get; set; } = "";

    /// <summary>Domain of our address at the registrar. Empty: the host of <see cref="Registrar"/>.</summary>
    public string Domain { get; set; } = "";

    /// <summary>How requests are sent.</summary>
    public SipTransportKind Transport { get; set; } = SipTransportKind.Udp;

    /// <summary>User part of our address, as the operator gave it: often the number.</summary>
    [Required, RegularExpression("^[A-Za-z0-9+._~!*'()&=$,-]{1,64}$", ErrorMessage = "The field {0} takes 1 to 64 characters of a SIP user, without @.")]
    public string User { get; set; } = "";

    /// <summary>User name for the authentication. Empty: <see cref="User"/>.</summary>
    public string AuthUser { get; set; } = "";

    /// <summary>The secret. Never in logs, errors or pages.</summary>
    [Required]
    public string Password { get; set; } = "";

    /// <summary>Lifetime that is asked for, whole seconds. The registrar may grant less, or ask for more.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Expires { get; set; } = TimeSpan.FromSeconds(1800);

    /// <summary>A second registrar, written as <see cref="Registrar"/>: taken while the first one fails. Empty: there is none.</summary>
    public string Backup { get; set; } = "";

    /// <summary>What challenges of the operator are answered with: to REGISTER, and to requests within calls.</summary>
    public DigestCredentials ToCredentials() => new(AuthUser.Length == 0 ? User : AuthUser, Password);

    /// <summary>A proxy, written as <see cref="Registrar"/>, that requests are sent to instead of the registrar (RFC 3261 §8.1.2). Empty: there is none.</summary>
    public string OutboundProxy { get; set; } = "";

    /// <summary>Where requests go: the proxy when there is one, else the registrars, the first one first.</summary>
    public IEnumerable<PeerAddress> Places() => OutboundProxy.Length != 0 ? Parse(OutboundProxy) : [.. Parse(Registrar), .. Parse(Backup)];

    /// <summary>Every place that calls may come from because of this registration.</summary>
    public IEnumerable<PeerAddress> Sources() => [.. Parse(Registrar), .. Parse(Backup), .. Parse(OutboundProxy)];

    /// <summary>The names by which the certificates of those places may go: their hosts' and the domain's.</summary>
    public IEnumerable<string> CertificateNames() =>
        Sources().Select(place => place.Host).Concat(Domain.Length == 0 ? [] : [Domain]).Distinct(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<PeerAddress> Parse(string text) => PeerAddress.TryParse(text, out PeerAddress? address) ? [address] : [];
}
