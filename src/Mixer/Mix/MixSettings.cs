using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer.Mix;

/// <summary>What all conferences and legs of an engine have in common.</summary>
/// <param name="Talkers">Talkers summed at a time, 1 to <see cref="MostTalkers"/>.</param>
/// <param name="LevelsTalkers">Their loudness is drawn towards a common level.</param>
/// <param name="DucksDisturbances">What is no speech for long is ducked.</param>
/// <param name="Opus">How Opus is encoded.</param>
internal sealed record MixSettings(int Talkers, bool LevelsTalkers, bool DucksDisturbances, OpusSettings Opus)
{
    /// <summary>Most talkers that can be asked for.</summary>
    public const int MostTalkers = 16;

    /// <summary>As <see cref="MediaEngineOptions"/> has them.</summary>
    public static MixSettings From(MediaEngineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Talkers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Talkers, MostTalkers);
        return new MixSettings(options.Talkers, options.LevelsTalkers, options.DucksDisturbances, options.Opus);
    }
}
