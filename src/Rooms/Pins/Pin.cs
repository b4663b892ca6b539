using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace PhoneBridge.Rooms.Pins;

/// <summary>A room PIN: nine digits, the first not 0. A secret: it prints as ***, and serialises as nothing.</summary>
[DebuggerDisplay("***")]
public sealed class Pin : IEquatable<Pin>
{
    /// <summary>Digits of a PIN.</summary>
    public const int Length = 9;

    /// <summary>One more than the largest PIN, and the smallest.</summary>
    internal const int End = 1_000_000_000, First = 100_000_000;

    private readonly int _number;

    internal Pin(int number)
    {
        Debug.Assert(number is >= First and < End, "a PIN has nine digits and does not begin with 0");
        _number = number;
    }

    /// <summary>Reads nine digits 0 to 9, the first not 0, with nothing between. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> digits, [NotNullWhen(true)] out Pin? pin)
    {
        pin = null;
        if (digits.Length != Length || digits[0] == '0' || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        pin = new Pin(int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>The PIN for a person to read: "123 456 789". Only for the room's owner.</summary>
    public string ToGroups() => string.Create(CultureInfo.InvariantCulture, $"{_number / 1_000_000:000} {_number / 1000 % 1000:000} {_number % 1000:000}");

    /// <summary>Writes the nine ASCII digits, for the digest and the cipher. Clear the buffer after use.</summary>
    /// <param name="digits">At least <see cref="Length"/> bytes.</param>
    public void CopyDigits(Span<byte> digits)
    {
        int rest = _number;
        for (int i = Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (rest % 10));
            rest /= 10;
        }
    }

    /// <summary>Equal digits, compared in constant time.</summary>
    public bool Equals(Pin? other)
    {
        if (other is null)
        {
            return false;
        }

        Span<byte> mine = stackalloc byte[Length];
        Span<byte> theirs = stackalloc byte[Length];
        CopyDigits(mine);
        other.CopyDigits(theirs);
        return CryptographicOperations.FixedTimeEquals(mine, theirs);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Pin);

    /// <summary>A hash within this process only.</summary>
    public override int GetHashCode() => HashCode.Combine(_number);

    /// <summary>Always "***".</summary>
    public override string ToString() => "***";
}
