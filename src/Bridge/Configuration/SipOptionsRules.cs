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
        CheckListen(errors, "Tls", options.Tls);
        if (options.Udp is not null && options.Tcp is not null && options.Udp.Concat(options.Tcp).Concat(options.Tls ?? []).All(e => e.Length == 0))
        {
            errors.Add("Udp, Tcp, Tls: no address to listen on is left.");
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

        if (options.UnknownTrunk.Peer is not null)
        {
            errors.Add("UnknownTrunk:Peer: must be absent; only a trunk of its own can be watched.");
        }

        for (int i = 0; i < options.Dns.Servers.Count; i++)
        {
            if (DnsOptions.Parse(options.Dns.Servers[i]) is null)
            {
                errors.Add($"Dns:Servers:{i}: '{options.Dns.Servers[i]}' is not an address, such as 192.0.2.53 or 192.0.2.53:53.");
            }
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
            else if (trunk.Sources.Count == 0 && trunk.Peer is null && trunk.Tls is not { Names.Count: > 0 })
            {
                errors.Add($"Trunks:{i}:Sources: names no address, and Tls names no certificate, so no call could ever belong to this trunk.");
            }

            if (trunk.Peer is { } peer)
            {
                CheckPeer(errors, $"Trunks:{i}:Peer", peer, options);
            }

            CheckCodecs(errors, $"Trunks:{i}", trunk);
            CheckSrtp(errors, $"Trunks:{i}", trunk.Srtp);
            CheckSessionInterval(errors, $"Trunks:{i}", trunk);
            for (int s = 0; s < trunk.Sources.Count; s++)
            {
                if (!TrunkOptions.TryParseSource(trunk.Sources[s], out _) && !TrunkOptions.IsSourceName(trunk.Sources[s]))
                {
                    errors.Add($"Trunks:{i}:Sources:{s}: '{trunk.Sources[s]}' is neither an address, a network such as 192.0.2.0/24, nor a name.");
                }
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // What is written is named, but for the password.
    private static void CheckRegistration(List<string> errors, string key, TrunkRegistrationOptions registration, SipOptions options)
    {
        CheckPlace(errors, $"{key}:Registrar", registration.Registrar);
        CheckPlace(errors, $"{key}:Backup", registration.Backup);
        CheckPlace(errors, $"{key}:OutboundProxy", registration.OutboundProxy);
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

        CheckTransport(errors, $"{key}:Transport", registration.Transport, options, "so no call could come back that way");
    }

    private static void CheckPeer(List<string> errors, string key, TrunkPeerOptions peer, SipOptions options)
    {
        CheckPlace(errors, $"{key}:Address", peer.Address);
        CheckTransport(errors, $"{key}:Transport", peer.Transport, options, "so nothing can be sent from there");
        if (peer.OptionsInterval > TimeSpan.Zero && peer.OptionsInterval < TimeSpan.FromSeconds(1))
        {
            errors.Add($"{key}:OptionsInterval: takes 00:00:00, or 00:00:01 at least.");
        }
    }

    private static void CheckPlace(List<string> errors, string key, string text)
    {
        if (text.Length != 0 && !PeerAddress.TryParse(text, out _))
        {
            errors.Add($"{key}: '{text}' is not a host with or without a port, such as sip.example.net:5060.");
        }
    }

    private static void CheckTransport(List<string> errors, string key, SipTransportKind transport, SipOptions options, string consequence)
    {
        IList<string>? addresses = transport switch
        {
            SipTransportKind.Udp => options.Udp,
            SipTransportKind.Tls => options.Tls ?? [],
            _ => options.Tcp,
        };
        if (addresses is { } listen && listen.All(entry => entry.Length == 0))
        {
            errors.Add($"{key}: {transport} has no address to listen on, {consequence}.");
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
