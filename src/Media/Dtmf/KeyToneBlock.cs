using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Dtmf;

/// <summary>Says of one block after the other whether it holds the two tones of a key (ITU-T Q.23, with the tolerances of Q.24).</summary>
/// <remarks>Owned by one detector. A block counts only together with the one before it, since phase tells the frequency.</remarks>
internal sealed class KeyToneBlock
{
    /// <summary>Length of a block: 12.75 ms [samples].</summary>
    public const int Length = 102;

    /// <summary>
    /// Level of 0 dBm0 on the scale of dBov: a full-scale sine is 3.14 dBm0 by A-law (3.17 by mu-law, ITU-T G.711) and
    /// -3.01 dBov, so 0 dBm0 is -6.15 dBov, a sine with a peak 3.14 dB below full scale.
    /// </summary>
    public const double ZeroDbm0InDbov = -6.15;

    // The stronger tone must reach this; -26 dBm0 has to be heard, with 2 dB of margin for what noise takes away.
    private const double LowestDbm0 = -28;

    // 1.5 % must pass and 3.5 % must not.
    private const double FrequencyTolerance = 0.025;

    // High over low by 4 dB and low over high by 8 dB must pass; 1.5 dB of margin.
    private const double HighestTwist = 3.55; // 5.5 dB
    private const double HighestReverseTwist = 8.91; // 9.5 dB

    // Of the block's energy. Noise 15 dB below leaves 0.97, clipping of two tones of 0 dBm0 0.93.
    private const double LeastShare = 0.82;
    private const double LeastShareUncorrected = 0.5;

    // A tone that begins or ends in the block leaves a hole at that edge: at most about 15 of its 102 samples are forgiven.
    private const int Edge = 24;
    private const double LeastEdge = 0.4;

    // A voice has harmonics, a keypad has none above -20 dB or so.
    private const double HighestHarmonic = 0.05;
    private const double HarmonicMixesWithinHz = 200;

    // A keypad begins both tones at once; a melody lets one note ring into the next. 27 ms earlier neither tone, or both, must be there.
    private const int Earlier = 4;
    private const float StillThere = 0.3f;

    private const string Keys = "123A456B789C*0#D";
    private static readonly double[] Frequencies = [697, 770, 852, 941, 1209, 1336, 1477, 1633];
    private static readonly double[] Doubled = [1394, 1540, 1704, 1882, 2418, 2672, 2954, 3266];
    private static readonly ToneBank Bank = new(Frequencies, Length);
    private static readonly ToneBank Harmonics = new(Doubled, Length);
    private static readonly double LeastMeanSquare = Math.Pow(10, (LowestDbm0 + ZeroDbm0InDbov) / 10) * 32768 * 32768;

    private readonly float[] _real = new float[ToneBank.Lanes];
    private readonly float[] _imaginary = new float[ToneBank.Lanes];
    private readonly float[] _realBefore = new float[ToneBank.Lanes];
    private readonly float[] _imaginaryBefore = new float[ToneBank.Lanes];
    private readonly float[] _powers = new float[(Earlier + 1) * ToneBank.Lanes];
    private int _newest;
    private bool _hasBefore;

    /// <summary>Forgets the blocks before.</summary>
    public void Reset()
    {
        _hasBefore = false;
        _powers.AsSpan().Clear();
    }

    /// <summary>Takes the next block.</summary>
    /// <param name="block"><see cref="Length"/> samples at 8 kHz.</param>
    /// <param name="hop">How far it begins behind the block before [samples].</param>
    /// <returns>0-9, *, #, A-D, or NUL when it and the one before do not hold the tones of one key.</returns>
    public char Read(ReadOnlySpan<float> block, int hop)
    {
        double energy = Bank.MeanSquare(block);
        _newest = (_newest + 1) % (Earlier + 1);
        Span<float> powers = _powers.AsSpan(_newest * ToneBank.Lanes, ToneBank.Lanes);
        if (energy < LeastMeanSquare)
        {
            _hasBefore = false;
            powers.Clear();
            return '\0';
        }

        _real.CopyTo(_realBefore, 0);
        _imaginary.CopyTo(_imaginaryBefore, 0);
        bool hasBefore = _hasBefore;
        Bank.Measure(block, _real, _imaginary);
        _hasBefore = true;
        for (int lane = 0; lane < ToneBank.Lanes; lane++)
        {
            powers[lane] = (float)ToneBank.MeanSquare(_real[lane], _imaginary[lane]);
        }

        int low = Strongest(powers, 0);
        int high = Strongest(powers, 4);
        double lowPower = powers[low];
        double highPower = powers[high];
        if (!hasBefore
            || lowPower + highPower < LeastShareUncorrected * energy
            || !IsNear(low, hop, ref lowPower)
            || !IsNear(high, hop, ref highPower)
            || lowPower + highPower < LeastShare * energy
            || Math.Max(lowPower, highPower) < LeastMeanSquare
            || highPower > HighestTwist * lowPower
            || lowPower > HighestReverseTwist * highPower
            || WasThere(low) != WasThere(high)
            || !IsFilled(block, energy)
            || HasHarmonics(block, low, high, lowPower, highPower))
        {
            return '\0';
        }

        return Keys[(low * 4) + high - 4];
    }

    private static int Strongest(ReadOnlySpan<float> powers, int first)
    {
        int best = first;
        for (int lane = first + 1; lane < first + 4; lane++)
        {
            best = powers[lane] > powers[best] ? lane : best;
        }

        return best;
    }

    private bool WasThere(int lane)
    {
        int earlier = (_newest + 1) % (Earlier + 1);
        return _powers[(earlier * ToneBank.Lanes) + lane] >= StillThere * _powers[(_newest * ToneBank.Lanes) + lane];
    }

    /// <summary>Whether the tone lies near enough to its nominal frequency; gives back the power that lying beside it hid.</summary>
    private bool IsNear(int lane, int hop, ref double power)
    {
        double offset = ToneBank.OffsetHz(
            _real[lane], _imaginary[lane], _realBefore[lane], _imaginaryBefore[lane], Frequencies[lane], hop);
        power /= Bank.Response(offset);
        return Math.Abs(offset) <= FrequencyTolerance * Frequencies[lane];
    }

    private static bool IsFilled(ReadOnlySpan<float> block, double energy) =>
        MeanSquare(block[..Edge]) >= LeastEdge * energy && MeanSquare(block[^Edge..]) >= LeastEdge * energy;

    private static double MeanSquare(ReadOnlySpan<float> pcm)
    {
        double sum = 0;
        foreach (float sample in pcm)
        {
            sum += sample * sample;
        }

        return sum / pcm.Length;
    }

    private static bool HasHarmonics(ReadOnlySpan<float> block, int low, int high, double lowPower, double highPower)
    {
        Span<float> real = stackalloc float[ToneBank.Lanes];
        Span<float> imaginary = stackalloc float[ToneBank.Lanes];
        Harmonics.Measure(block, real, imaginary);

        // Twice a low tone may lie beside a high tone; then only the share of the energy tells.
        bool canTellLow = Math.Abs(Doubled[low] - Frequencies[high]) > HarmonicMixesWithinHz;
        return ToneBank.MeanSquare(real[high], imaginary[high]) > HighestHarmonic * Math.Max(lowPower, highPower)
            || (canTellLow && ToneBank.MeanSquare(real[low], imaginary[low]) > HighestHarmonic * Math.Max(lowPower, highPower));
    }
}
