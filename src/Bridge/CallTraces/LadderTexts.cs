using System.Globalization;
using System.Resources;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>The words of ladders, in one language.</summary>
internal sealed class LadderTexts
{
    /// <summary>English: also where no language is asked for.</summary>
    public static readonly LadderTexts English = new("en");

    /// <summary>French.</summary>
    public static readonly LadderTexts French = new("fr");

    private static readonly ResourceManager Texts = new("PhoneBridge.Bridge.CallTraces.LadderTexts", typeof(LadderTexts).Assembly);

    private readonly CultureInfo _culture;

    private LadderTexts(string language) => _culture = CultureInfo.GetCultureInfo(language);

    /// <summary>The language's name in HTML.</summary>
    public string Language => _culture.Name;

    /// <summary>A text.</summary>
    public string this[string name] => Texts.GetString(name, _culture)!;

    /// <summary>A text with values.</summary>
    public string Format(string name, params object[] values) => string.Format(_culture, this[name], values);

    /// <summary>What a mark says.</summary>
    public string Of(CallMark mark) => mark.Detail is null ? this[mark.Kind.ToString()] : Format("Detailed", this[mark.Kind.ToString()], mark.Detail);
}
