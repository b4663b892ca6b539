using System.Text;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>What makes one rendered sentence the same as another. Sentences with a caller's digits have no key.</summary>
internal readonly record struct PromptKey(PromptId Prompt, IvrLanguage Voice, bool IsSlow, int? Number, string? Text)
{
    /// <summary>The key of a sentence in its utterance.</summary>
    public static PromptKey Of(Sentence sentence, Utterance utterance) =>
        new(sentence.Prompt, sentence.Voice ?? utterance.Language, utterance.IsSlow, sentence.Number, sentence.Text);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Prompt);                 // the text is a room's title
        return true;
    }
}
