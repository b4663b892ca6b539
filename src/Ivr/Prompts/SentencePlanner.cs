using System.Globalization;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Ivr.Prompts;

/// <summary>Turns a sentence into the ways to voice it, best first. Pure; any thread.</summary>
public sealed class SentencePlanner
{
    /// <summary>The longest title that is spoken [characters]: with the words around it, it stays under 8 s.</summary>
    public const int SpokenTitleLength = 75;

    private static readonly TimeSpan DigitGroupPause = TimeSpan.FromMilliseconds(350);
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(400);

    private readonly PromptCatalogue _french = PromptCatalogue.Load(IvrLanguage.French);
    private readonly PromptCatalogue _english = PromptCatalogue.Load(IvrLanguage.English);

    /// <summary>The ways to voice a sentence, best first; the last always works, because it is a sound of ours.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="utterance">The utterance that it belongs to: its language and pace.</param>
    public IReadOnlyList<SentenceVoicing> Plan(Sentence sentence, Utterance utterance)
    {
        IvrLanguage language = sentence.Voice ?? utterance.Language;
        PromptDefinition prompt = Catalogue(language)[sentence.Prompt];
        if (prompt.Sound is { } sound)
        {
            return [new SentenceVoicing.Sound(sound)];
        }

        List<SentenceVoicing> ways = [];
        SentenceVoicing speech = Speak(prompt, sentence, language, utterance.IsSlow);
        if (prompt.Recorded is { } recorded)
        {
            ways.Add(Play(recorded, sentence, language, utterance.IsSlow));
        }

        ways.Insert(utterance.IsSlow ? 0 : ways.Count, speech);     // a recording cannot speak slowly, the engine can
        if (prompt.Fallback is { } fallback)
        {
            ways.Add(Play(fallback, sentence, language, utterance.IsSlow));
        }

        ways.Add(new SentenceVoicing.Sound(PromptSound.Attention));
        return ways;
    }

    /// <summary>The prompts of a language.</summary>
    public PromptCatalogue Catalogue(IvrLanguage language) => language == IvrLanguage.French ? _french : _english;

    private static SentenceVoicing.Speech Speak(PromptDefinition prompt, Sentence sentence, IvrLanguage language, bool isSlow)
    {
        string text = sentence.Number == 1 && prompt.One is not null ? prompt.One : prompt.Text!;
        text = text.Replace("{number}", sentence.Number?.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        text = text.Replace("{digits}", sentence.Digits is { } pin ? Grouped(pin) : null, StringComparison.Ordinal);

        // Last, so that a title with braces in it is never taken for a blank.
        text = text.Replace("{text}", SpeechText.Clean(sentence.Text, SpokenTitleLength), StringComparison.Ordinal);
        return new SentenceVoicing.Speech(new SpeechRequest(text, language, isSlow), IsSecret: sentence.Digits is not null);
    }

    private static SentenceVoicing.Recordings Play(IReadOnlyList<string> names, Sentence sentence, IvrLanguage language, bool isSlow)
    {
        TimeSpan pause = isSlow ? SlowPause : TimeSpan.Zero;
        List<RecordedPiece> pieces = [];
        foreach (string name in names)
        {
            switch (name)
            {
                case "{number}":
                    pieces.AddRange(RecordedNumber.Compose(sentence.Number ?? 0, language).Select(part => new RecordedPiece(part)));
                    break;
                case "{digits}":
                    AddDigits(pieces, sentence.Digits ?? default);
                    break;
                default:
                    pieces.Add(RecordedPiece.Parse(name));
                    break;
            }
        }

        if (pause > TimeSpan.Zero)
        {
            pieces = [.. pieces.Select(piece => piece with { PauseAfter = piece.PauseAfter + pause })];
        }

        return new SentenceVoicing.Recordings(language, pieces, IsSecret: sentence.Digits is not null);
    }

    private static void AddDigits(List<RecordedPiece> pieces, KeyedPin pin)
    {
        Span<char> digits = stackalloc char[KeyedPin.MaxLength];
        int count = pin.Reveal(digits);
        for (int i = 0; i < count; i++)
        {
            pieces.Add(new RecordedPiece($"digits/{digits[i]}", i % 3 == 2 ? DigitGroupPause : TimeSpan.Zero));
        }

        digits.Clear();
    }

    private static string Grouped(KeyedPin pin)
    {
        Span<char> digits = stackalloc char[KeyedPin.MaxLength];
        int count = pin.Reveal(digits);
        System.Text.StringBuilder text = new(count * 2);
        for (int i = 0; i < count; i++)
        {
            text.Append(digits[i]).Append(i % 3 == 2 && i < count - 1 ? ", " : " ");
        }

        digits.Clear();
        return text.ToString().TrimEnd();
    }
}
