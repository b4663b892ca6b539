using System.CommandLine;
using System.Globalization;
using PhoneBridge.Benchmarks.Load;

namespace PhoneBridge.Benchmarks.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class Options
{
    /// <summary>A whole number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="value">Default.</param>
    /// <param name="description">What it is.</param>
    /// <param name="least">Smallest.</param>
    public static Option<int> Number(string name, int value, string description, int least = 1)
    {
        Option<int> option = new(name) { Description = $"{description} (default {value})", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least)
            {
                result.AddError($"{name} takes a whole number from {least} on.");
            }
        });
        return option;
    }

    /// <summary>Whole numbers with commas between them.</summary>
    public static Option<int[]> Numbers(string name, string value, string description)
    {
        Option<int[]> option = new(name)
        {
            Description = $"{description} (default {value})",
            DefaultValueFactory = _ => Parse(value)!,
            CustomParser = result =>
            {
                if (Parse(result.Tokens[0].Value) is { } numbers)
                {
                    return numbers;
                }

                result.AddError($"{name} takes whole numbers from 1 on with commas between them.");
                return [];
            },
        };
        return option;
    }

    /// <summary>The codec of a load.</summary>
    public static Option<string> Codec()
    {
        Option<string> option = new("--codec")
        {
            Description = "what the phones speak: pcma (default), pcmu, g722, opus (at 16 kHz), opus48",
            DefaultValueFactory = _ => "pcma",
        };
        option.AcceptOnlyFromAmong([.. LoadCodec.All.Select(codec => codec.Name)]);
        return option;
    }

    /// <summary>Further words for the bridge.</summary>
    public static Option<string[]> Bridge() => new("--bridge")
    {
        Description = "a word for the bridge's command line, for instance --bridge=--Media:Loops=1; may be repeated",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Where the result is written to as well.</summary>
    public static Option<FileInfo?> ReportFile() => new("--report") { Description = "also write the result to this file (Markdown)" };

    private static int[]? Parse(string text)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return numbers.Length > 0 && numbers.All(number => number > 0) ? numbers : null;
    }
}
