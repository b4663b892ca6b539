namespace PhoneBridge.Media.Levels;

/// <summary>What <see cref="GainControl"/> aims at; the defaults are for telephone lines.</summary>
/// <param name="TargetDbov">Loudness to bring speech to: root mean square of its spoken parts [dBov].</param>
/// <param name="LowestGainDb">Most that a loud talker is turned down [dB], -40 to 0.</param>
/// <param name="HighestGainDb">Most that a quiet talker is turned up [dB], 0 to 30.</param>
/// <param name="NoiseCeilingDbov">The noise of the line is never raised above this [dBov].</param>
public sealed record GainControlOptions(
    double TargetDbov = -23, double LowestGainDb = -12, double HighestGainDb = 15, double NoiseCeilingDbov = -55);
