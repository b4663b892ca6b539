using PhoneBridge.Media.Levels;

namespace PhoneBridge.Media.Disturbances;

/// <summary>What the last seconds of a leg were like, in figures that tell speech from the rest.</summary>
/// <param name="Active">Steps of 80 ms that were as loud as the piece is.</param>
/// <param name="PauseShare">Share of frames 15 dB or more under the loud ones: 0.3 to 0.6 in speech.</param>
/// <param name="SteadyPeaks">Peaks of the spectrum above 500 Hz that stand still, mean of the active steps: 0 to 0.2 in speech.</param>
/// <param name="Purity">Share of power in the two strongest peaks, mean of the active steps: 0.4 to 0.87 in speech.</param>
/// <param name="PureShare">Share of the active steps that are as pure as a tone and at one of the three most common frequencies.</param>
/// <param name="Restlessness">Mean change of the level above 140 Hz from step to step [dB]: some 6 dB in speech.</param>
/// <param name="QuietDbov">Level under which one step in twenty lies [dBov].</param>
/// <param name="RangeDb">Between the steps of which one in twenty is fainter and one in twenty louder, above 140 Hz [dB].</param>
internal readonly record struct SoundSummary(
    int Active, double PauseShare, double SteadyPeaks, double Purity, double PureShare, double Restlessness, int QuietDbov, int RangeDb);

/// <summary>Keeps ten seconds of one leg in steps of 80 ms and sums them up on request. One owner; allocates nothing after construction.</summary>
internal sealed class SoundHistory
{
    /// <summary>Steps kept: 10 s.</summary>
    public const int Capacity = 125;

    /// <summary>Frames in a step.</summary>
    public const int FramesPerStep = 4;

    private const int PauseBelowLoudDb = 15;
    private const int FaintestDbov = -55;
    private const float Pure = 0.85f;
    private const float SameWithinHz = 4;

    private static readonly float[] PowerOf = [.. Enumerable.Range(0, 128).Select(sunk => MathF.Pow(10, -sunk / 10f))];

    private readonly Step[] _steps = new Step[Capacity];
    private readonly byte[] _frames = new byte[Capacity * FramesPerStep];
    private int _next;

    /// <summary>Steps held, to <see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a step.</summary>
    /// <param name="levelsSunk">Its frames' levels with the sign dropped, 0 to 127.</param>
    /// <param name="partials">What its spectrum was like.</param>
    public void Add(ReadOnlySpan<byte> levelsSunk, SteadyPartials partials)
    {
        float power = 0;
        foreach (byte sunk in levelsSunk)
        {
            power += PowerOf[sunk];
        }

        float level = Math.Max(AudioLevel.SilenceDbov, 10 * MathF.Log10((power / levelsSunk.Length) + 1e-13f));
        _steps[_next] = new Step((Half)level, (Half)partials.LevelDbov, (Half)partials.PureShare, (Half)partials.StrongestHz, (byte)partials.SteadyHighPeaks);
        levelsSunk.CopyTo(_frames.AsSpan(_next * FramesPerStep, FramesPerStep));
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>Sums up the last steps.</summary>
    /// <param name="steps">How many, at most <see cref="Count"/> and at least one.</param>
    /// <param name="activeBelowLoudDb">How far under the loud frames a step may be to count as active [dB].</param>
    public SoundSummary Sum(int steps, int activeBelowLoudDb = 10)
    {
        steps = Math.Clamp(steps, 1, Math.Max(1, Count));
        Span<int> frames = stackalloc int[128];
        Span<int> levels = stackalloc int[128];
        Span<int> bands = stackalloc int[128];
        bands.Clear();
        frames.Clear();
        levels.Clear();
        double restless = 0;
        float before = float.NaN;
        for (int i = steps; i > 0; i--)
        {
            int at = Index(i);
            foreach (byte sunk in _frames.AsSpan(at * FramesPerStep, FramesPerStep))
            {
                frames[sunk]++;
            }

            levels[-(int)_steps[at].LevelDbov]++;
            float level = (float)_steps[at].BandDbov;
            bands[(int)-level]++;
            restless += float.IsNaN(before) ? 0 : Math.Abs(level - before);
            before = level;
        }

        int loud = SunkAbove(frames, steps * FramesPerStep / 10);
        int few = steps / 20;
        int quiet = SunkAbove(levels, steps - 1 - few);
        int pauses = 0;
        for (int sunk = Math.Min(127, loud + PauseBelowLoudDb); sunk < frames.Length; sunk++)
        {
            pauses += frames[sunk];
        }

        SoundSummary active = SumActive(steps, Math.Max(-loud - activeBelowLoudDb, FaintestDbov));
        return active with
        {
            PauseShare = (double)pauses / (steps * FramesPerStep),
            Restlessness = restless / Math.Max(1, steps - 1),
            QuietDbov = -quiet,
            RangeDb = SunkAbove(bands, steps - 1 - few) - SunkAbove(bands, few),
        };
    }

    private SoundSummary SumActive(int steps, int fromDbov)
    {
        // The three most common frequencies are found greedily: first come, and as many places as a siren needs.
        Span<float> tones = stackalloc float[3];
        int known = 0;
        int active = 0;
        int peaks = 0;
        int pure = 0;
        double purity = 0;
        for (int i = steps; i > 0; i--)
        {
            ref readonly Step step = ref _steps[Index(i)];
            if ((float)step.LevelDbov < fromDbov)
            {
                continue;
            }

            active++;
            peaks += step.SteadyPeaks;
            float pureShare = (float)step.Purity;
            purity += pureShare;
            if (pureShare >= Pure && IsKnown((float)step.StrongestHz, tones, ref known))
            {
                pure++;
            }
        }

        double count = Math.Max(1, active);
        return new SoundSummary { Active = active, SteadyPeaks = peaks / count, Purity = purity / count, PureShare = pure / count };
    }

    private static bool IsKnown(float hz, Span<float> tones, ref int known)
    {
        foreach (float tone in tones[..known])
        {
            if (Math.Abs(tone - hz) <= SameWithinHz)
            {
                return true;
            }
        }

        if (known == tones.Length)
        {
            return false;
        }

        tones[known++] = hz;
        return true;
    }

    private static int SunkAbove(ReadOnlySpan<int> histogram, int count)
    {
        int sunk = 0;
        for (int seen = histogram[0]; seen <= count && sunk < 127; seen += histogram[sunk])
        {
            sunk++;
        }

        return sunk;
    }

    private int Index(int back) => (_next - back + Capacity) % Capacity;

    // Half precision is finer than any of the limits: 1/16 dB, 1/2048 of the power, 1 Hz at 2 kHz. A leg keeps 125 of them.
    private readonly record struct Step(Half LevelDbov, Half BandDbov, Half Purity, Half StrongestHz, byte SteadyPeaks);
}
