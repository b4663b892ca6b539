namespace PhoneBridge.Mixer.Mix;

/// <summary>The sample rates that are mixed at: those of the codecs.</summary>
internal static class MixRates
{
    /// <summary>How many there are.</summary>
    public const int Count = 3;

    /// <summary>Samples in a frame at the highest of them.</summary>
    public const int LongestFrame = 48000 / 50;

    private static readonly int[] Hz = [8000, 16000, 48000];

    /// <summary>The rate at an index [Hz].</summary>
    public static int At(int index) => Hz[index];

    /// <summary>Index of a rate, 0 to 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nothing is mixed at this rate.</exception>
    public static int IndexOf(int rateHz) => rateHz switch
    {
        8000 => 0,
        16000 => 1,
        48000 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(rateHz), rateHz, "Mixed at 8000, 16000 and 48000 Hz."),
    };
}
