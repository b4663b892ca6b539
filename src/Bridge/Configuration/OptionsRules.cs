using System.Net;
using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Rules of section <c>Media</c> across its keys.</summary>
internal sealed class MediaOptionsRules : IValidateOptions<MediaOptions>
{
    public ValidateOptionsResult Validate(string? name, MediaOptions options)
    {
        List<string> errors = [];
        if (options.LastPort - options.FirstPort < 3)
        {
            errors.Add($"FirstPort, LastPort: {options.FirstPort} to {options.LastPort} is no range of at least four ports.");
        }

        if (options.PublicAddress.Length != 0 && !IPAddress.TryParse(options.PublicAddress, out _))
        {
            errors.Add($"PublicAddress: '{options.PublicAddress}' is not an IP address.");
        }

        if (options.SilenceBeforeEnd <= options.SilenceBeforeProbe)
        {
            errors.Add("SilenceBeforeEnd: must be longer than SilenceBeforeProbe.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

/// <summary>Rules of section <c>Ivr</c> across its keys.</summary>
internal sealed class DialogueOptionsRules : IValidateOptions<DialogueOptions>
{
    public ValidateOptionsResult Validate(string? name, DialogueOptions options)
    {
        List<string> errors = [];
        if (options.TryTimeout < options.FirstKeyTimeout)
        {
            errors.Add("TryTimeout: must not be shorter than FirstKeyTimeout.");
        }

        if (options.EntryTimeout < options.TryTimeout)
        {
            errors.Add("EntryTimeout: must not be shorter than TryTimeout.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

/// <summary>Rules of section <c>Api</c> that an annotation cannot say.</summary>
internal sealed class ApiOptionsRules : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        bool isPlainHttp = Uri.TryCreate(options.Listen, UriKind.Absolute, out Uri? uri)
            && uri.Scheme == Uri.UriSchemeHttp && uri.PathAndQuery == "/" && IPAddress.TryParse(uri.DnsSafeHost, out _);
        return isPlainHttp
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Listen: '{options.Listen}' is not http://address:port with an IP address, such as http://127.0.0.1:8080.");
    }
}
