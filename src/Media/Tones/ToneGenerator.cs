namespace PhoneBridge.Media.Tones;

/// <summary>A sine that runs on from frame to frame without a break of phase. Not thread safe: one owner.</summary>
public sealed class ToneGenerator
{
    private readonly double _step;
    private readonly double _amplitude;
    private double _phase;

    /// <summary>Makes a generator; it starts at a rising zero.</summary>
    /// <param name="frequencyHz">Pitch [Hz], above 0 and under half of the sample rate.</param>
    /// <param name="levelDbov">Level as <see cref="Levels.AudioLevel"/> measures it [dBov]; -3 is the loudest sine, -127 to -3.</param>
    /// <param name="sampleRateHz">Sample rate [Hz].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
    public ToneGenerator(double frequencyHz, double levelDbov = -20, int sampleRateHz = 8000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frequencyHz);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frequencyHz, sampleRateHz / 2.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levelDbov, -3);
        ArgumentOutOfRangeException.ThrowIfLessThan(levelDbov, -127);
        _step = 2 * Math.PI * frequencyHz / sampleRateHz;
        _amplitude = Math.Sqrt(2) * 32768 * Math.Pow(10, levelDbov / 20);
    }

    /// <summary>Fills <paramref name="pcm"/> with the next samples.</summary>
    public void Write(Span<short> pcm)
    {
        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = Next();
        }
    }

    /// <summary>Adds the next samples to <paramref name="pcm"/>, saturated.</summary>
    public void Add(Span<short> pcm)
    {
        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Clamp(pcm[i] + Next(), short.MinValue, short.MaxValue);
        }
    }

    private short Next()
    {
        double value = _amplitude * Math.Sin(_phase);
        _phase += _step;
        if (_phase >= 2 * Math.PI)
        {
            _phase -= 2 * Math.PI;
        }

        return (short)Math.Clamp(Math.Round(value), short.MinValue, short.MaxValue);
    }
}
