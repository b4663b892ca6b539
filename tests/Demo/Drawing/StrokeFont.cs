using System.Globalization;
using System.Text;

namespace PhoneBridge.Demo.Drawing;

/// <summary>A plain capital alphabet as strokes on a grid of 5 x 7 points, so that a picture needs no font file.</summary>
internal static class StrokeFont
{
    /// <summary>Width of a letter with its gap [grid units].</summary>
    public const double Advance = 5.8;

    /// <summary>Height of a letter [grid units].</summary>
    public const double Height = 6;

    // Each pair of digits is a point "xy" (x to the right, y down); blanks join points, bars separate strokes.
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['A'] = "06 02 20 42 46|04 44",
        ['B'] = "00 06 36 45 44 33 03|33 42 41 30 00",
        ['C'] = "41 30 10 01 05 16 36 45",
        ['D'] = "00 06 26 44 42 20 00",
        ['E'] = "40 00 06 46|03 33",
        ['F'] = "40 00 06|03 33",
        ['G'] = "41 30 10 01 05 16 36 45 43 23",
        ['H'] = "00 06|40 46|03 43",
        ['I'] = "20 26|10 30|16 36",
        ['J'] = "30 35 26 16 05",
        ['K'] = "00 06|40 03 46",
        ['L'] = "00 06 46",
        ['M'] = "06 00 23 40 46",
        ['N'] = "06 00 46 40",
        ['O'] = "10 01 05 16 36 45 41 30 10",
        ['P'] = "06 00 30 41 42 33 03",
        ['Q'] = "10 01 05 16 36 45 41 30 10|24 46",
        ['R'] = "06 00 30 41 42 33 03|23 46",
        ['S'] = "41 30 10 01 02 13 33 44 45 36 16 05",
        ['T'] = "00 40|20 26",
        ['U'] = "00 05 16 36 45 40",
        ['V'] = "00 26 40",
        ['W'] = "00 16 23 36 40",
        ['X'] = "00 46|40 06",
        ['Y'] = "00 23 40|23 26",
        ['Z'] = "00 40 06 46",
        ['0'] = "10 01 05 16 36 45 41 30 10|14 32",
        ['1'] = "11 20 26|16 36",
        ['2'] = "01 10 30 41 42 06 46",
        ['3'] = "00 40 23 33 44 45 36 16 05",
        ['4'] = "36 30 04 44",
        ['5'] = "40 00 02 32 43 45 36 06",
        ['6'] = "30 12 04 05 16 36 45 44 33 13 04",
        ['7'] = "00 40 16",
        ['8'] = "10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33",
        ['9'] = "16 34 42 41 30 10 01 02 13 33 42",
        ['.'] = "26 26",
        [','] = "25 17",
        [':'] = "22 22|25 25",
        ['-'] = "13 33",
        ['+'] = "21 25|03 43",
        ['/'] = "06 40",
        ['('] = "30 12 14 36",
        [')'] = "10 32 34 16",
        ['%'] = "06 40|01 01|45 45",
        ['\''] = "20 22",
        ['='] = "02 42|04 44",
    };

    /// <summary>Strokes of a text, letter by letter; small letters become capitals, accents fall away.</summary>
    /// <returns>Lines from point to point, in grid units from the text's upper left.</returns>
    public static IEnumerable<(double X1, double Y1, double X2, double Y2)> Strokes(string text)
    {
        double left = 0;
        foreach (char letter in text.Normalize(NormalizationForm.FormD).ToUpperInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            foreach (string stroke in Glyphs.GetValueOrDefault(letter, string.Empty).Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] points = stroke.Split(' ');
                for (int i = 1; i < points.Length; i++)
                {
                    yield return (left + points[i - 1][0] - '0', points[i - 1][1] - '0', left + points[i][0] - '0', points[i][1] - '0');
                }
            }

            left += Advance;
        }
    }

    /// <summary>Width of a text [grid units].</summary>
    public static double Width(string text) => text.Length * Advance;
}
