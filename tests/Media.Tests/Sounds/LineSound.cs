namespace PhoneBridge.Media.Tests.Sounds;

/// <summary>A line on which one sound follows the other: tones, pauses, fax signals.</summary>
internal sealed class LineSound(int rate = 8000)
{
    private readonly List<float> _samples = [];

    public LineSound Silence(double seconds)
    {
        _samples.AddRange(new float[(int)(seconds * rate)]);
        return this;
    }

    public LineSound Tone(double seconds, double levelDbov, params double[] frequencies)
    {
        double peak = 32768 * Math.Sqrt(2) * Math.Pow(10, levelDbov / 20);
        for (int i = 0; i < (int)(seconds * rate); i++)
        {
            _samples.Add((float)(peak * frequencies.Sum(frequency => Math.Sin(2 * Math.PI * frequency * i / rate))));
        }

        return this;
    }

    /// <summary>ANSam (ITU-T V.8 §3.1): 2100 Hz, phase reversed every 450 ms, amplitude modulated by 20 % at 15 Hz.</summary>
    public LineSound AnswerTone(double seconds, double frequency = 2100, double modulation = 0.2)
    {
        for (int i = 0; i < (int)(seconds * rate); i++)
        {
            double t = (double)i / rate;
            double sign = (int)(t / 0.45) % 2 == 0 ? 1 : -1;
            _samples.Add((float)(4000 * sign * (1 + (modulation * Math.Sin(2 * Math.PI * 15 * t))) * Math.Sin(2 * Math.PI * frequency * t)));
        }

        return this;
    }

    /// <summary>Bits at 300 baud on channel 2 of V.21.</summary>
    public LineSound V21(string bits, double levelDbov = -20)
    {
        double peak = 32768 * Math.Sqrt(2) * Math.Pow(10, levelDbov / 20);
        double phase = 0;
        for (int i = 0; i < bits.Length * rate / 300; i++)
        {
            phase += 2 * Math.PI * (bits[Math.Min(bits.Length - 1, i * 300 / rate)] == '1' ? 1650 : 1850) / rate;
            _samples.Add((float)(peak * Math.Sin(phase)));
        }

        return this;
    }

    public LineSound Repeat(int times, Action<LineSound> part)
    {
        for (int i = 0; i < times; i++)
        {
            part(this);
        }

        return this;
    }

    public LineSound Noise(double dbm0, int seed = 1)
    {
        float[] all = [.. _samples];
        Keypad.AddNoise(all, dbm0, new Random(seed));
        _samples.Clear();
        _samples.AddRange(all);
        return this;
    }

    public float[] ToFloats() => [.. _samples];

    public short[] ToPcm() => new Keypad { Rate = rate }.ToPcm([.. _samples]);
}
