namespace PhoneBridge.Benchmarks.Micro;

/// <summary>Sound to work on.</summary>
internal static class Frames
{
    /// <summary>Samples in 20 ms.</summary>
    public const int Samples = 160;

    /// <summary>Noise of some loudness, different for each number.</summary>
    public static short[] Noise(int number)
    {
        Random random = new(number);
        return [.. Enumerable.Range(0, Samples).Select(_ => (short)random.Next(-8000, 8000))];
    }
}
