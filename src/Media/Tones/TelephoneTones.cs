namespace PhoneBridge.Media.Tones;

/// <summary>What one step of 10 ms sounds like to somebody who knows only the tones of fax machines and exchanges.</summary>
internal enum TelephoneTone : byte
{
    /// <summary>Nothing, or too faint.</summary>
    Silence,

    /// <summary>Anything else: speech, music, noise.</summary>
    Other,

    /// <summary>Fax calling tone, 1100 Hz.</summary>
    Calling,

    /// <summary>Answering tone of fax and modem, 2100 Hz.</summary>
    Answering,

    /// <summary>One tone of 415 to 450 Hz: busy, congestion or dial tone in Europe.</summary>
    EuropeanLine,

    /// <summary>480 and 620 Hz: busy and congestion in North America.</summary>
    AmericanBusy,

    /// <summary>350 and 440 Hz: dial tone in North America.</summary>
    AmericanDial,
}

/// <summary>Measures sound of 8 kHz, every 10 ms a block of 20 ms, against the tones of <see cref="TelephoneTone"/>.</summary>
/// <remarks>A tone counts only when it is pure: what else there is has less than about a seventh of the energy. One owner.</remarks>
internal sealed class TelephoneTones
{
    /// <summary>Length of a block [samples].</summary>
    public const int Length = 160;

    /// <summary>Distance of two blocks: 10 ms [samples].</summary>
    public const int Hop = 80;

    private const int Calling = 0;
    private const int Answering = 1;
    private const int V21Mark = 2;
    private const int V21Space = 3;
    private const int European = 4;
    private const int Low = 5;
    private const int Middle = 6;
    private const int High = 7;

    private const double LeastShare = 0.86;
    private const double LeastV21Share = 0.3;
    private const double LeastDbov = -50;

    // 1100 Hz may be off by 38 Hz (ITU-T T.30), 2100 Hz by 15 Hz (T.30, V.25); exchanges keep 1.5 %.
    private const double CallingWithinHz = 42;
    private const double AnsweringWithinHz = 20;
    private const double LineWithinHz = 10;
    private const double EuropeanLowestHz = 415;
    private const double EuropeanHighestHz = 450;

    private static readonly double[] Frequencies = [1100, 2100, 1650, 1850, 432, 350, 480, 620];
    private static readonly ToneBank Bank = new(Frequencies, Length);
    private static readonly double LeastMeanSquare = 32768.0 * 32768 * Math.Pow(10, LeastDbov / 10);

    private float[] _real = new float[ToneBank.Lanes];
    private float[] _imaginary = new float[ToneBank.Lanes];
    private float[] _realBefore = new float[ToneBank.Lanes];
    private float[] _imaginaryBefore = new float[ToneBank.Lanes];
    private bool _hasBefore;

    /// <summary>Frequency of a lone tone that was heard, else of the lower of two [Hz].</summary>
    public double FrequencyHz { get; private set; }

    /// <summary>Level of the last block [dBov].</summary>
    public double LevelDbov { get; private set; }

    /// <summary>Whether the last block may be V.21 channel 2: much of it lies at 1650 and 1850 Hz.</summary>
    public bool MayBeV21 { get; private set; }

    /// <summary>Takes the next block of <see cref="Length"/> samples.</summary>
    public TelephoneTone Read(ReadOnlySpan<float> block)
    {
        double energy = Bank.MeanSquare(block);
        MayBeV21 = false;
        if (energy < LeastMeanSquare)
        {
            _hasBefore = false;
            LevelDbov = Goertzel.FloorDbov;
            return TelephoneTone.Silence;
        }

        (_real, _realBefore) = (_realBefore, _real);
        (_imaginary, _imaginaryBefore) = (_imaginaryBefore, _imaginary);
        Bank.Measure(block, _real, _imaginary);
        bool hasBefore = _hasBefore;
        _hasBefore = true;
        LevelDbov = 10 * Math.Log10(energy / (32768.0 * 32768));
        MayBeV21 = Power(V21Mark) + Power(V21Space) > LeastV21Share * energy;
        return hasBefore ? Classify(energy) : TelephoneTone.Other;
    }

    private TelephoneTone Classify(double energy)
    {
        if (IsLone(Calling, energy) && Math.Abs(FrequencyHz - Frequencies[Calling]) <= CallingWithinHz)
        {
            return TelephoneTone.Calling;
        }

        if (IsLone(Answering, energy) && Math.Abs(FrequencyHz - Frequencies[Answering]) <= AnsweringWithinHz)
        {
            return TelephoneTone.Answering;
        }

        if (IsLone(European, energy) && FrequencyHz is >= EuropeanLowestHz and <= EuropeanHighestHz)
        {
            return TelephoneTone.EuropeanLine;
        }

        return IsPair(Middle, High, energy) ? TelephoneTone.AmericanBusy
            : IsPair(Low, European, energy) ? TelephoneTone.AmericanDial
            : TelephoneTone.Other;
    }

    private double Power(int lane) => ToneBank.MeanSquare(_real[lane], _imaginary[lane]);

    private double OffsetHz(int lane) => ToneBank.OffsetHz(
        _real[lane], _imaginary[lane], _realBefore[lane], _imaginaryBefore[lane], Frequencies[lane], Hop);

    private bool IsLone(int lane, double energy)
    {
        // At 42 Hz beside the lane 0.3 of the power is left: nothing less needs the exact measure.
        double power = Power(lane);
        if (power < 0.25 * energy)
        {
            return false;
        }

        double offset = OffsetHz(lane);
        FrequencyHz = Frequencies[lane] + offset;
        return power >= LeastShare * energy * Bank.Response(offset);
    }

    private bool IsPair(int low, int high, double energy)
    {
        double lowPower = Power(low);
        double highPower = Power(high);
        if (lowPower + highPower < 0.7 * energy || lowPower > 8 * highPower || highPower > 8 * lowPower)
        {
            return false;
        }

        double lowOffset = OffsetHz(low);
        double highOffset = OffsetHz(high);
        FrequencyHz = Frequencies[low] + lowOffset;
        return Math.Abs(lowOffset) <= LineWithinHz
            && Math.Abs(highOffset) <= 2 * LineWithinHz
            && (lowPower / Bank.Response(lowOffset)) + (highPower / Bank.Response(highOffset)) >= LeastShare * energy;
    }
}
