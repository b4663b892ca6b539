using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Quality;

/// <summary>What is known of a line, for <see cref="EModel"/>. Figures outside their range, also from the network, count as its nearest end; what is not a number as its best.</summary>
/// <param name="Format">Codec and rate.</param>
/// <param name="OneWayDelayMs">From mouth to ear [ms], 0 to 10 000: half the round trip, both playout delays, packets and the mixer.</param>
/// <param name="LossFraction">Packets lost, 0 to 1.</param>
public readonly record struct LineConditions(AudioFormat Format, double OneWayDelayMs, double LossFraction)
{
    /// <summary>Share of the played sound that was made up, 0 to 1: lost packets and those that came too late. The larger of this and <see cref="LossFraction"/> counts.</summary>
    public double ConcealedShare { get; init; }

    /// <summary>Mean length of runs of lost packets against that of random loss (G.107 §7.5), 1 to 8; 1 is random loss.</summary>
    public double BurstRatio { get; init; } = 1;

    /// <summary>How much weaker than sent the talker's own voice comes back [dB], 0 to 65; null when no echo is suspected.</summary>
    public double? EchoLossDb { get; init; }

    /// <summary>How late the talker hears it [ms], 0 to 10 000.</summary>
    public double EchoDelayMs { get; init; }
}
