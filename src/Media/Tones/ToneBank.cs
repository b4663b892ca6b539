using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Tones;

/// <summary>
/// Amplitude and phase of up to eight frequencies in a block of sound at 8 kHz, under a Hamming window. The same
/// figures as eight Goertzel filters give, by tables instead of recursion: eight lanes with no chain from step to step.
/// </summary>
/// <remarks>Thread safe once made: it only holds tables.</remarks>
internal sealed class ToneBank
{
    /// <summary>Frequencies in a bank.</summary>
    public const int Lanes = 8;

    /// <summary>Rate of the sound [Hz].</summary>
    public const int SampleRateHz = 8000;

    private const int Row = 2 * Lanes;

    private readonly float[] _table;
    private readonly float[] _window;
    private readonly double _windowSum;

    /// <summary>Makes the tables.</summary>
    /// <param name="frequenciesHz">One to eight frequencies [Hz]; lanes that are left measure nothing.</param>
    /// <param name="length">Length of a block [samples].</param>
    public ToneBank(ReadOnlySpan<double> frequenciesHz, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frequenciesHz.Length, Lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 8);
        Length = length;
        _table = new float[length * Row];
        _window = new float[length];
        for (int n = 0; n < length; n++)
        {
            double weight = 0.54 - (0.46 * Math.Cos(2 * Math.PI * (n + 0.5) / length));
            _window[n] = (float)weight;
            _windowSum += weight;
            for (int lane = 0; lane < frequenciesHz.Length; lane++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * frequenciesHz[lane] / SampleRateHz * n);
                _table[(n * Row) + lane] = (float)(weight * cos);
                _table[(n * Row) + Lanes + lane] = (float)(-weight * sin);
            }
        }
    }

    /// <summary>Length of a block [samples].</summary>
    public int Length { get; }

    /// <summary>
    /// Measures a block. A sine of amplitude a gives a number of size a / 2 whose angle is the sine's phase at the
    /// block's first sample; neighbours within two widths of <see cref="SampleRateHz"/> / <see cref="Length"/> are heard too.
    /// </summary>
    /// <param name="block"><see cref="Length"/> samples.</param>
    /// <param name="real">Room for <see cref="Lanes"/> numbers.</param>
    /// <param name="imaginary">Room for <see cref="Lanes"/> numbers.</param>
    public void Measure(ReadOnlySpan<float> block, Span<float> real, Span<float> imaginary)
    {
        block = block[..Length];
        if (!Vector256.IsHardwareAccelerated)
        {
            MeasureScalar(block, real, imaginary);
            return;
        }

        // Even and odd samples have sums of their own: the next addition need not wait for the one before.
        ref float table = ref MemoryMarshal.GetArrayDataReference(_table);
        Vector256<float> evenReal = Vector256<float>.Zero;
        Vector256<float> evenImaginary = Vector256<float>.Zero;
        Vector256<float> oddReal = Vector256<float>.Zero;
        Vector256<float> oddImaginary = Vector256<float>.Zero;
        int n = 0;
        for (; n + 1 < block.Length; n += 2)
        {
            Vector256<float> even = Vector256.Create(block[n]);
            Vector256<float> odd = Vector256.Create(block[n + 1]);
            nuint row = (nuint)(n * Row);
            evenReal += even * Vector256.LoadUnsafe(ref table, row);
            evenImaginary += even * Vector256.LoadUnsafe(ref table, row + Lanes);
            oddReal += odd * Vector256.LoadUnsafe(ref table, row + Row);
            oddImaginary += odd * Vector256.LoadUnsafe(ref table, row + Row + Lanes);
        }

        if (n < block.Length)
        {
            Vector256<float> even = Vector256.Create(block[n]);
            evenReal += even * Vector256.LoadUnsafe(ref table, (nuint)(n * Row));
            evenImaginary += even * Vector256.LoadUnsafe(ref table, (nuint)(n * Row) + Lanes);
        }

        float scale = (float)(1 / _windowSum);
        ((evenReal + oddReal) * scale).CopyTo(real);
        ((evenImaginary + oddImaginary) * scale).CopyTo(imaginary);
    }

    /// <summary>Scalar twin of <see cref="Measure"/>.</summary>
    internal void MeasureScalar(ReadOnlySpan<float> block, Span<float> real, Span<float> imaginary)
    {
        block = block[..Length];
        float scale = (float)(1 / _windowSum);
        for (int lane = 0; lane < Lanes; lane++)
        {
            float evenReal = 0;
            float evenImaginary = 0;
            float oddReal = 0;
            float oddImaginary = 0;
            for (int n = 0; n < block.Length; n++)
            {
                float cos = _table[(n * Row) + lane];
                float sin = _table[(n * Row) + Lanes + lane];
                if ((n & 1) == 0)
                {
                    evenReal += block[n] * cos;
                    evenImaginary += block[n] * sin;
                }
                else
                {
                    oddReal += block[n] * cos;
                    oddImaginary += block[n] * sin;
                }
            }

            real[lane] = (evenReal + oddReal) * scale;
            imaginary[lane] = (evenImaginary + oddImaginary) * scale;
        }
    }

    /// <summary>Mean square of a block under the same window: a lone sine has as much as its lane says.</summary>
    public double MeanSquare(ReadOnlySpan<float> block)
    {
        block = block[..Length];
        ReadOnlySpan<float> window = _window;
        Vector256<float> sum = Vector256<float>.Zero;
        int n = 0;
        for (; n <= block.Length - Vector256<float>.Count; n += Vector256<float>.Count)
        {
            Vector256<float> sample = Vector256.Create(block[n..]);
            sum += sample * sample * Vector256.Create(window[n..]);
        }

        double total = Vector256.Sum(sum);
        for (; n < block.Length; n++)
        {
            total += (double)block[n] * block[n] * window[n];
        }

        return total / _windowSum;
    }

    /// <summary>Mean square of a sine that a lane measured as this number.</summary>
    public static double MeanSquare(float real, float imaginary) => 2 * (((double)real * real) + ((double)imaginary * imaginary));

    /// <summary>What is left of the power of a sine that lies beside its lane's frequency, 1 to 0.</summary>
    /// <param name="offsetHz">How far beside [Hz]; meant for up to one width.</param>
    public double Response(double offsetHz)
    {
        double x = Math.Abs(offsetHz) * Length / SampleRateHz;
        if (x < 1e-3)
        {
            return 1;
        }

        // The transform of a Hamming window in closed form; at exactly one width it is 0.23 / 0.54.
        double amplitude = Math.Abs(x - 1) < 1e-3
            ? 0.23 / 0.54
            : Math.Sin(Math.PI * x) / (Math.PI * x) * (0.54 - (0.08 * x * x)) / (1 - (x * x)) / 0.54;
        return amplitude * amplitude;
    }

    /// <summary>
    /// How far a sine lies beside its lane's frequency, from how its phase went on between two blocks
    /// [Hz], -4000 / hop to 4000 / hop. The exact measure: a block alone tells frequency far less well.
    /// </summary>
    /// <param name="real">Real part now.</param>
    /// <param name="imaginary">Imaginary part now.</param>
    /// <param name="realBefore">Real part in the block before.</param>
    /// <param name="imaginaryBefore">Imaginary part in the block before.</param>
    /// <param name="frequencyHz">The lane's frequency [Hz].</param>
    /// <param name="hop">Distance of the two blocks [samples].</param>
    public static double OffsetHz(float real, float imaginary, float realBefore, float imaginaryBefore, double frequencyHz, int hop)
    {
        double turned = Math.Atan2(
            ((double)imaginary * realBefore) - ((double)real * imaginaryBefore),
            ((double)real * realBefore) + ((double)imaginary * imaginaryBefore));
        double cycles = (turned / (2 * Math.PI)) - (frequencyHz * hop / SampleRateHz);
        cycles -= Math.Round(cycles);
        return cycles * SampleRateHz / hop;
    }
}
