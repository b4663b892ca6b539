using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhoneBridge.Ivr.Prompts;

/// <summary>The complete set of prompts of one language, read from its prompt file. Immutable; any thread.</summary>
public sealed class PromptCatalogue
{
    private readonly FrozenDictionary<PromptId, PromptDefinition> _prompts;

    private PromptCatalogue(IvrLanguage language, Dictionary<PromptId, PromptDefinition> prompts)
    {
        Language = language;
        _prompts = prompts.ToFrozenDictionary();
    }

    /// <summary>The language.</summary>
    public IvrLanguage Language { get; }

    /// <summary>How a prompt is said.</summary>
    public PromptDefinition this[PromptId prompt] => _prompts[prompt];

    /// <summary>Reads the prompt file that is built into this assembly.</summary>
    /// <exception cref="InvalidDataException">The file does not hold every prompt, or holds something else: a mistake of ours.</exception>
    public static PromptCatalogue Load(IvrLanguage language)
    {
        string name = $"PhoneBridge.Ivr.Prompts.{(language == IvrLanguage.French ? "fr" : "en")}.json";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"{name} is not built in.");
        return Read(language, stream);
    }

    /// <summary>Reads a prompt file.</summary>
    /// <exception cref="InvalidDataException">A prompt is missing or unknown, or the file is not what it should be.</exception>
    internal static PromptCatalogue Read(IvrLanguage language, Stream file)
    {
        Dictionary<PromptId, PromptDefinition> prompts;
        try
        {
            prompts = JsonSerializer.Deserialize(file, PromptFileContext.Default.DictionaryPromptIdPromptDefinition) ?? [];
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The prompts in {language} cannot be read: {error.Message}", error);
        }

        string[] missing = [.. Enum.GetValues<PromptId>().Where(id => !prompts.ContainsKey(id)).Select(id => id.ToString())];
        if (missing.Length > 0)
        {
            throw new InvalidDataException($"The prompts in {language} lack: {string.Join(", ", missing)}.");
        }

        string[] empty = [.. prompts.Where(entry => entry.Value is { Text: null, Sound: null }).Select(entry => entry.Key.ToString())];
        return empty.Length == 0
            ? new PromptCatalogue(language, prompts)
            : throw new InvalidDataException($"The prompts in {language} say nothing for: {string.Join(", ", empty)}.");
    }
}

/// <summary>How a prompt file is read: names as in the code, nothing unknown, nothing twice.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Dictionary<PromptId, PromptDefinition>))]
internal sealed partial class PromptFileContext : JsonSerializerContext;
