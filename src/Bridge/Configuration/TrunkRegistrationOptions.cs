using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Registration</c> of a trunk: how the bridge signs on at the operator's registrar.</summary>
public sealed class TrunkRegistrationOptions
{
    private const int DefaultPort = 5060;

    /// <summary>The registrar, <c>host:port</c> or <c>host</c> (port 5060); the host is a name or an address, IPv6 in brackets.</summary>
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

    /// <summary>What challenges of the operator are answered with: to REGISTER, and to requests within calls.</summary>
    public DigestCredentials ToCredentials() => new(AuthUser.Length == 0 ? User : AuthUser, Password);

    /// <summary>Host and port of <see cref="Registrar"/>.</summary>
    /// <returns>False when it is not written so.</returns>
    public bool TryReadRegistrar([NotNullWhen(true)] out string? host, out int port)
    {
        port = DefaultPort;
        host = Registrar;
        int colon = Registrar.LastIndexOf(':');
        if (colon > Registrar.LastIndexOf(']'))
        {
            host = Registrar[..colon];
            if (!int.TryParse(Registrar.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535)
            {
                return false;
            }
        }

        bool isBracketed = host is ['[', .., ']'];
        host = isBracketed ? host[1..^1] : host;
        UriHostNameType kind = Uri.CheckHostName(host);
        return isBracketed ? kind == UriHostNameType.IPv6 : kind is UriHostNameType.Dns or UriHostNameType.IPv4;
    }
}
