using System.Globalization;

namespace PhoneBridge.Mixer;

/// <summary>Names the mixing unit of one meeting; it exists from the first leg that joins to the last that leaves.</summary>
/// <param name="Value">Any number; a meeting keeps its number, a new meeting takes a new one.</param>
public readonly record struct ConferenceId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"conference {Value}");
}
