namespace PhoneBridge.Media.Levels;

/// <summary>Turns a mix down while it is too loud, instead of cutting its peaks off.</summary>
/// <remarks>
/// The peaks of a frame are known before it is played, so the gain runs down in straight lines to where each peak needs it, mostly
/// over the 2.5 ms before: no delay is added. Only for a peak at the very start of a frame is there no time: the line down is then
/// as short as the sound leaves it. Afterwards the gain comes back, by 63 % in 150 ms, to exactly 1. What needs no turning down
/// passes unchanged to the bit. Not thread safe: one for each mix, owned by its loop; keeps one number, allocates nothing.
/// </remarks>
public sealed class Limiter
{
    /// <summary>Nothing louder leaves [sample magnitude]: -1.5 dB under full scale; what stays below is not touched.</summary>
    public const int Threshold = 27571;

    private const int Blocks = 8; // of 2.5 ms
    private const float ReleaseShare = 0.0165f; // of the way back to 1 in a block: 1 - exp(-2.5 / 150)
    private const float NearlyOne = 0.999f;     // less than 0.01 dB: ends the release

    private float _gain = 1;

    /// <summary>Gain at the end of the last frame [dB]; 0 when nothing is turned down, else below.</summary>
    public double GainDb => 20 * Math.Log10(_gain);

    /// <summary>Whether the last frame ended turned down.</summary>
    public bool IsActive => _gain < 1;

    /// <summary>Forgets what was loud.</summary>
    public void Reset() => _gain = 1;

    /// <summary>Brings the exact total of a frame to 16 bits.</summary>
    /// <param name="total">20 ms at any rate, a multiple of 8 samples.</param>
    /// <param name="mix">As long as the total.</param>
    /// <exception cref="ArgumentException">Other lengths.</exception>
    public void Process(ReadOnlySpan<int> total, Span<short> mix)
    {
        if (total.Length != mix.Length || total.Length % Blocks != 0)
        {
            throw new ArgumentException("A frame has a multiple of 8 samples, and the mix as many.");
        }

        if (!IsActive && LevelKernels.Peak(total) <= Threshold)
        {
            LevelKernels.Narrow(total, mix);
            return;
        }

        Span<float> limits = stackalloc float[Blocks + 1]; // the gain that each block's peak allows
        int length = total.Length / Blocks;
        for (int i = 0; i < Blocks; i++)
        {
            limits[i] = Allowed(LevelKernels.Peak(total.Slice(i * length, length)));
        }

        limits[Blocks] = 1;
        for (int i = 0; i < Blocks; i++)
        {
            float target = Math.Min(Math.Min(Released(_gain), limits[i]), limits[i + 1]);
            ReadOnlySpan<int> block = total.Slice(i * length, length);
            Span<short> place = mix.Slice(i * length, length);
            if (_gain <= limits[i])
            {
                Line(block, _gain, target, place);
            }
            else
            {
                Catch(block, target, place);
            }

            _gain = target;
        }
    }

    private static float Allowed(int peak) => peak <= Threshold ? 1 : (float)Threshold / peak;

    private static float Released(float gain)
    {
        float next = gain + ((1 - gain) * ReleaseShare);
        return next > NearlyOne ? 1 : next;
    }

    private static void Line(ReadOnlySpan<int> block, float from, float to, Span<short> mix)
    {
        if (from == 1 && to == 1)
        {
            LevelKernels.Narrow(block, mix);
            return;
        }

        float step = (to - from) / block.Length;
        LevelKernels.Reduce(block, new GainLine(from + step, step), mix);
    }

    /// <summary>The first block of a frame holds a peak that the gain at the frame's start does not allow: down as gently as the samples before it permit, then level.</summary>
    private void Catch(ReadOnlySpan<int> block, float target, Span<short> mix)
    {
        float step = (target - _gain) / block.Length;
        for (int i = 0; i < block.Length; i++)
        {
            step = Math.Min(step, (Allowed(ScalarLevelKernels.Peak(block.Slice(i, 1))) - _gain) / (i + 1));
        }

        int down = Math.Min(block.Length, (int)((target - _gain) / step));
        LevelKernels.Reduce(block[..down], new GainLine(_gain + step, step), mix[..down]);
        LevelKernels.Reduce(block[down..], new GainLine(target, 0), mix[down..]);
    }
}
