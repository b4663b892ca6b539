using System.Text;

namespace PhoneBridge.Sip.Identity;

/// <summary>How a trunk's country writes numbers: what is needed to make E.164 of them.</summary>
/// <param name="CountryCode">Digits without <c>+</c>.</param>
/// <param name="NationalPrefix">What stands before a national number and falls away abroad; empty when the country has none.</param>
/// <param name="InternationalPrefix">What is dialled instead of <c>+</c>.</param>
/// <param name="MinNationalDigits">Shortest national number without prefix.</param>
/// <param name="MaxNationalDigits">Longest national number without prefix.</param>
public sealed record NumberPlan(
    string CountryCode,
    string NationalPrefix,
    string InternationalPrefix,
    int MinNationalDigits,
    int MaxNationalDigits)
{
    /// <summary>France: <c>0X XX XX XX XX</c>, <c>00…</c>, <c>+33</c>.</summary>
    public static readonly NumberPlan France = new("33", "0", "00", 9, 9);

    private const int MinE164Digits = 7;
    private const int MaxE164Digits = 15;

    /// <summary>True when the trunk sends international numbers without <c>+</c>, of every country. Otherwise only our own country code is recognised so.</summary>
    public bool BareNumbersAreInternational { get; init; }

    /// <summary>
    /// Reads a number as written in a URI: visual separators are taken off, <c>+33…</c>, <c>0033…</c>, <c>33…</c> and national
    /// <c>0X…</c> become E.164. Short and other numbers stay as they are.
    /// </summary>
    /// <param name="text">User part or telephone-subscriber, escapes resolved, without parameters.</param>
    /// <param name="phoneContext">Value of <c>phone-context</c> (RFC 3966 §5.1.5): a global one such as <c>+33</c> takes the place of our country; null when there is none.</param>
    /// <returns>Null when the text is no number: letters in it, no digit, or more than 32 of them.</returns>
    public PhoneNumber? Read(string text, string? phoneContext = null)
    {
        if (Strip(text) is not { } number)
        {
            return null;
        }

        if (number[0] == '+')
        {
            return IsE164(number) ? new PhoneNumber(number) : null;
        }

        if (phoneContext is ['+', ..] && Strip(phoneContext) is { Length: > 1 } context && context.AsSpan(1).ContainsOnlyDigits())
        {
            // The number is local to that prefix; the plan's own rules hold when it names the plan's country.
            if (context[1..] != CountryCode)
            {
                string global = context + number;
                return new PhoneNumber(IsE164(global) ? global : number);
            }
        }
        else if (BareNumbersAreInternational && !number.StartsWith('0') && IsE164("+" + number))
        {
            return new PhoneNumber("+" + number);
        }

        return new PhoneNumber(ToE164(number) ?? number);
    }

    private string? ToE164(string number)
    {
        string? international = null;
        if (InternationalPrefix.Length > 0 && number.StartsWith(InternationalPrefix, StringComparison.Ordinal))
        {
            international = "+" + number[InternationalPrefix.Length..];
        }
        else if (NationalPrefix.Length > 0
            && number.StartsWith(NationalPrefix, StringComparison.Ordinal)
            && IsNational(number.Length - NationalPrefix.Length))
        {
            international = $"+{CountryCode}{number[NationalPrefix.Length..]}";
        }
        else if (number.StartsWith(CountryCode, StringComparison.Ordinal) && IsNational(number.Length - CountryCode.Length))
        {
            international = "+" + number;
        }
        else if (NationalPrefix.Length == 0 && IsNational(number.Length))
        {
            international = $"+{CountryCode}{number}";
        }

        return international is not null && IsE164(international) ? international : null;
    }

    private bool IsNational(int digits) => digits >= MinNationalDigits && digits <= MaxNationalDigits;

    private static bool IsE164(string number) =>
        number.Length is > MinE164Digits and <= MaxE164Digits + 1
        && number[1] != '0'
        && number.AsSpan(1).ContainsOnlyDigits();

    // RFC 3966 §3: visual separators mean nothing. Blanks are none, but come out of escapes of careless senders.
    private static string? Strip(string text)
    {
        const int Longest = 32;
        StringBuilder number = new(text.Length);
        bool hasDigit = false;
        foreach (char c in text)
        {
            if (c is '-' or '.' or '(' or ')' or ' ')
            {
                continue;
            }

            bool isAllowed = char.IsAsciiDigit(c) || c is '*' or '#' || (c == '+' && number.Length == 0);
            if (!isAllowed || number.Length == Longest)
            {
                return null;
            }

            hasDigit |= char.IsAsciiDigit(c);
            number.Append(c);
        }

        return hasDigit ? number.ToString() : null;
    }
}

/// <summary>Digits as the numbering plans mean them: ASCII only.</summary>
internal static class DigitSpan
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
