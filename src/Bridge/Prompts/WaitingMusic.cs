using PhoneBridge.Media.Levels;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Soft music to wait by, composed here: slow chords and a few bell notes above them, made to be looped without a seam.</summary>
/// <remarks>Everything lies between 190 and 1400 Hz, where telephones carry it; speech that follows is 6 dB louder.</remarks>
internal static class WaitingMusic
{
    /// <summary>Loudness [dBov]: well under speech.</summary>
    public const double LevelDbov = -26;

    private const int Rate = PromptAudio.SampleRateHz;
    private const double BarSeconds = 4;

    // Key numbers of a piano tuned to A4 = 69: C major, A minor, F major, G with a held fourth, twice with another end.
    private static readonly int[][] Chords =
    [
        [60, 64, 67, 71], [57, 60, 64, 67], [53, 57, 60, 64], [55, 60, 62, 67],
        [60, 64, 67, 71], [57, 60, 64, 67], [53, 57, 60, 64], [55, 59, 62, 67],
    ];

    private static readonly (double Bar, int Key)[] Bells =
    [
        (0.5, 79), (1.25, 76), (2.5, 72), (3.25, 74), (4.5, 76), (5.25, 79), (6.5, 81), (7.25, 74),
    ];

    /// <summary>Composes the loop.</summary>
    public static PcmClip Compose()
    {
        double[] mix = new double[(int)(Chords.Length * BarSeconds * Rate)];
        for (int bar = 0; bar < Chords.Length; bar++)
        {
            foreach (int key in Chords[bar])
            {
                // Each chord swells and fades over the next one's beginning.
                Add(mix, bar * BarSeconds, BarSeconds * 1.4, Frequency(key), 0.25, phase => Math.Pow(Math.Sin(Math.PI * phase), 2));
            }
        }

        foreach ((double bar, int key) in Bells)
        {
            Add(mix, bar * BarSeconds, 2.5, Frequency(key), 0.16, phase => Math.Min(1, phase * 60) * Math.Exp(-5 * phase) * (1 - phase));
        }

        short[] samples = [.. mix.Select(value => (short)(value * 8000))];
        LoudnessNormaliser.Normalise(samples, Rate, LevelDbov);
        return new PcmClip(samples, Rate);
    }

    private static double Frequency(int key) => 440 * Math.Pow(2, (key - 69) / 12.0);

    /// <summary>Adds one note; what sounds on past the end sounds at the beginning, so that the loop has no seam.</summary>
    private static void Add(double[] mix, double startSeconds, double seconds, double frequencyHz, double loudness, Func<double, double> swell)
    {
        int start = (int)(startSeconds * Rate);
        int length = (int)(seconds * Rate);
        for (int i = 0; i < length; i++)
        {
            double angle = 2 * Math.PI * frequencyHz * i / Rate;
            double wave = Math.Sin(angle) + (0.2 * Math.Sin(2 * angle));
            mix[(start + i) % mix.Length] += wave * loudness * swell((double)i / length);
        }
    }
}
