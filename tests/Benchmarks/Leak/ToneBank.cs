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
    private const double BinHz = 50;

    // Of SkirtOf, in multiples of 50 Hz: how far off the spread is looked for, how near a tone the rise cannot be told, and how far it is looked for.
    private const int FarthestSpread = 11, Beside = 3, RiseSteps = 5;
    private const double LeastRise = 1.01;

    // Of HasSeam: what rounding may make of it [samples' units].
    private const double LeastSeam = 40;

    // Multiples of 50 Hz that share no divisor with the 160 samples of a frame: no sum of them repeats within a frame, so that the error of
    // quantising spreads over all multiples instead of piling up on a few. Even multiples stay empty.
    private static readonly double[] Hz =
        [.. Enumerable.Range(7, 57).Where(n => n % 2 != 0 && n % 5 != 0).Select(n => n * BinHz)];

    // Cosine and sine of each tone, one row of FrameSamples after the other, scaled to give amplitudes as parts of full scale.
    private readonly float[] _table;

    /// <summary>Makes the bank.</summary>
    /// <param name="tones">How many, 1 to 24.</param>
    public ToneBank(int tones)
    {
        Count = tones;
        _table = new float[2 * tones * FrameSamples];
        for (int tone = 0; tone < tones; tone++)
        {
            for (int i = 0; i < FrameSamples; i++)
            {
                double phase = 2 * Math.PI * Hz[tone] * i / SampleRateHz;
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
        return [.. Enumerable.Range(0, FrameSamples).Select(i => (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * Hz[tone] * i / SampleRateHz)))];
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

    /// <summary>Whether a frame is not the same tones from its beginning to its end: some voice begins, ends, fades or has a seam in it.</summary>
    /// <remarks>The tones are odd multiples of 50 Hz: the second half of a frame is the first one upside down, codec and all.</remarks>
    public static bool HasSeam(ReadOnlySpan<short> pcm)
    {
        double sum = 0;
        for (int i = 0; i < FrameSamples / 2; i++)
        {
            double both = pcm[i] + pcm[i + (FrameSamples / 2)];
            sum += both * both;
        }

        return Math.Sqrt(sum / (FrameSamples / 2)) > LeastSeam;
    }

    /// <summary>
    /// How high a tone of which a frame holds only a piece, or that has a seam, can be at the place of another tone: an amplitude, part of full
    /// scale. 0 when what is there does not rise towards the tone: then it is something by itself.
    /// </summary>
    /// <remarks>
    /// Pieces and seams spread a tone by at most 1 / distance. How much there is of it shows at even multiples of 50 Hz, where no tone
    /// is. A whole frame without a seam has nothing there. The price: a leak much shorter than a frame can hide in the skirt of a
    /// voice that may be heard, when both happen in one frame.
    /// </remarks>
    /// <param name="pcm">The frame.</param>
    /// <param name="tone">The tone.</param>
    /// <param name="other">The other one.</param>
    public static double SkirtOf(ReadOnlySpan<short> pcm, int tone, int other)
    {
        double spread = 0;
        for (int n = 1; n <= FarthestSpread; n += 2)
        {
            spread = Math.Max(spread, n * Math.Max(AmplitudeAt(pcm, Hz[tone] - (n * BinHz)), AmplitudeAt(pcm, Hz[tone] + (n * BinHz))));
        }

        double distance = Math.Abs(Hz[tone] - Hz[other]) / BinHz;
        return distance <= Beside || Rises(pcm, Hz[other], Hz[tone]) ? spread / distance : 0;
    }

    private static bool Rises(ReadOnlySpan<short> pcm, double from, double to)
    {
        double start = AmplitudeAt(pcm, from), step = Math.CopySign(BinHz, to - from);
        for (int n = 1; n <= RiseSteps && Math.Abs(to - from) > n * BinHz; n++)
        {
            if (AmplitudeAt(pcm, from + (n * step)) > LeastRise * start)
            {
                return true;
            }
        }

        return false;
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
