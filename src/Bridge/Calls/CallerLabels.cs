using System.Globalization;
using System.Resources;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What a caller is called in the roster until a moderator gives a name: never the whole number.</summary>
internal static class CallerLabels
{
    private static readonly ResourceManager Texts = new("PhoneBridge.Bridge.Calls.CallerLabels", typeof(CallerLabels).Assembly);
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>The label, in the room's language.</summary>
    /// <param name="lastDigits">The last two digits of the number; null when it is hidden.</param>
    /// <param name="language">The room's.</param>
    public static string For(string? lastDigits, RoomLanguage language)
    {
        CultureInfo culture = language == RoomLanguage.French ? French : English;
        return lastDigits is null
            ? Texts.GetString("TelephoneHidden", culture)!
            : string.Format(culture, Texts.GetString("Telephone", culture)!, lastDigits);
    }
}
