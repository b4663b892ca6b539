using System.Text;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Speech;

/// <summary>Turns text into speech. Any thread.</summary>
public interface ISpeechEngine
{
    /// <summary>Name and version of engine and voices; part of the key under which speech is kept. Null when the engine cannot be used.</summary>
    string? Version { get; }

    /// <summary>Says a text. Never throws but for cancellation: what goes wrong is told by the outcome.</summary>
    Task<SpeechResult> SynthesizeAsync(SpeechRequest request, CancellationToken cancellation);
}

/// <summary>One text to be said by one voice.</summary>
/// <param name="Text">The words; cleaned again by the engine.</param>
/// <param name="Language">Chooses the voice.</param>
/// <param name="IsSlow">At the slow pace.</param>
public sealed record SpeechRequest(string Text, IvrLanguage Language, bool IsSlow)
{
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Language);           // the text may be a room's title
        return true;
    }
}

/// <summary>What came of a <see cref="SpeechRequest"/>.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Samples">Mono PCM; empty unless spoken.</param>
/// <param name="SampleRateHz">Of the samples [Hz]; 0 unless spoken.</param>
public readonly record struct SpeechResult(SpeechOutcome Outcome, ReadOnlyMemory<short> Samples, int SampleRateHz)
{
    /// <summary>Speech that could not be made.</summary>
    public static SpeechResult Failure(SpeechOutcome outcome) => new(outcome, default, 0);
}

/// <summary>How making speech went. A closed set.</summary>
public enum SpeechOutcome
{
    /// <summary>The samples are there.</summary>
    Spoken,

    /// <summary>Nothing of the text can be spoken.</summary>
    NothingToSay,

    /// <summary>The engine is not installed.</summary>
    Unavailable,

    /// <summary>Too many texts at once: no turn came in time. The engine is well.</summary>
    Busy,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>It gave more audio than a prompt may have.</summary>
    TooLong,

    /// <summary>The engine failed or its output is no audio.</summary>
    Failed,
}
