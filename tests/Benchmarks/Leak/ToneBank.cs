using System.Numerics;
using System.Runtime.InteropServices;

namespace PhoneBridge.Benchmarks.Leak;

/// <summary>
/// Tells which of many tones are in a frame, exactly and fast. The tones are multiples of 50 Hz, orthogonal over a frame of 20 ms at
/// any phase: what a mixer does to levels and delays does not move one into another, and a part of a frame still shows by its share.
/// </summary>
internal sealed class ToneBank
{
    /// <summary>Samples in a frame of 20 ms.</summary>
    public const int FrameSamples = 160;

    private const int SampleRateHz = 8000;
    private const double LowestHz = 400, SpacingHz = 100, BinHz = 50;

    // Cosine and sine of each tone, one row of FrameSamples after the other, scaled to give amplitudes as parts of full scale.
    private readonly float[] _table;

    /// <summary>Makes the bank.</summary>
    /// <param name="tones">How many, 1 to 30.</param>
    public ToneBank(int tones)
    {
        Count = tones;
        _table = new float[2 * tones * FrameSamples];
        for (int tone = 0; tone < tones; tone++)
        {
            for (int i = 0; i < FrameSamples; i++)
            {
                double phase = 2 * Math.PI * HzOf(tone) * i / SampleRateHz;
                _table[(2 * tone * FrameSamples) + i] = (float)(2 * Math.Cos(phase) / FrameSamples / 32768);
                _table[(((2 * tone) + 1) * FrameSamples) + i] = (float)(2 * Math.Sin(phase) / FrameSamples / 32768);
            }
        }
    }

    /// <summary>How many tones.</summary>
    public int Count { get; }

    /// <summary>One frame of a tone; every frame of it is the same.</summary>
    /// <param name="tone">Its number.</param>
    /// <param name="level">Its amplitude as a level below full scale [dB], negative.</param>
    public static short[] Frame(int tone, double level)
    {
        double amplitude = 32768 * Math.Pow(10, level / 20);
        return [.. Enumerable.Range(0, FrameSamples).Select(i => (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * HzOf(tone) * i / SampleRateHz)))];
    }

    /// <summary>Squares of the tones' amplitudes in a frame, parts of full scale.</summary>
    /// <param name="pcm">The frame.</param>
    /// <param name="squares">Room for <see cref="Count"/> values.</param>
    public void Measure(ReadOnlySpan<short> pcm, Span<float> squares)
    {
        Span<float> samples = stackalloc float[FrameSamples];
        for (int i = 0; i < FrameSamples; i++)
        {
            samples[i] = pcm[i];
        }

        for (int tone = 0; tone < Count; tone++)
        {
            float cosine = Dot(samples, _table.AsSpan(2 * tone * FrameSamples, FrameSamples));
            float sine = Dot(samples, _table.AsSpan(((2 * tone) + 1) * FrameSamples, FrameSamples));
            squares[tone] = (cosine * cosine) + (sine * sine);
        }
    }

    /// <summary>How high the skirt of a tone that a seam in the frame has spread can be at another tone: an amplitude, part of full scale.</summary>
    /// <remarks>
    /// A seam spreads a tone by about 1 / distance, with dips. How much there is of it shows beside the tone, where no other tone is:
    /// 50 and 150 Hz off. The price: a leak shorter than a frame and within 200 Hz of a voice that may be heard can pass for a skirt.
    /// </remarks>
    /// <param name="pcm">The frame.</param>
    /// <param name="tone">The tone.</param>
    /// <param name="other">The other one.</param>
    public static double SkirtOf(ReadOnlySpan<short> pcm, int tone, int other)
    {
        double near = Math.Max(AmplitudeAt(pcm, HzOf(tone) - BinHz), AmplitudeAt(pcm, HzOf(tone) + BinHz));
        double far = Math.Max(AmplitudeAt(pcm, HzOf(tone) - (3 * BinHz)), AmplitudeAt(pcm, HzOf(tone) + (3 * BinHz)));
        return Math.Max(near, 3 * far) * BinHz / Math.Abs(HzOf(tone) - HzOf(other));
    }

    private static double AmplitudeAt(ReadOnlySpan<short> pcm, double hz)
    {
        double cosine = 0, sine = 0;
        for (int i = 0; i < pcm.Length; i++)
        {
            (double s, double c) = Math.SinCos(2 * Math.PI * hz * i / SampleRateHz);
            cosine += pcm[i] * c;
            sine += pcm[i] * s;
        }

        return 2 * Math.Sqrt((cosine * cosine) + (sine * sine)) / pcm.Length / 32768;
    }

    private static double HzOf(int tone) => LowestHz + (tone * SpacingHz);

    // FrameSamples is a multiple of every vector's length.
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a), right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return Vector.Sum(sum);
    }
}
