using System.Numerics;

namespace PhoneBridge.Media.Resampling;

/// <summary>Changes the sample rate of PCM by any ratio of whole numbers: polyphase filter, Kaiser-windowed sinc.</summary>
/// <remarks>
/// Made for prompts, not for the tick: about 75 dB of stop band and a pass band to 0.85 of the lower rate's half
/// (3400 Hz at 8 kHz). Thread safe once made: it only holds the filter; every call is one whole piece of sound.
/// </remarks>
public sealed class Resampler
{
    private const double StopBandDb = 75;
    private const double PassBandShare = 0.85;

    // Rates with no common divisor would ask for a table of hundreds of megabytes; the nearest of this many phases does.
    private const int MaxPhases = 2048;

    private readonly int _up;
    private readonly int _down;
    private readonly int _taps;
    private readonly int _phaseCount;
    private readonly float[] _phases;

    /// <summary>Makes the filter.</summary>
    /// <param name="fromHz">Sample rate of the input [Hz], 1000 to 192 000.</param>
    /// <param name="toHz">Sample rate of the output [Hz], 1000 to 192 000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate outside the range.</exception>
    public Resampler(int fromHz, int toHz)
    {
        CheckRate(fromHz, nameof(fromHz));
        CheckRate(toHz, nameof(toHz));
        FromHz = fromHz;
        ToHz = toHz;
        int divisor = (int)BigInteger.GreatestCommonDivisor(fromHz, toHz);
        _up = toHz / divisor;
        _down = fromHz / divisor;
        _phaseCount = Math.Min(_up, MaxPhases);

        // Kaiser's formula: taps = (A - 8) / (2.285 * transition), counted at the input's rate.
        double half = Math.Min(fromHz, toHz) / 2.0;
        double transition = 2 * Math.PI * (1 - PassBandShare) * half / fromHz;
        _taps = (((int)Math.Ceiling((StopBandDb - 8) / (2.285 * transition)) + Vector<float>.Count - 1)
            / Vector<float>.Count) * Vector<float>.Count;
        _phases = BuildPhases(half * (1 + PassBandShare) / 2 / fromHz);
    }

    /// <summary>Sample rate of the input [Hz].</summary>
    public int FromHz { get; }

    /// <summary>Sample rate of the output [Hz].</summary>
    public int ToHz { get; }

    /// <summary>Converts one whole piece of sound; the filter's delay is taken out, so that it starts where the input starts.</summary>
    public short[] Convert(ReadOnlySpan<short> pcm)
    {
        if (FromHz == ToHz || pcm.IsEmpty)
        {
            return pcm.ToArray();
        }

        // Zeros before and behind let the filter run over the edges without a test for each tap.
        float[] input = new float[pcm.Length + (2 * _taps)];
        for (int i = 0; i < pcm.Length; i++)
        {
            input[_taps + i] = pcm[i];
        }

        short[] output = new short[(int)(((long)pcm.Length * _up) / _down)];
        for (int i = 0; i < output.Length; i++)
        {
            long position = (long)i * _down; // in steps of 1 / _up input samples
            int whole = (int)(position / _up);
            int phase = (int)(position % _up * _phaseCount / _up);
            float value = Dot(input.AsSpan(_taps + whole - (_taps / 2) + 1, _taps), _phases.AsSpan(phase * _taps, _taps));
            output[i] = (short)Math.Clamp(MathF.Round(value), short.MinValue, short.MaxValue);
        }

        return output;
    }

    private static void CheckRate(int rateHz, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rateHz, 1000, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rateHz, 192_000, name);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> total = Vector<float>.Zero;
        for (int i = 0; i < a.Length; i += Vector<float>.Count)
        {
            total += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        return Vector.Sum(total);
    }

    /// <summary>One row of taps for each place between two input samples, each of unit gain.</summary>
    /// <param name="cutOff">Middle of the transition as a share of the input rate.</param>
    private float[] BuildPhases(double cutOff)
    {
        double beta = KaiserSinc.Beta(StopBandDb);
        double middle = _taps / 2.0;
        float[] phases = new float[_phaseCount * _taps];
        for (int phase = 0; phase < _phaseCount; phase++)
        {
            Span<float> row = phases.AsSpan(phase * _taps, _taps);
            double sum = 0;
            for (int tap = 0; tap < _taps; tap++)
            {
                double distance = tap - (_taps / 2) + 1 - ((double)phase / _phaseCount);
                double value = KaiserSinc.Tap(cutOff, distance, middle, beta);
                row[tap] = (float)value;
                sum += value;
            }

            for (int tap = 0; tap < _taps; tap++)
            {
                row[tap] /= (float)sum;
            }
        }

        return phases;
    }
}
