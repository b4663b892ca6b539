using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PhoneBridge.Media.Codecs;

/// <summary>
/// What one band of G.722 remembers: step size and predictor. The same on both sides of the line as long as every code arrives
/// (ITU-T G.722 §3.5, §3.6 and, to the bit, §6.2.1). A value: assigning it copies the state, comparing it compares all of it.
/// </summary>
internal record struct G722Band
{
    private static readonly Vector256<int> Six = Vector256.Create(-1, -1, -1, -1, -1, -1, 0, 0);
    private static readonly Vector256<int> First = Vector256.Create(-1, 0, 0, 0, 0, 0, 0, 0);

    // The names of the recommendation: NB, A(1..2), P(1..2), RLT(1), DLT(1..6), B(1..6), SZ. Of P(1) and P(2) only the
    // signs are kept, 0 or -1: nothing more of them has an effect on what follows. The last two lanes stay 0.
    private int _logStep;
    private int _a1;
    private int _a2;
    private int _p1;
    private int _p2;
    private int _r1;
    private Vector256<int> _d;
    private Vector256<int> _b;
    private int _zeroPart;

    /// <summary>A band at its start.</summary>
    /// <param name="step">32 for the lower band, 8 for the upper one (table 12).</param>
    public G722Band(int step) => Step = step;

    /// <summary>Quantiser step (DETL, DETH), 8 to 16384.</summary>
    public int Step { get; private set; }

    /// <summary>What the next sample is expected to be (SL, SH), 16 bits.</summary>
    public int Prediction { get; private set; }

    /// <summary>Takes the 6-bit code of the lower band into account; only its upper four bits count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AdaptLow(int code)
    {
        int core = code >> 2;
        int difference = (Step * G722Tables.LowCoreValues[core]) >> 15;
        _logStep = Math.Min(Math.Max(((_logStep * 127) >> 7) + G722Tables.LowStepMoves[core], 0), 18432);
        Step = StepOf(_logStep, 8);
        Follow(difference);
    }

    /// <summary>Takes the 2-bit code of the upper band into account.</summary>
    /// <returns>The difference that the code stands for (DH).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int AdaptHigh(int code)
    {
        int difference = (Step * G722Tables.HighValues[code]) >> 15;
        _logStep = Math.Min(Math.Max(((_logStep * 127) >> 7) + G722Tables.HighStepMoves[code], 0), 22528);
        Step = StepOf(_logStep, 10);
        Follow(difference);
        return difference;
    }

    // SCALEL, SCALEH: 32 steps to the octave. The shift is one to the left at the very top.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StepOf(int logarithm, int octaves) =>
        ((G722Tables.InverseLogarithm[(logarithm >> 6) & 31] << 1) >> (octaves + 1 - (logarithm >> 11))) << 2;

    // RECONS to PREDIC (§6.2.1.4): 2 poles and 6 zeros, moved by the signs alone.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Follow(int d)
    {
        int r = Saturate(Prediction + d);
        int p = Saturate(_zeroPart + d);

        // 1 where the signs are equal, -1 where not.
        int same1 = 1 | ((p ^ _p1) >> 31);
        int same2 = 1 | ((p ^ _p2) >> 31);
        int a2 = (128 * same2) + (Math.Min(-same1 * Saturate(_a1 << 2), short.MaxValue) >> 7) + ((_a2 * 32512) >> 15);
        a2 = Math.Min(Math.Max(a2, -12288), 12288);
        int most = 15360 - a2;
        int a1 = Math.Min(Math.Max((192 * same1) + ((_a1 * 32640) >> 15), -most), most);
        _p2 = _p1;
        _p1 = p >> 31;
        _a1 = a1;
        _a2 = a2;

        // All six zeros at once. A leak of 1/256 and moves of 128 keep 16 bits by themselves; so do twice the differences: no
        // saturation here. (32640 b) >> 15 is b less a 256th of it, rounded down.
        Vector256<int> signs = (_d ^ Vector256.Create(d)) >> 31;
        Vector256<int> moves = ((Vector256.Create(d == 0 ? 0 : 128) ^ signs) - signs) & Six;
        _b = _b + (-_b >> 8) + moves;
        _d = Vector256.ConditionalSelect(First, Vector256.Create(d), Vector256.Shuffle(_d, Vector256.Create(7, 0, 1, 2, 3, 4, 6, 7)));
        int zeros = Vector256.Sum((_b * _d) >> 14);

        int poles = Saturate(((a1 * Saturate(2 * r)) >> 15) + ((a2 * Saturate(2 * _r1)) >> 15));
        _r1 = r;
        _zeroPart = Saturate(zeros);
        Prediction = Saturate(poles + _zeroPart);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Saturate(int value) => Math.Min(Math.Max(value, short.MinValue), short.MaxValue);
}
