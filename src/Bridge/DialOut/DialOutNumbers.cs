using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Identity;

namespace PhoneBridge.Bridge.DialOut;

/// <summary>Which numbers may be rung, and how they are written for the operator. Any thread.</summary>
internal static class DialOutNumbers
{
    /// <summary>Reads a number of a request: E.164, <c>+</c> and 7 to 15 digits, nothing else. Never throws: null when it is none.</summary>
    public static PhoneNumber? Read(string? text) =>
        text is ['+', .. { Length: <= 15 } digits] && digits.All(char.IsAsciiDigit) && NumberPlan.France.Read(text) is { IsE164: true } number ? number : null;

    /// <summary>Whether a trunk may ring that number: only what is listed, and nothing of what is denied.</summary>
    public static bool IsAllowed(TrunkDialOutOptions dialOut, PhoneNumber number)
    {
        string full = number.Reveal();
        return dialOut.AllowedPrefixes.Any(prefix => full.StartsWith(prefix, StringComparison.Ordinal))
            && !dialOut.DeniedPrefixes.Any(prefix => full.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>The number as the trunk's operator wants it. For the signalling alone.</summary>
    /// <param name="e164">With <c>+</c>.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="country">Calling code of the trunk's country.</param>
    public static string Write(string e164, DialledNumberFormat format, string country)
    {
        string digits = e164[1..];
        NumberPlan plan = CallRouting.PlanOf(country);
        return format switch
        {
            DialledNumberFormat.E164Plus => e164,
            DialledNumberFormat.E164 => digits,
            _ when digits.StartsWith(country, StringComparison.Ordinal) => plan.NationalPrefix + digits[country.Length..],
            _ => plan.InternationalPrefix + digits,
        };
    }
}
