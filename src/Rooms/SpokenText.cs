using System.Globalization;
using System.Text;

namespace PhoneBridge.Rooms;

/// <summary>Cleans text that people typed and that will be shown, written to lists and spoken: titles and labels.</summary>
/// <remarks>
/// A whitelist by Unicode category: letters, marks, numbers, punctuation, symbols and spaces stay. Control and format
/// characters (line breaks, direction overrides, zero-width ones), private use and lone surrogates go, so that nothing can
/// split a header, turn a line around or hide in a list. Escaping for HTML, CSV or SSML stays the duty of whoever writes it.
/// </remarks>
public static class SpokenText
{
    /// <summary>More combining marks than this on one letter are dropped: no living script stacks more.</summary>
    private const int MostMarksInARow = 4;

    /// <summary>Cleans a text: runs of white space become one space, ends are trimmed, form C, cut at the limit.</summary>
    /// <param name="text">Anything; null counts as empty. Reading stops when the limit is full.</param>
    /// <param name="maxLength">Most UTF-16 units of the result; a pair is never cut in two.</param>
    /// <returns>The clean text; empty when nothing was left.</returns>
    public static string Clean(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        StringBuilder clean = new(Math.Min(text?.Length ?? 0, maxLength));
        bool spaceIsDue = false;
        int marks = 0;
        foreach (Rune rune in (text ?? "").EnumerateRunes())
        {
            Kind kind = KindOf(rune);
            marks = kind == Kind.Mark ? marks + 1 : 0;
            if (kind == Kind.Space)
            {
                spaceIsDue = clean.Length > 0;
                continue;
            }

            if (kind == Kind.Dropped || marks > MostMarksInARow || (kind == Kind.Mark && clean.Length == 0))
            {
                continue;
            }

            if (clean.Length + (spaceIsDue ? 1 : 0) + rune.Utf16SequenceLength > maxLength)
            {
                break;
            }

            if (spaceIsDue)
            {
                clean.Append(' ');
                spaceIsDue = false;
            }

            clean.Append(rune.ToString());
        }

        // A few characters have a longer form C (U+0958 and others of its kind), which may pass the limit again.
        string composed = clean.ToString().Normalize(NormalizationForm.FormC);
        return composed.Length <= maxLength ? composed : clean.ToString();
    }

    private enum Kind
    {
        Kept,
        Mark,
        Space,
        Dropped,
    }

    private static Kind KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        // U+FFFD is what the decoder makes of a lone surrogate.
        _ when rune == Rune.ReplacementChar => Kind.Dropped,
        _ when Rune.IsWhiteSpace(rune) => Kind.Space,
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
            or UnicodeCategory.OtherNotAssigned => Kind.Dropped,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => Kind.Mark,
        _ => Kind.Kept,
    };
}
