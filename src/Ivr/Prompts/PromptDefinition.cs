namespace PhoneBridge.Ivr.Prompts;

/// <summary>One entry of a language's prompt file: how a sentence is said, or which sound is made.</summary>
/// <remarks>Blanks are <c>{number}</c>, <c>{text}</c> and <c>{digits}</c>, in the text and among the recordings.</remarks>
public sealed record PromptDefinition
{
    /// <summary>The words; said by the speech engine, and the written form of what <see cref="Recorded"/> says. Null for a sound.</summary>
    public string? Text { get; init; }

    /// <summary>The words when the number is 1, where the language needs others.</summary>
    public string? One { get; init; }

    /// <summary>Recordings that say the whole sentence and are preferred to the speech engine.</summary>
    public IReadOnlyList<string>? Recorded { get; init; }

    /// <summary>Recordings that come near the sentence; used only when there is no speech engine.</summary>
    public IReadOnlyList<string>? Fallback { get; init; }

    /// <summary>A sound of ours instead of words.</summary>
    public PromptSound? Sound { get; init; }
}

/// <summary>Sounds that the bridge makes itself, without words and the same in every language.</summary>
public enum PromptSound
{
    /// <summary>This key does nothing here.</summary>
    Error,

    /// <summary>Somebody came in.</summary>
    Entry,

    /// <summary>Somebody left.</summary>
    Exit,

    /// <summary>Listen.</summary>
    Attention,

    /// <summary>Music to wait by.</summary>
    Music,
}
