using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Levels;

/// <summary>Recorded speech of two voices, 8 kHz (packages asterisk-core-sounds-en-wav and asterisk-core-sounds-fr-wav).</summary>
internal static class Prompts
{
    private const string Folder = "/usr/share/asterisk/sounds";

    private static readonly Lazy<Pcm[]> Everything = new(() => [.. Files().Select(WavFile.Read).Where(pcm => pcm.SampleRateHz == 8000)]);

    /// <summary>All recordings, in an order that does not change.</summary>
    public static Pcm[] All => Everything.Value;

    /// <summary>At least so many seconds of sentences, one after the other, each at the same loudness.</summary>
    /// <param name="seconds">Length [s].</param>
    /// <param name="levelDbov">Loudness of the spoken parts [dBov].</param>
    /// <param name="skip">Recordings to leave out from the start: another number, other speech.</param>
    public static short[] Speech(double seconds, double levelDbov, int skip = 0)
    {
        List<short> samples = [];
        foreach (Pcm pcm in All.Where(pcm => pcm.Samples.Length > 20_000).Skip(skip))
        {
            short[] piece = [.. pcm.Samples];
            Media.Levels.LoudnessNormaliser.Normalise(piece, 8000, levelDbov);
            samples.AddRange(piece);
            if (samples.Count >= seconds * 8000)
            {
                return [.. samples.Take((int)(seconds * 8000))];
            }
        }

        throw new InvalidOperationException("Too few recordings.");
    }

    /// <summary>Gaussian noise.</summary>
    public static short[] Noise(int samples, double levelDbov, int seed)
    {
        Random random = new(seed);
        double deviation = 32768 * Math.Pow(10, levelDbov / 20);
        short[] noise = new short[samples];
        for (int i = 0; i < samples; i++)
        {
            double gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            noise[i] = (short)Math.Clamp(Math.Round(deviation * gauss), short.MinValue, short.MaxValue);
        }

        return noise;
    }

    /// <summary>Both at once, saturated.</summary>
    public static short[] Add(short[] one, short[] other) =>
        [.. one.Zip(other, (a, b) => (short)Math.Clamp(a + b, short.MinValue, short.MaxValue))];

    private static IEnumerable<string> Files() => Directory
        .EnumerateFiles(Folder, "*.wav", SearchOption.AllDirectories)
        .Where(path => !Path.GetFileName(path).Contains("tone", StringComparison.Ordinal)
            && !Path.GetFileName(path).Contains("beep", StringComparison.Ordinal)
            && !path.Contains("silence", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
