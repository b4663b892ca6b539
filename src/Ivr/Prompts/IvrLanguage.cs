namespace PhoneBridge.Ivr.Prompts;

/// <summary>A language that the dialogue speaks. Each has its own complete prompt file.</summary>
public enum IvrLanguage
{
    /// <summary>French of France.</summary>
    French,

    /// <summary>English.</summary>
    English,
}
