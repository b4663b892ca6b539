namespace PhoneBridge.Media.Disturbances;

/// <summary>Power spectrum of 256 real samples under a Hann window, by a complex transform of half the length. Keeps nothing.</summary>
internal static class PowerSpectrum
{
    /// <summary>Samples taken.</summary>
    public const int Length = 256;

    /// <summary>Lines given: 0 to half the sample rate, without the last.</summary>
    public const int Lines = Length / 2;

    private static readonly float[] Window = [.. Enumerable.Range(0, Length).Select(n => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / Length))))];
    private static readonly float[] Cos = [.. Enumerable.Range(0, Lines).Select(k => (float)Math.Cos(2 * Math.PI * k / Length))];
    private static readonly float[] Sin = [.. Enumerable.Range(0, Lines).Select(k => (float)-Math.Sin(2 * Math.PI * k / Length))];
    private static readonly byte[] Reversed = [.. Enumerable.Range(0, Lines).Select(Reverse)];

    /// <summary>Measures: a sine of mean square m in the middle of a line gives 3/8 m spread over three lines, 1/4 m in the middle one.</summary>
    /// <param name="samples"><see cref="Length"/> samples.</param>
    /// <param name="power">Room for <see cref="Lines"/> values.</param>
    public static void Measure(ReadOnlySpan<float> samples, Span<float> power)
    {
        Span<float> real = stackalloc float[Lines];
        Span<float> imaginary = stackalloc float[Lines];
        samples = samples[..Length];
        for (int i = 0; i < Lines; i++)
        {
            int to = Reversed[i];
            real[to] = samples[2 * i] * Window[2 * i];
            imaginary[to] = samples[(2 * i) + 1] * Window[(2 * i) + 1];
        }

        Transform(real, imaginary);

        // Even and odd samples were transformed as one: here they part again.
        power = power[..Lines];
        const float Scale = 2f / (Length * (float)Length);
        for (int k = 0; k < Lines; k++)
        {
            int mirror = (Lines - k) & (Lines - 1);
            float evenReal = 0.5f * (real[k] + real[mirror]);
            float evenImaginary = 0.5f * (imaginary[k] - imaginary[mirror]);
            float oddReal = 0.5f * (imaginary[k] + imaginary[mirror]);
            float oddImaginary = -0.5f * (real[k] - real[mirror]);
            float lineReal = evenReal + (oddReal * Cos[k]) - (oddImaginary * Sin[k]);
            float lineImaginary = evenImaginary + (oddReal * Sin[k]) + (oddImaginary * Cos[k]);
            power[k] = ((lineReal * lineReal) + (lineImaginary * lineImaginary)) * Scale;
        }
    }

    private static void Transform(Span<float> real, Span<float> imaginary)
    {
        for (int half = 1; half < Lines; half *= 2)
        {
            int stride = Lines / half;
            for (int start = 0; start < Lines; start += 2 * half)
            {
                Span<float> upperReal = real.Slice(start, half);
                Span<float> upperImaginary = imaginary.Slice(start, half);
                Span<float> lowerReal = real.Slice(start + half, half);
                Span<float> lowerImaginary = imaginary.Slice(start + half, half);
                for (int k = 0; k < upperReal.Length; k++)
                {
                    float cos = Cos[k * stride];
                    float sin = Sin[k * stride];
                    float turnedReal = (lowerReal[k] * cos) - (lowerImaginary[k] * sin);
                    float turnedImaginary = (lowerReal[k] * sin) + (lowerImaginary[k] * cos);
                    lowerReal[k] = upperReal[k] - turnedReal;
                    lowerImaginary[k] = upperImaginary[k] - turnedImaginary;
                    upperReal[k] += turnedReal;
                    upperImaginary[k] += turnedImaginary;
                }
            }
        }
    }

    private static byte Reverse(int index)
    {
        int reversed = 0;
        for (int bit = 1; bit < Lines; bit *= 2)
        {
            reversed = (reversed << 1) | ((index & bit) == 0 ? 0 : 1);
        }

        return (byte)reversed;
    }
}
