namespace PhoneBridge.Mixer.Mix;

/// <summary>The meaning of <see cref="MixKernels"/> in plain loops: its reference in tests, and its rest below one vector.</summary>
internal static class ScalarMixKernels
{
    public static void Add(Span<int> total, ReadOnlySpan<short> frame)
    {
        for (int i = 0; i < frame.Length; i++)
        {
            total[i] += frame[i];
        }
    }

    public static void Saturate(ReadOnlySpan<int> total, Span<short> mix)
    {
        for (int i = 0; i < mix.Length; i++)
        {
            mix[i] = Saturate(total[i]);
        }
    }

    public static void Scale(Span<short> frame, Gain gain)
    {
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = Saturate(((frame[i] * gain.Factor) + Gain.Half) >> Gain.FractionBits);
        }
    }

    public static void AddSaturated(Span<short> frame, ReadOnlySpan<short> other)
    {
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = Saturate(frame[i] + other[i]);
        }
    }

    public static void Subtract(ReadOnlySpan<int> total, ReadOnlySpan<short> own, Span<int> rest)
    {
        for (int i = 0; i < own.Length; i++)
        {
            rest[i] = total[i] - own[i];
        }
    }

    /// <summary>The frame from full level down to nothing, in a straight line.</summary>
    public static void FadeOut(Span<short> frame)
    {
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = (short)(frame[i] * (frame.Length - 1 - i) / frame.Length);
        }
    }

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);
}
