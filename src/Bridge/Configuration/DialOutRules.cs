using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Rules of the trunks' <c>DialOut</c> that an annotation cannot say.</summary>
internal sealed class DialOutRules : IValidateOptions<SipOptions>
{
    private const int LongestPrefix = 15;

    public ValidateOptionsResult Validate(string? name, SipOptions options)
    {
        List<string> errors = [];
        if (options.UnknownTrunk.DialOut is not null)
        {
            errors.Add("UnknownTrunk:DialOut: must be absent; only a trunk of its own can be dialled out by.");
        }

        for (int i = 0; i < options.Trunks.Count; i++)
        {
            if (options.Trunks[i].DialOut is { } dialOut)
            {
                Check(errors, $"Trunks:{i}:DialOut", dialOut, options.Trunks[i]);
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(List<string> errors, string key, TrunkDialOutOptions dialOut, TrunkOptions trunk)
    {
        if (trunk.Registration is null && trunk.Peer is null)
        {
            errors.Add($"{key}: has nowhere to send calls to; the trunk needs a Registration or a Peer.");
        }

        if (dialOut.AllowedPrefixes.Count == 0)
        {
            errors.Add($"{key}:AllowedPrefixes: is empty, so no number could be called; list beginnings such as +33, or leave DialOut out.");
        }

        CheckPrefixes(errors, $"{key}:AllowedPrefixes", dialOut.AllowedPrefixes);
        CheckPrefixes(errors, $"{key}:DeniedPrefixes", dialOut.DeniedPrefixes);
        if (dialOut.CallerNumber.Length == 0 && trunk.Registration is null)
        {
            errors.Add($"{key}:CallerNumber: is needed where there is no Registration whose user could be shown.");
        }
        else if (dialOut.CallerNumber.Length != 0 && trunk.Numbers.Count != 0 && trunk.Numbers.All(number => number.Number != dialOut.CallerNumber))
        {
            errors.Add($"{key}:CallerNumber: '{dialOut.CallerNumber}' is none of the trunk's Numbers.");
        }
    }

    private static void CheckPrefixes(List<string> errors, string key, IList<string> prefixes)
    {
        for (int i = 0; i < prefixes.Count; i++)
        {
            bool isPrefix = prefixes[i] is ['+', >= '1' and <= '9', ..] and { Length: <= 1 + LongestPrefix } && prefixes[i].Skip(1).All(char.IsAsciiDigit);
            if (!isPrefix)
            {
                errors.Add($"{key}:{i}: '{prefixes[i]}' is not the beginning of an E.164 number, such as +33.");
            }
        }
    }
}
