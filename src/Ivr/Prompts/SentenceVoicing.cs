using System.Globalization;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Ivr.Prompts;

/// <summary>One way to voice a whole sentence. A closed set.</summary>
public abstract record SentenceVoicing
{
    private SentenceVoicing()
    {
    }

    /// <summary>Recordings of one speaker, one after the other.</summary>
    /// <param name="Language">Whose recordings.</param>
    /// <param name="Pieces">At least one.</param>
    /// <param name="IsSecret">Says a caller's digits: not to be kept or logged.</param>
    public sealed record Recordings(IvrLanguage Language, IReadOnlyList<RecordedPiece> Pieces, bool IsSecret) : SentenceVoicing
    {
        /// <summary>Prints no piece: they may be a caller's digits.</summary>
        public override string ToString() => IsSecret ? "Recordings ***" : $"Recordings {string.Join(' ', Pieces.Select(piece => piece.Name))}";
    }

    /// <summary>Words for the speech engine.</summary>
    /// <param name="Request">What to say.</param>
    /// <param name="IsSecret">Says a caller's digits: not to be kept or logged.</param>
    public sealed record Speech(SpeechRequest Request, bool IsSecret) : SentenceVoicing;

    /// <summary>A sound of ours.</summary>
    /// <param name="Kind">Which.</param>
    public sealed record Sound(PromptSound Kind) : SentenceVoicing;
}

/// <summary>One recording of a sentence, or its beginning.</summary>
/// <param name="Name">Path inside the language's sound folder, without extension: <c>digits/7</c>.</param>
/// <param name="PauseAfter">Silence after it.</param>
/// <param name="Until">Only this much of its beginning is used; null: all of it.</param>
public readonly record struct RecordedPiece(string Name, TimeSpan PauseAfter = default, TimeSpan? Until = null)
{
    private const string UntilWord = " until ";

    /// <summary>Reads a recording as prompt files name it: <c>goodbye</c>, or <c>conf-getconfno until 2.55</c> [s].</summary>
    /// <exception cref="FormatException">The time is no number.</exception>
    public static RecordedPiece Parse(string text)
    {
        int end = text.IndexOf(UntilWord, StringComparison.Ordinal);
        return end < 0
            ? new RecordedPiece(text)
            : new RecordedPiece(
                text[..end],
                Until: TimeSpan.FromSeconds(double.Parse(text.AsSpan(end + UntilWord.Length), CultureInfo.InvariantCulture)));
    }
}
