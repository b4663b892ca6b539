namespace PhoneBridge.Media.Resampling;

/// <summary>The definition of a converted sample, one after the other: what <see cref="StreamKernel"/> must equal to the bit.</summary>
internal static class ScalarStreamKernel
{
    /// <summary>Converts one piece.</summary>
    /// <param name="filter">The pair's filter.</param>
    /// <param name="input"><see cref="StreamFilter.History"/> samples, then the piece.</param>
    /// <param name="output">Of the length that belongs to the piece.</param>
    public static void Convert(StreamFilter filter, ReadOnlySpan<short> input, Span<short> output)
    {
        int half = 1 << (filter.Shift - 1);
        for (int i = 0; i < output.Length; i++)
        {
            (int lane, int row) = Math.DivRem(i, filter.Rows);
            ReadOnlySpan<short> window = input.Slice(lane * filter.Step, filter.Window);
            ReadOnlySpan<short> taps = filter.Taps.AsSpan(row * filter.Window, filter.Window);
            int sum = half;
            for (int k = 0; k < window.Length; k++)
            {
                sum += window[k] * taps[k];
            }

            output[i] = (short)Math.Clamp(sum >> filter.Shift, short.MinValue, short.MaxValue);
        }
    }
}
