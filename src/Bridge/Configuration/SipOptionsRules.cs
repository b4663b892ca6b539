using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Rules of section <c>Sip</c> that an annotation cannot say.</summary>
internal sealed class SipOptionsRules : IValidateOptions<SipOptions>
{
    public ValidateOptionsResult Validate(string? name, SipOptions options)
    {
        List<string> errors = [];
        CheckListen(errors, "Udp", options.Udp);
        CheckListen(errors, "Tcp", options.Tcp);
        if (options.Udp is not null && options.Tcp is not null && options.Udp.Concat(options.Tcp).All(e => e.Length == 0))
        {
            errors.Add("Udp, Tcp: no address to listen on is left.");
        }

        if (options.PublicAddress.Length != 0 && !IPAddress.TryParse(options.PublicAddress, out _))
        {
            errors.Add($"PublicAddress: '{options.PublicAddress}' is not an IP address.");
        }

        if (options.UnknownTrunk.Sources.Count != 0)
        {
            errors.Add("UnknownTrunk:Sources: must be empty; it stands for every address that no trunk lists.");
        }

        if (options.UnknownTrunk.Registration is not null)
        {
            errors.Add("UnknownTrunk:Registration: must be absent; only a trunk of its own can be registered.");
        }

        CheckCodecs(errors, "UnknownTrunk", options.UnknownTrunk);
        CheckSrtp(errors, "UnknownTrunk", options.UnknownTrunk.Srtp);
        CheckSessionInterval(errors, "UnknownTrunk", options.UnknownTrunk);
        HashSet<string> names = [options.UnknownTrunk.Name];
        for (int i = 0; i < options.Trunks.Count; i++)
        {
            TrunkOptions trunk = options.Trunks[i];
            if (!names.Add(trunk.Name))
            {
                errors.Add($"Trunks:{i}:Name: '{trunk.Name}' is used twice.");
            }

            if (trunk.Registration is { } registration)
            {
                CheckRegistration(errors, $"Trunks:{i}:Registration", registration, options);
            }
            else if (trunk.Sources.Count == 0)
            {
                errors.Add($"Trunks:{i}:Sources: names no address, so no call could ever belong to this trunk.");
            }

            CheckCodecs(errors, $"Trunks:{i}", trunk);
            CheckSrtp(errors, $"Trunks:{i}", trunk.Srtp);
            CheckSessionInterval(errors, $"Trunks:{i}", trunk);
            for (int s = 0; s < trunk.Sources.Count; s++)
            {
                if (!TrunkOptions.TryParseSource(trunk.Sources[s], out _))
                {
                    errors.Add($"Trunks:{i}:Sources:{s}: '{trunk.Sources[s]}' is neither an address nor a network such as 192.0.2.0/24.");
                }
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // What is written is named, but for the password.
    private static void CheckRegistration(List<string> errors, string key, TrunkRegistrationOptions registration, SipOptions options)
    {
        if (registration.Registrar.Length != 0 && !registration.TryReadRegistrar(out _, out _))
        {
            errors.Add($"{key}:Registrar: '{registration.Registrar}' is not a host with a port, such as sip.example.net:5060.");
        }

        if (registration.Domain.Length != 0 && Uri.CheckHostName(registration.Domain) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            errors.Add($"{key}:Domain: '{registration.Domain}' is not a domain.");
        }

        if (registration.AuthUser.Any(char.IsControl))
        {
            errors.Add($"{key}:AuthUser: holds a control character.");
        }

        if (registration.Password.Any(char.IsControl))
        {
            errors.Add($"{key}:Password: holds a control character.");
        }

        bool isUdp = registration.Transport == SipTransportKind.Udp;
        if ((isUdp ? options.Udp : options.Tcp) is { } listen && listen.All(entry => entry.Length == 0))
        {
            errors.Add($"{key}:Transport: {registration.Transport} has no address to listen on, so no call could come back that way.");
        }
    }

    private static void CheckCodecs(List<string> errors, string key, TrunkOptions trunk)
    {
        if (trunk.Codecs.GroupBy(codec => codec).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            errors.Add($"{key}:Codecs: {twice.Key} is listed twice.");
        }
    }

    private static void CheckSrtp(List<string> errors, string key, TrunkSrtpOptions srtp)
    {
        if (srtp.Use == SdpCryptoUse.None && (srtp.WithoutTls || srtp.Optimistic))
        {
            errors.Add($"{key}:Srtp:Use: is None, so WithoutTls and Optimistic would do nothing.");
        }
    }

    private static void CheckSessionInterval(List<string> errors, string key, TrunkOptions trunk)
    {
        if (trunk.SessionInterval > TimeSpan.Zero && trunk.SessionInterval < TimeSpan.FromSeconds(90))
        {
            errors.Add($"{key}:SessionInterval: takes 00:00:00, or 00:01:30 at least (RFC 4028 §5).");
        }
    }

    private static void CheckListen(List<string> errors, string key, IList<string>? entries)
    {
        for (int i = 0; i < entries?.Count; i++)
        {
            if (entries[i].Length != 0 && !ListenAddress.TryParse(entries[i], out _))
            {
                errors.Add($"{key}:{i}: '{entries[i]}' is not an address with a port, such as 0.0.0.0:5060 or [::]:5060.");
            }
        }

        if (entries?.Where(e => e.Length != 0 && !e.EndsWith(":0", StringComparison.Ordinal)).GroupBy(e => e).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            errors.Add($"{key}: '{twice.Key}' is listed twice.");
        }
    }
}
