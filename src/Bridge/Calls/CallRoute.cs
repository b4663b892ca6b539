using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.DialOut;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What was decided of a call before it is answered. Prints nothing of the caller.</summary>
/// <param name="Trunk">The trunk that it came by.</param>
/// <param name="Language">The first language: of the dialled number, or the default.</param>
/// <param name="Greeting">What the dialled number greets with; null for the welcome.</param>
/// <param name="KnownPin">The PIN that the request URI carried, where the trunk allows that.</param>
/// <param name="MaskedNumber">The caller's number as others may see it; null when hidden.</param>
/// <param name="LastDigits">Its last two digits; null when hidden.</param>
/// <param name="CallerTag">Stands for the number where calls of one caller must be known again; null when hidden.</param>
internal sealed record CallRoute(
    TrunkOptions Trunk, IvrLanguage Language, string? Greeting, KeyedPin? KnownPin, string? MaskedNumber, string? LastDigits, CallerTag? CallerTag)
{
    /// <summary>Why the bridge itself placed the call; null for one that came in.</summary>
    public Invitation? Invitation { get; init; }

    /// <summary>Always the trunk alone.</summary>
    public override string ToString() => Trunk.Name;

    /// <summary>The voice's language of a room's language.</summary>
    public static IvrLanguage LanguageOf(RoomLanguage language) => language == RoomLanguage.French ? IvrLanguage.French : IvrLanguage.English;
}
