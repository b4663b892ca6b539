using System.Text;
using System.Text.RegularExpressions;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Prompts;

/// <summary>Each language has every prompt, with the same blanks, and every recording named is there.</summary>
public sealed partial class CompleteSetTests
{
    private const string Sounds = "/usr/share/asterisk/sounds";
    private static readonly PromptCatalogue French = PromptCatalogue.Load(IvrLanguage.French);
    private static readonly PromptCatalogue English = PromptCatalogue.Load(IvrLanguage.English);

    public static TheoryData<PromptId> Ids => [.. Enum.GetValues<PromptId>()];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_prompt_has_the_same_blanks_in_both_languages(PromptId id)
    {
        Assert.Equal(Blanks(French[id].Text), Blanks(English[id].Text));
        Assert.Equal(French[id].Sound, English[id].Sound);
        Assert.Equal(French[id].One is null, English[id].One is null);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_recorded_sentence_fills_the_same_blanks_as_its_words(PromptId id) =>
        Assert.All([French[id], English[id]], prompt =>
        {
            if (prompt.Recorded is { } recorded)
            {
                Assert.Equal(Blanks(prompt.Text), Blanks(string.Join(' ', recorded)));
            }
        });

    [Theory]
    [InlineData(IvrLanguage.French, "fr_CA_f_June", "asterisk-core-sounds-fr-wav")]
    [InlineData(IvrLanguage.English, "en_US_f_Allison", "asterisk-core-sounds-en-wav")]
    public void Every_recording_that_a_prompt_or_a_number_needs_is_in_the_package(IvrLanguage language, string folder, string package)
    {
        PromptCatalogue catalogue = language == IvrLanguage.French ? French : English;
        IEnumerable<string> named = Enum.GetValues<PromptId>()
            .SelectMany(id => (catalogue[id].Recorded ?? []).Concat(catalogue[id].Fallback ?? []))
            .Where(name => !name.StartsWith('{'))
            .Select(name => RecordedPiece.Parse(name).Name);
        IEnumerable<string> numbers = Enumerable.Range(0, 2000).Append(RecordedNumber.Max).SelectMany(number => RecordedNumber.Compose(number, language));
        string[] missing = [.. named.Concat(numbers).Distinct().Where(name => !File.Exists($"{Sounds}/{folder}/{name}.wav")).Order()];
        Assert.True(missing.Length == 0, $"Not in {Sounds}/{folder}: {string.Join(", ", missing)}. Is the Debian package {package} installed?");
    }

    [Fact]
    public void A_language_without_one_of_the_prompts_is_refused_and_the_prompt_named()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read("""{ "Welcome": { "text": "Hello." } }"""));
        Assert.Contains(nameof(PromptId.EnterPin), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Welcom": { "text": "Hello." } }""")]
    [InlineData("""{ "Welcome": { "txt": "Hello." } }""")]
    [InlineData("""{ "Welcome": { "text": "a" }, "Welcome": { "text": "b" } }""")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_prompt_file_with_a_mistake_is_refused(string json) => Assert.Throws<InvalidDataException>(() => Read(json));

    // The profile, section 5.3: France says "touche dièse" and "étoile".
    [Fact]
    public void French_is_that_of_France()
    {
        string all = string.Join('\n', Enum.GetValues<PromptId>().Select(id => French[id].Text));
        Assert.Contains("dièse", all, StringComparison.Ordinal);
        Assert.Contains("étoile", all, StringComparison.Ordinal);
        Assert.All(
            ["carré", "NIP", "étoile six", "astérisque", "#", "*"],
            word => Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase));
    }

    // The profile, section 5.3: the aim before the key ("Pour couper votre micro, tapez étoile 6").
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_prompt_says_the_aim_before_the_key(PromptId id)
    {
        foreach (string sentence in (French[id].Text ?? "").Split('.').Where(part => part.Contains("tapez", StringComparison.OrdinalIgnoreCase) && id != PromptId.EnterPinKeys && id != PromptId.YouKeyed))
        {
            Assert.True(
                sentence.IndexOf("our ", StringComparison.Ordinal) is >= 0 and int aim && aim < sentence.IndexOf("tapez", StringComparison.Ordinal),
                sentence);
        }

        foreach (string sentence in (English[id].Text ?? "").Split('.').Where(part => part.Contains("press", StringComparison.OrdinalIgnoreCase)))
        {
            int aim = Math.Max(sentence.IndexOf("o ", StringComparison.Ordinal), sentence.IndexOf("For ", StringComparison.Ordinal));
            Assert.True(aim >= 0 && aim < sentence.IndexOf("press", StringComparison.Ordinal), sentence);
        }
    }

    private static PromptCatalogue Read(string json) => PromptCatalogue.Read(IvrLanguage.English, new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static string[] Blanks(string? text) => [.. Blank().Matches(text ?? "").Select(match => match.Value).Order()];

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Blank();
}
