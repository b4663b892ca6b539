namespace PhoneBridge.Media.Codecs;

/// <summary>The constants of ITU-T G.722 (11/88), tables 11 to 20. Spans over the assembly's own bytes: nothing is allocated.</summary>
internal static class G722Tables
{
    /// <summary>Decision levels of the 6-bit quantiser of the lower band, in 1/4096 of the step (table 14, Q6). Index 0 is the level below all.</summary>
    public static ReadOnlySpan<short> LowLevels =>
    [
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650,
        714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
    ];

    /// <summary>Values of the 6-bit codes in 1/32768 of the step (QQ6 by IL); codes 0 to 3 are never sent and count as the smallest.</summary>
    public static ReadOnlySpan<short> LowValues =>
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    /// <summary>Values of the upper four bits of a 6-bit code, from which both sides adapt (QQ4 by RIL).</summary>
    public static ReadOnlySpan<short> LowCoreValues =>
    [
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
    ];

    /// <summary>How far the upper four bits of a code move the logarithm of the step (WL by RIL).</summary>
    public static ReadOnlySpan<short> LowStepMoves =>
    [
        -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
    ];

    /// <summary>Values of the 2-bit codes of the upper band (QQ2 by IH).</summary>
    public static ReadOnlySpan<short> HighValues => [-7408, -1616, 7408, 1616];

    /// <summary>How far a 2-bit code moves the logarithm of the step (WH by IH).</summary>
    public static ReadOnlySpan<short> HighStepMoves => [798, -214, 798, -214];

    /// <summary>2^(1 + n/32) in 1/1024: the step out of its logarithm (ILB).</summary>
    public static ReadOnlySpan<short> InverseLogarithm =>
    [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
    ];
}
