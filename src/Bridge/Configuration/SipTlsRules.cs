using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Certificates;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Rules of section <c>Sip</c> about TLS and connections. The files are read here too: one that cannot be used stops the start.</summary>
internal sealed class SipTlsRules : IValidateOptions<SipOptions>
{
    public ValidateOptionsResult Validate(string? name, SipOptions options)
    {
        List<string> errors = [];
        if (options.Tls?.Any(entry => entry.Length != 0) == true && options.Certificate.CertificateFile.Length == 0)
        {
            errors.Add("Certificate:CertificateFile: must be set as long as Tls has an address.");
        }

        CheckPair(errors, "Certificate", options.Certificate.CertificateFile, options.Certificate.KeyFile);
        if (options.Connections.MaxPerAddress > options.Connections.Max)
        {
            errors.Add("Connections:MaxPerAddress: must not be larger than Max.");
        }

        if (options.UnknownTrunk.Tls is not null)
        {
            errors.Add("UnknownTrunk:Tls: must be absent; only a trunk of its own is known by a certificate.");
        }

        for (int i = 0; i < options.Trunks.Count; i++)
        {
            if (options.Trunks[i].Tls is { } tls)
            {
                Check(errors, $"Trunks:{i}:Tls", tls);
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, TrunkTlsOptions tls)
    {
        for (int i = 0; i < tls.Names.Count; i++)
        {
            bool isHost = tls.Names[i].Length is > 0 and < 256 && tls.Names[i].All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '*');
            if (!isHost && !IPAddress.TryParse(tls.Names[i], out _))
            {
                errors.Add($"{key}:Names:{i}: '{tls.Names[i]}' is not a domain, host or address.");
            }
        }

        if (tls.DemandCertificate && tls.Names.Count == 0)
        {
            errors.Add($"{key}:Names: must hold a name as long as DemandCertificate is true.");
        }

        CheckPair(errors, key, tls.CertificateFile, tls.KeyFile);
        if (tls.AuthorityFile.Length != 0)
        {
            CheckReadable(errors, $"{key}:AuthorityFile", () => PemFiles.ReadAuthorities(tls.AuthorityFile));
        }
    }

    private static void CheckPair(List<string> errors, string key, string certificateFile, string keyFile)
    {
        if (certificateFile.Length == 0 != (keyFile.Length == 0))
        {
            errors.Add($"{key}:{(keyFile.Length == 0 ? "KeyFile" : "CertificateFile")}: must be set, for the other one of the two is.");
        }
        else if (certificateFile.Length != 0)
        {
            CheckReadable(errors, $"{key}:CertificateFile", () => PemFiles.ReadOwn(certificateFile, keyFile));
        }
    }

    private static void CheckReadable(List<string> errors, string key, Func<object> read)
    {
        try
        {
            read();
        }
        catch (IOException error)
        {
            errors.Add($"{key}: {error.Message}");
        }
    }
}
