namespace PhoneBridge.Media.Tones;

/// <summary>
/// Preamble of a fax machine: HDLC flags (01111110) at 300 baud on channel 2 of V.21, 1650 Hz for 1 and 1850 Hz for 0,
/// for one second (ITU-T T.30 §5.3.1). Between two flags six ones last 20 ms and two zeros 6.7 ms.
/// </summary>
/// <remarks>Reads bits from the sound itself, one decision a millisecond. One owner.</remarks>
internal sealed class V21Preamble
{
    private const int Window = 24;
    private const int Step = 8;
    private const int FlagsNeeded = 10; // 0.27 s
    private static readonly ToneBank Bank = new([1650, 1850], Window);

    private readonly float[] _real = new float[ToneBank.Lanes];
    private readonly float[] _imaginary = new float[ToneBank.Lanes];
    private bool _isMark;
    private int _run;
    private bool _hadMarks;
    private int _flags;
    private int _doubtful;

    /// <summary>Takes the next step of <see cref="TelephoneTones.Hop"/> samples; the window reaches back before it.</summary>
    /// <param name="block">The step at the end of the sound that lies before it.</param>
    /// <param name="mayBe">Whether the sound lies in the channel at all; steps that do not cost nothing.</param>
    /// <returns>True when so many flags came in a row that it is a fax machine.</returns>
    public bool OnStep(ReadOnlySpan<float> block, bool mayBe)
    {
        // One block in doubt may be a click; two are something else.
        _doubtful = mayBe ? 0 : _doubtful + 1;
        if (_doubtful > 1)
        {
            _flags = _run = 0;
            _hadMarks = false;
            return false;
        }

        for (int end = block.Length - TelephoneTones.Hop + Step; end <= block.Length; end += Step)
        {
            Bank.Measure(block.Slice(end - Window, Window), _real, _imaginary);
            OnBit(ToneBank.MeanSquare(_real[0], _imaginary[0]) > ToneBank.MeanSquare(_real[1], _imaginary[1]));
        }

        return _flags >= FlagsNeeded;
    }

    private void OnBit(bool isMark)
    {
        if (isMark == _isMark)
        {
            _run++;
            return;
        }

        if (_isMark)
        {
            _hadMarks = _run is >= 17 and <= 23;
        }
        else
        {
            _flags = _hadMarks && _run is >= 4 and <= 10 ? _flags + 1 : 0;
        }

        _isMark = isMark;
        _run = 1;
    }
}
