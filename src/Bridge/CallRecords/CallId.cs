using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PhoneBridge.Bridge.CallRecords;

/// <summary>Names one call for ever: a UUID of version 7 (RFC 9562 §5.7) as 32 lower-case hexadecimal digits.</summary>
/// <remarks>It begins with the millisecond of the arrival, so that the order of the texts is the order of the arrivals, over all restarts.</remarks>
public readonly record struct CallId
{
    private const int TimeLength = 12;
    private const int Length = 32;

    private readonly string? _text;

    private CallId(string text) => _text = text;

    /// <summary>A new name for a call.</summary>
    /// <param name="arrivedAt">When it arrived, not before 1970.</param>
    public static CallId New(DateTimeOffset arrivedAt) => new(Guid.CreateVersion7(arrivedAt).ToString("N"));

    /// <summary>What all calls that arrived at this time or later are not less than, and all earlier ones are.</summary>
    public static CallId LeastOf(DateTimeOffset at) =>
        new(Math.Max(0, at.ToUnixTimeMilliseconds()).ToString("x12", CultureInfo.InvariantCulture) + new string('0', Length - TimeLength));

    /// <summary>Reads the text form. Never throws: false when it is not 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CallId id)
    {
        bool isRight = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
        id = isRight ? new CallId(text!) : default;
        return isRight;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => _text ?? "";
}
