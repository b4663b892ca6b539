using System.Text;

namespace PhoneBridge.Sip.Identity;

/// <summary>A telephone number that prints masked: only <see cref="Reveal"/> gives it in full.</summary>
/// <remarks>Immutable, safe from any thread; equal when the full numbers are equal.</remarks>
public sealed class PhoneNumber : IEquatable<PhoneNumber>
{
    private const char Mask = '•';
    private readonly string _value;

    internal PhoneNumber(string value) => _value = value;

    /// <summary>True when the number is international, <c>+</c> and 7 to 15 digits; false for short, internal and unknown forms.</summary>
    public bool IsE164 => _value is ['+', ..];

    /// <summary>The full number, E.164 with <c>+</c> where that is known. For dialling, look-up and the operator; never for logs.</summary>
    public string Reveal() => _value;

    /// <inheritdoc/>
    public bool Equals(PhoneNumber? other) => other is not null && _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PhoneNumber);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    /// <summary>
    /// Masked, such as <c>+33 6 •• •• •• 21</c>: country code, first digit and last two are shown. A number that is not
    /// international shows its first two and last two digits, one of less than eight digits nothing.
    /// </summary>
    public override string ToString()
    {
        int countryLength = IsE164 ? CountryCodeLength(_value.AsSpan(1)) : 0;
        ReadOnlySpan<char> national = _value.AsSpan(IsE164 ? 1 + countryLength : 0);
        int shownFirst = IsE164 ? 1 : 2;
        const int ShownLast = 2;
        StringBuilder text = new();
        if (IsE164)
        {
            text.Append(_value.AsSpan(0, 1 + countryLength)).Append(' ');
        }

        if (national.Length < (IsE164 ? 6 : 8))
        {
            return text.Append(Mask, national.Length).ToString();
        }

        text.Append(national[..shownFirst]);
        for (int left = national.Length - shownFirst; left > 0; left--)
        {
            _ = left % 2 == 0 || left == national.Length - shownFirst ? text.Append(' ') : text;
            text.Append(left > ShownLast ? Mask : national[^left]);
        }

        return text.ToString();
    }

    /// <summary>Length of the country code at the start of international digits (ITU-T E.164 assignments).</summary>
    internal static int CountryCodeLength(ReadOnlySpan<char> digits)
    {
        if (digits is ['1' or '7', ..])
        {
            return 1;
        }

        bool isTwo = digits is
            ['2', '0' or '7', ..]
            or ['3', '0' or '1' or '2' or '3' or '4' or '6' or '9', ..]
            or ['4', '0' or '1' or '3' or '4' or '5' or '6' or '7' or '8' or '9', ..]
            or ['5', >= '1' and <= '8', ..]
            or ['6', >= '0' and <= '6', ..]
            or ['8', '1' or '2' or '4' or '6', ..]
            or ['9', '0' or '1' or '2' or '3' or '4' or '5' or '8', ..];
        return isTwo ? 2 : 3;
    }
}
