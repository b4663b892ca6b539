using System.Globalization;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>Digits of what one call's ladder hides, so that they are not shown by another field either.</summary>
/// <remarks>
/// Senders put the caller's number into their Call-IDs, tags and branches. Those must be readable, because operators look calls up by
/// them; only a row of digits that stands in a number, PIN or key of the same call is hidden in them. One thread at a time.
/// </remarks>
internal sealed class HiddenDigits
{
    /// <summary>Stands for each hidden character.</summary>
    public const char Mask = '•';

    /// <summary>So many digits in a row, in the same order, are too much.</summary>
    public const int Row = 5;

    // More than the numbers of any honest message: beyond it a sender fills our memory.
    private const int Most = 1024;

    private readonly HashSet<int> _rows = [];

    /// <summary>Hides the digits of a number, whatever stands between them.</summary>
    public void AddNumber(ReadOnlySpan<char> text) => Add(text, joins: true);

    /// <summary>Hides each row of digits in a text.</summary>
    public void AddText(ReadOnlySpan<char> text) => Add(text, joins: false);

    /// <summary>The text with the hidden digits masked.</summary>
    public string Show(ReadOnlySpan<char> text)
    {
        Span<char> shown = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        text.CopyTo(shown);
        for (int i = 0; i + Row <= text.Length; i++)
        {
            if (int.TryParse(text.Slice(i, Row), NumberStyles.None, CultureInfo.InvariantCulture, out int row) && _rows.Contains(row))
            {
                shown.Slice(i, Row).Fill(Mask);
            }
        }

        return shown.ToString();
    }

    private void Add(ReadOnlySpan<char> text, bool joins)
    {
        const int Modulus = 100_000;
        int row = 0;
        int length = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                row = ((row * 10) + (c - '0')) % Modulus;
                if (++length >= Row && _rows.Count < Most)
                {
                    _rows.Add(row);
                }
            }
            else if (!joins)
            {
                length = 0;
            }
        }
    }
}
