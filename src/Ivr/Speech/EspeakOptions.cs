namespace PhoneBridge.Ivr.Speech;

/// <summary>How the program espeak-ng is used.</summary>
public sealed record EspeakOptions
{
    /// <summary>The program: a path, or a name looked for along PATH.</summary>
    public string Program { get; init; } = "espeak-ng";

    /// <summary>Voice for French.</summary>
    public string FrenchVoice { get; init; } = "fr-fr";

    /// <summary>Voice for English.</summary>
    public string EnglishVoice { get; init; } = "en-gb";

    /// <summary>Pace [words per minute], 80 to 450.</summary>
    public int WordsPerMinute { get; init; } = 145;

    /// <summary>Pace when slow speech is asked for [words per minute].</summary>
    public int SlowWordsPerMinute { get; init; } = 105;

    /// <summary>The longest time for one text.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes of WAV for one text; 30 s at 22.05 kHz are 1.3 MB.</summary>
    public int MaxOutputBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The most programs at one time; the rest wait their turn.</summary>
    public int Concurrency { get; init; } = 2;

    /// <summary>The longest wait for a turn.</summary>
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
