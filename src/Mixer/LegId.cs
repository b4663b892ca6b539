using System.Globalization;

namespace PhoneBridge.Mixer;

/// <summary>Names one leg for the life of the process; given by the caller of the engine, never used twice.</summary>
/// <param name="Value">Any number that no other leg of this process ever had.</param>
public readonly record struct LegId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"leg {Value}");
}
