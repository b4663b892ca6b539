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

/// <summary>One recording of a sentence.</summary>
/// <param name="Name">Path inside the language's sound folder, without extension: <c>digits/7</c>.</param>
/// <param name="PauseAfter">Silence after it.</param>
public readonly record struct RecordedPiece(string Name, TimeSpan PauseAfter = default);
