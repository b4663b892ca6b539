namespace PhoneBridge.Ivr.Prompts;

/// <summary>Says a number with the recordings <c>digits/*</c>, by the grammar of its language. Pure; any thread.</summary>
public static class RecordedNumber
{
    /// <summary>The largest number that can be said; larger ones are said as this.</summary>
    public const int Max = 999_999;

    /// <summary>The recordings that say <paramref name="number"/>, in order. Negative numbers are said as 0.</summary>
    public static IReadOnlyList<string> Compose(int number, IvrLanguage language)
    {
        number = Math.Clamp(number, 0, Max);
        List<string> parts = [];
        if (number == 0)
        {
            parts.Add("digits/0");
            return parts;
        }

        AddThousands(parts, number / 1000, language);
        AddHundreds(parts, number % 1000, language);
        return parts;
    }

    private static void AddThousands(List<string> parts, int thousands, IvrLanguage language)
    {
        if (thousands == 0)
        {
            return;
        }

        if (thousands > 1 || language == IvrLanguage.English)       // "mille", but "one thousand"
        {
            AddHundreds(parts, thousands, language);
        }

        parts.Add("digits/thousand");
    }

    private static void AddHundreds(List<string> parts, int number, IvrLanguage language)
    {
        int hundreds = number / 100;
        if (hundreds > 0)
        {
            if (hundreds > 1 || language == IvrLanguage.English)    // "cent", but "one hundred"
            {
                parts.Add($"digits/{hundreds}");
            }

            parts.Add("digits/hundred");
        }

        if (language == IvrLanguage.French)
        {
            AddFrenchTens(parts, number % 100);
        }
        else
        {
            AddEnglishTens(parts, number % 100);
        }
    }

    private static void AddEnglishTens(List<string> parts, int number)
    {
        if (number is > 0 and <= 20)
        {
            parts.Add($"digits/{number}");
            return;
        }

        if (number > 20)
        {
            parts.Add($"digits/{number / 10 * 10}");
            AddEnglishTens(parts, number % 10);
        }
    }

    /// <remarks>
    /// French counts 70 and 90 on from 60 and 80: 71 is soixante et onze, 91 quatre-vingt-onze; "et" stands before one and eleven,
    /// except after quatre-vingt.
    /// </remarks>
    private static void AddFrenchTens(List<string> parts, int number)
    {
        if (number == 0)
        {
            return;
        }

        if (number <= 20 || (number % 10 == 0))
        {
            parts.Add($"digits/{number}");
            return;
        }

        int tens = number / 10 * 10;
        if (tens is 70 or 90)
        {
            tens -= 10;
        }

        parts.Add($"digits/{tens}");
        if (tens != 80 && number % 10 == 1)
        {
            parts.Add("digits/et");
        }

        parts.Add($"digits/{number - tens}");
    }
}
