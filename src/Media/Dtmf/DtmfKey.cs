namespace PhoneBridge.Media.Dtmf;

/// <summary>One key that a caller pressed. Prints as *** because it may belong to a PIN.</summary>
/// <param name="Character">0-9, * or #.</param>
/// <param name="PressedAt">When its first packet arrived, on the caller's monotonic clock.</param>
public readonly record struct DtmfKey(char Character, TimeSpan PressedAt)
{
    /// <summary>Never the key itself.</summary>
    public override string ToString() => "***";
}
