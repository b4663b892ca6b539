using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>The small forms in which a value of a message may be shown; what fits none of them is hidden.</summary>
internal static class ShownText
{
    /// <summary>Stands for a hidden value.</summary>
    public const string Hidden = "•••";

    /// <summary>Stands for hidden parameters.</summary>
    public const string More = "…";

    private const int Longest = 160;
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");

    /// <summary>A name that the sender made up, such as a Call-ID or tag: printable ASCII, without the digits that are hidden elsewhere.</summary>
    public static string Opaque(ReadOnlySpan<char> text, HiddenDigits hidden)
    {
        bool isCut = text.Length > Longest;
        Span<char> shown = stackalloc char[Longest];
        text = isCut ? text[..Longest] : text;
        for (int i = 0; i < text.Length; i++)
        {
            shown[i] = text[i] is >= ' ' and <= '~' ? text[i] : HiddenDigits.Mask;
        }

        return hidden.Show(shown[..text.Length]) + (isCut ? More : "");
    }

    /// <summary>A count or a time: digits, perhaps with one point.</summary>
    public static string Number(ReadOnlySpan<char> text, HiddenDigits hidden) =>
        text.Length is > 0 and <= 20 && !text.ContainsAnyExcept(NumberChars) ? hidden.Show(text) : Hidden;

    /// <summary>One word of a known list, in any case.</summary>
    public static string Word(string text, FrozenSet<string> known) => known.Contains(text) ? text : Hidden;

    /// <summary>Each word of a list that is known; the others together as one mark.</summary>
    public static string Words(IEnumerable<string> texts, FrozenSet<string> known) =>
        string.Join(", ", texts.Select(text => Word(text, known)).Distinct());

    /// <summary>An address, or a host name without digits that are hidden elsewhere.</summary>
    public static string Host(string host, HiddenDigits hidden)
    {
        if (IPAddress.TryParse(host.AsSpan().Trim("[]"), out _))
        {
            return host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
        }

        // ENUM names hold the number digit by digit (RFC 6116 §3.2).
        return host.EndsWith("e164.arpa", StringComparison.OrdinalIgnoreCase) ? Hidden : Opaque(host, hidden);
    }

    /// <summary>A method that is known.</summary>
    public static string Method(string method) => SipMethods.IsKnown(method) ? method : Hidden;

    /// <summary>Parts between separators that stand neither in quotes nor in angle brackets, trimmed, empty ones left out.</summary>
    public static List<string> Split(string text, char separator)
    {
        List<string> parts = [];
        bool isQuoted = false;
        bool isBracketed = false;
        int from = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : separator;
            if (i < text.Length && isQuoted)
            {
                isQuoted = c != '"';
                i += c == '\\' ? 1 : 0;
            }
            else if (i >= text.Length || (c == separator && !isBracketed))
            {
                if (text.AsSpan(from, Math.Min(i, text.Length) - from).Trim() is { IsEmpty: false } part)
                {
                    parts.Add(part.ToString());
                }

                from = i + 1;
            }
            else
            {
                isQuoted = c == '"';
                isBracketed = c == '<' || (isBracketed && c != '>');
            }
        }

        return parts;
    }

    /// <summary>A list of words, compared without case.</summary>
    public static FrozenSet<string> Known(params string[] words) => FrozenSet.Create(StringComparer.OrdinalIgnoreCase, words);
}
