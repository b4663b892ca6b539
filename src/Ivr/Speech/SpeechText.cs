using System.Globalization;
using System.Text;

namespace PhoneBridge.Ivr.Speech;

/// <summary>Cleans text written by people before it is spoken: titles come from outside and are hostile until proved otherwise.</summary>
public static class SpeechText
{
    /// <summary>The longest text that is ever spoken in one piece [characters].</summary>
    public const int MaxLength = 200;

    // Input is only looked at so far: a title of 100 KB costs no more than this.
    private const int MaxInspected = 4 * MaxLength;

    /// <summary>Keeps letters, marks, digits, currency and a little punctuation; everything else becomes one space.</summary>
    /// <remarks>
    /// What goes: control, format (direction and zero-width), private and unassigned characters, lone surrogates, symbols, and
    /// brackets of all kinds: to the engine <c>[[…]]</c> is phoneme code and <c>&lt;…&gt;</c> may be markup.
    /// </remarks>
    /// <param name="text">Any text; null counts as empty.</param>
    /// <param name="maxLength">Longest result [UTF-16 characters]; a longer text ends at the last whole word.</param>
    public static string Clean(string? text, int maxLength = MaxLength)
    {
        StringBuilder clean = new();
        bool isSpaceDue = false;
        foreach (Rune rune in Start(text).EnumerateRunes())
        {
            if (!IsSpeakable(rune))
            {
                isSpaceDue = clean.Length > 0;
                continue;
            }

            if (isSpaceDue)
            {
                clean.Append(' ');
                isSpaceDue = false;
            }

            clean.Append(rune.ToString());
        }

        return Shorten(clean.ToString(), maxLength);
    }

    private static string Start(string? text) => text is null ? "" : text.Length <= MaxInspected ? text : text[..MaxInspected];

    private static bool IsSpeakable(Rune rune)
    {
        if (rune == Rune.ReplacementChar)                  // a lone surrogate reads as this
        {
            return false;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.CurrencySymbol => true,
            _ => rune.Value is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '’' or '-' or '&' or '%' or '+',
        };
    }

    private static string Shorten(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        int end = text.LastIndexOf(' ', maxLength);
        if (end < maxLength / 2)                            // no word ends near: cut between two whole characters
        {
            end = maxLength;
            while (end > 0 && (char.IsLowSurrogate(text[end]) || CharUnicodeInfo.GetUnicodeCategory(text[end]) is UnicodeCategory.NonSpacingMark))
            {
                end--;
            }
        }

        return text[..end];
    }
}
