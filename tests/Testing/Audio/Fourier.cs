using System.Numerics;

namespace PhoneBridge.Testing.Audio;

/// <summary>Fast Fourier transform and what is built on it: correlation of a known sound with a recording.</summary>
public static class Fourier
{
    /// <summary>Transforms in place (radix 2).</summary>
    /// <param name="values">Length must be a power of two.</param>
    /// <param name="inverse">Backwards, scaled by 1/n.</param>
    public static void Transform(Span<Complex> values, bool inverse = false)
    {
        int n = values.Length;
        if (!BitOperations.IsPow2(n))
        {
            throw new ArgumentException("Length must be a power of two.", nameof(values));
        }

        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (values[i], values[j]) = (values[j], values[i]);
            }
        }

        for (int length = 2; length <= n; length <<= 1)
        {
            double angle = 2 * Math.PI / length * (inverse ? 1 : -1);
            Complex[] turns = [.. Enumerable.Range(0, length / 2).Select(k => Complex.FromPolarCoordinates(1, angle * k))];
            for (int block = 0; block < n; block += length)
            {
                for (int k = 0; k < length / 2; k++)
                {
                    Complex even = values[block + k];
                    Complex odd = values[block + k + (length / 2)] * turns[k];
                    values[block + k] = even + odd;
                    values[block + k + (length / 2)] = even - odd;
                }
            }
        }

        for (int i = 0; inverse && i < n; i++)
        {
            values[i] /= n;
        }
    }

    /// <summary>
    /// Normalised cross-correlation [-1..1] of a pattern with every place of a recording where it fits:
    /// 1 is the pattern itself at any loudness.
    /// </summary>
    /// <returns>One value for each start of the pattern; empty when the recording is shorter than the pattern.</returns>
    public static double[] Correlate(ReadOnlySpan<short> recording, ReadOnlySpan<short> pattern)
    {
        int places = recording.Length - pattern.Length + 1;
        if (places <= 0 || pattern.Length == 0)
        {
            return [];
        }

        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(recording.Length + pattern.Length));
        Complex[] a = new Complex[size];
        Complex[] b = new Complex[size];
        for (int i = 0; i < recording.Length; i++)
        {
            a[i] = recording[i];
        }

        double patternEnergy = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            b[i] = pattern[i];
            patternEnergy += (double)pattern[i] * pattern[i];
        }

        Transform(a);
        Transform(b);
        for (int i = 0; i < size; i++)
        {
            a[i] *= Complex.Conjugate(b[i]);
        }

        Transform(a, inverse: true);

        double[] result = new double[places];
        double local = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            local += (double)recording[i] * recording[i];
        }

        // Below this energy (an RMS of 3 steps of 65536) a likeness is one of rounding noise, not of sound.
        double floor = 9.0 * pattern.Length;
        for (int i = 0; i < places; i++)
        {
            result[i] = local <= floor || patternEnergy == 0 ? 0 : a[i].Real / Math.Sqrt(local * patternEnergy);
            if (i + 1 < places)
            {
                local += ((double)recording[i + pattern.Length] * recording[i + pattern.Length]) - ((double)recording[i] * recording[i]);
            }
        }

        return result;
    }
}
