namespace PhoneBridge.Media.Codecs;

/// <summary>How Opus is encoded (RFC 7587 §3).</summary>
public sealed record OpusSettings
{
    /// <summary>Effort of the encoder, 0 to 10. Default 5: half the time of 10 for nearly its quality.</summary>
    public int Complexity { get; init; } = 5;

    /// <summary>Bit rate [bit/s], 6000 to 128000. Default 28000: wideband speech with room for error correction.</summary>
    public int BitrateBps { get; init; } = 28_000;

    /// <summary>
    /// Whether each packet carries a coarse copy of the one before it (in-band FEC) while packets are lost on the way. Default true.
    /// </summary>
    public bool UsesInbandFec { get; init; } = true;

    /// <summary>Least loss that the encoder prepares for when there is any, 0 to 100 [%]. Default 10.</summary>
    public int ExpectedLossPercent { get; init; } = 10;
}
