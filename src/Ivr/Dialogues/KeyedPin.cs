namespace PhoneBridge.Ivr.Dialogues;

/// <summary>A PIN as the caller keyed it. A secret: it prints as <c>***</c> and takes part in no log line.</summary>
/// <remarks>Kept as a number and a length, so that no string with the digits stays behind on the heap.</remarks>
public readonly struct KeyedPin : IEquatable<KeyedPin>
{
    /// <summary>The most digits that one value holds.</summary>
    public const int MaxLength = 18;

    private readonly ulong _value;

    private KeyedPin(ulong value, int length)
    {
        _value = value;
        Length = length;
    }

    /// <summary>Number of digits, 0 to <see cref="MaxLength"/>; leading zeros count.</summary>
    public int Length { get; }

    /// <summary>Reads digits, as keyed or as the user part of a request URI. Never throws.</summary>
    /// <returns>False when the text is empty, too long, or holds anything but the ASCII digits.</returns>
    public static bool TryRead(ReadOnlySpan<char> digits, out KeyedPin pin)
    {
        pin = default;
        if (digits.IsEmpty || digits.Length > MaxLength)
        {
            return false;
        }

        ulong value = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (ulong)(digit - '0');
        }

        pin = new KeyedPin(value, digits.Length);
        return true;
    }

    /// <summary>Writes the digits out, for the look-up only. The caller of this method clears the buffer after use.</summary>
    /// <param name="destination">At least <see cref="Length"/> characters.</param>
    /// <returns>How many characters were written: <see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Reveal(Span<char> destination)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentException("The destination is shorter than the PIN.", nameof(destination));
        }

        ulong rest = _value;
        for (int i = Length - 1; i >= 0; i--)
        {
            destination[i] = (char)('0' + (rest % 10));
            rest /= 10;
        }

        return Length;
    }

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";

    /// <inheritdoc />
    public bool Equals(KeyedPin other) => _value == other._value && Length == other.Length;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is KeyedPin other && Equals(other);

    /// <summary>The length only: a hash of the digits would be a way to guess them.</summary>
    public override int GetHashCode() => Length;

    /// <summary>Same digits, leading zeros included.</summary>
    public static bool operator ==(KeyedPin left, KeyedPin right) => left.Equals(right);

    /// <summary>Not the same digits.</summary>
    public static bool operator !=(KeyedPin left, KeyedPin right) => !left.Equals(right);
}
