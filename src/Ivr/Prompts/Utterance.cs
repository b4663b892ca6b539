using System.Text;
using PhoneBridge.Ivr.Dialogues;

namespace PhoneBridge.Ivr.Prompts;

/// <summary>One sentence to be said: which one, and what fills its blanks.</summary>
/// <remarks>A sentence is always said by one voice; two voices never meet inside it.</remarks>
/// <param name="Prompt">Which sentence of the language's prompt file.</param>
public sealed record Sentence(PromptId Prompt)
{
    /// <summary>What fills <c>{number}</c>; null when the sentence has none. 0 to 999 999.</summary>
    public int? Number { get; init; }

    /// <summary>What fills <c>{text}</c>: written by people, so hostile until cleaned (see <c>SpeechText</c>).</summary>
    public string? Text { get; init; }

    /// <summary>What fills <c>{digits}</c>: the caller's own keys, read back to that caller alone. Never cached or logged.</summary>
    public KeyedPin? Digits { get; init; }

    /// <summary>Language of this sentence when it is not the utterance's: a foreign title, the offer of the other language.</summary>
    public IvrLanguage? Voice { get; init; }

    /// <summary>A sentence with a time in it, in whole minutes and at least one.</summary>
    internal static Sentence Minutes(PromptId prompt, TimeSpan time) =>
        new(prompt) { Number = Math.Max(1, (int)Math.Round(time.TotalMinutes)) };

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Prompt);             // the text is a room's title and the digits a secret: neither is for a log
        return true;
    }
}

/// <summary>What the caller hears in one go: whole sentences, one after the other.</summary>
/// <param name="Language">Language of every sentence that names no voice of its own.</param>
/// <param name="Sentences">At least one.</param>
/// <param name="IsSlow">Spoken slowly, because the caller asked for it with <c>**</c>.</param>
public sealed record Utterance(IvrLanguage Language, IReadOnlyList<Sentence> Sentences, bool IsSlow = false)
{
    /// <summary>Builds an utterance of sentences without blanks.</summary>
    public static Utterance Of(IvrLanguage language, params ReadOnlySpan<PromptId> prompts)
    {
        List<Sentence> sentences = new(prompts.Length);
        foreach (PromptId prompt in prompts)
        {
            sentences.Add(new Sentence(prompt));
        }

        return new Utterance(language, sentences);
    }
}
