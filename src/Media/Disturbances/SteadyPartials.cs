using PhoneBridge.Media.Levels;

namespace PhoneBridge.Media.Disturbances;

/// <summary>
/// Follows the peaks of the spectrum from step to step and says how many of them stand still.
/// Notes of instruments keep their pitch to a few parts in a thousand; the harmonics of a voice that speaks glide all the time.
/// </summary>
/// <remarks>Steps of 80 ms, sound of 4 kHz. Owned by one detector; allocates nothing after construction.</remarks>
internal sealed class SteadyPartials
{
    /// <summary>Rate of the sound [Hz].</summary>
    public const int SampleRateHz = 4000;

    private const int MaxPeaks = 12;
    private const float LineHz = (float)SampleRateHz / PowerSpectrum.Length;

    // Hum of the mains and rumble of the line are no notes.
    private const int FirstLine = 9; // 140 Hz

    // Below, the harmonics of a voice glide too few hertz to tell.
    private const float HighHz = 500;

    // Peaks this far under the strongest are noise.
    private const float Faintest = 0.003f;
    private const float SameWithinHz = 3.5f;

    /// <summary>A peak counts as standing still when it was there two steps ago: 224 ms with the window.</summary>
    private const int OldEnough = 2;

    private Peak[] _peaks = new Peak[MaxPeaks];
    private Peak[] _before = new Peak[MaxPeaks];
    private int _count;

    /// <summary>Share of the last step's power in its two strongest peaks, 0 to 1.</summary>
    public float PureShare { get; private set; }

    /// <summary>Frequency of the strongest peak [Hz]; 0 when there is none.</summary>
    public float StrongestHz { get; private set; }

    /// <summary>Level of the last step above 140 Hz, -127 to 0 [dBov]: the rumble of a car, which comes in gusts, left out.</summary>
    public float LevelDbov { get; private set; } = AudioLevel.SilenceDbov;

    /// <summary>How many peaks stand still above 500 Hz.</summary>
    public int SteadyHighPeaks { get; private set; }

    /// <summary>Takes the next step: <see cref="PowerSpectrum.Length"/> samples that end with it.</summary>
    public void OnStep(ReadOnlySpan<float> samples)
    {
        Span<float> spectrum = stackalloc float[PowerSpectrum.Lines];
        PowerSpectrum.Measure(samples, spectrum);
        (_peaks, _before) = (_before, _peaks);
        int countBefore = _count;
        float total = 0;
        float strongest = 0;
        float inBand = 0;
        for (int k = 2; k < spectrum.Length; k++)
        {
            total += spectrum[k];
            inBand += k < FirstLine ? 0 : spectrum[k];
            strongest = Math.Max(strongest, spectrum[k]);
        }

        // The window lets 3/8 of the power through.
        LevelDbov = Math.Clamp(10 * MathF.Log10((inBand * (8 / (3 * 32768f * 32768f))) + 1e-13f), AudioLevel.SilenceDbov, 0);
        _count = 0;
        PureShare = StrongestHz = SteadyHighPeaks = 0;
        if (total <= 0)
        {
            return;
        }

        float first = 0;
        float second = 0;
        for (int k = FirstLine; k < spectrum.Length - 2 && _count < MaxPeaks; k++)
        {
            float middle = spectrum[k];
            if (middle < Faintest * strongest || middle <= spectrum[k - 1] || middle < spectrum[k + 1])
            {
                continue;
            }

            float power = spectrum[k - 1] + middle + spectrum[k + 1];
            float hz = (k + Between(spectrum[k - 1], middle, spectrum[k + 1])) * LineHz;
            int age = AgeOf(hz, power, countBefore);
            _peaks[_count++] = new Peak(hz, power, age);
            SteadyHighPeaks += age >= OldEnough && hz > HighHz ? 1 : 0;

            if (power > first)
            {
                (first, second) = (power, first);
                StrongestHz = hz;
            }
            else
            {
                second = Math.Max(second, power);
            }
        }

        PureShare = (first + second) / total;
    }

    /// <summary>Where between the lines a peak lies, -0.5 to 0.5: exact for a Hann window and a steady sine.</summary>
    private static float Between(float left, float middle, float right)
    {
        // Amplitudes of neighbours are (2x - 1) / (x + 1) apart for a sine at distance x.
        float side = MathF.Sqrt(Math.Max(left, right) / middle);
        float offset = ((2 * side) - 1) / (side + 1);
        return Math.Clamp(right > left ? offset : -offset, -0.5f, 0.5f);
    }

    private int AgeOf(float hz, float power, int countBefore)
    {
        for (int i = 0; i < countBefore; i++)
        {
            Peak peak = _before[i];
            if (Math.Abs(peak.Hz - hz) <= SameWithinHz && power < 16 * peak.Power && peak.Power < 16 * power)
            {
                return peak.Age + 1;
            }
        }

        return 0;
    }

    private readonly record struct Peak(float Hz, float Power, int Age);
}
