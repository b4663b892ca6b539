namespace PhoneBridge.Media.Tests.Sounds;

/// <summary>How a telephone makes the tones of its keys.</summary>
internal sealed record Keypad
{
    private const string Keys = "123A456B789C*0#D";
    private static readonly double[] Low = [697, 770, 852, 941];
    private static readonly double[] High = [1209, 1336, 1477, 1633];

    public int Rate { get; init; } = 8000;

    /// <summary>Level of the low tone [dBm0]; 0 is a sine with its peak 3.14 dB below full scale.</summary>
    public double LowDbm0 { get; init; } = -9;

    public double HighDbm0 { get; init; } = -9;

    /// <summary>How far both tones lie off [%].</summary>
    public double OffPercent { get; init; }

    public double Phase { get; init; }

    public static string All => Keys;

    /// <summary>Adds one key's tones.</summary>
    public void Press(float[] sound, double atMs, double lengthMs, char key)
    {
        int index = Keys.IndexOf(key, StringComparison.Ordinal);
        int start = (int)Math.Round(atMs * Rate / 1000);
        int count = (int)Math.Round(lengthMs * Rate / 1000);
        double low = 2 * Math.PI * Low[index / 4] * (1 + (OffPercent / 100)) / Rate;
        double high = 2 * Math.PI * High[index % 4] * (1 + (OffPercent / 100)) / Rate;
        for (int i = 0; i < count; i++)
        {
            sound[start + i] += (float)((Peak(LowDbm0) * Math.Sin((low * i) + Phase)) + (Peak(HighDbm0) * Math.Sin((high * i) + (2.3 * Phase))));
        }
    }

    /// <summary>Adds noise of a level [dBm0] in the whole band.</summary>
    public static void AddNoise(float[] sound, double dbm0, Random random)
    {
        if (dbm0 < -90)
        {
            return;
        }

        double deviation = Peak(dbm0) / Math.Sqrt(2);
        for (int i = 0; i < sound.Length; i++)
        {
            // Near enough to a Gaussian, and quick: four even numbers, of which each has a variance of 1/12.
            double gauss = (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * Math.Sqrt(3);
            sound[i] += (float)(deviation * gauss);
        }
    }

    /// <summary>The sound as 16-bit samples, clipped, at 8 kHz through A-law.</summary>
    public short[] ToPcm(float[] sound)
    {
        short[] pcm = [.. sound.Select(sample => (short)Math.Clamp(sample, short.MinValue, short.MaxValue))];
        if (Rate == 8000)
        {
            RecordedSpeech.ThroughALaw(pcm);
        }

        return pcm;
    }

    private static double Peak(double dbm0) => 32768 * Math.Pow(10, (dbm0 - 3.14) / 20);
}
