namespace PhoneBridge.Media.Tones;

/// <summary>Calling tone of a fax machine: 1100 Hz, 0.5 s on and 3 s off, each within 15 % (ITU-T T.30 §4.2). Steps of 10 ms.</summary>
internal sealed class CallingToneCadence
{
    private const int ShortestOn = 42;
    private const int LongestOn = 60;
    private const int ShortestOff = 250;
    private const int LongestOff = 350;
    private const int Dropout = 3;

    private int _on;
    private int _off = LongestOff + 1;
    private int _lastOn;

    /// <summary>Takes the next step.</summary>
    /// <returns>True when the second burst of the right length, the right time after a first, has ended.</returns>
    public bool OnStep(bool isTone)
    {
        if (isTone)
        {
            if (_off > Dropout)
            {
                // A burst begins: the one before counts only when it was as long, and as long ago, as it should.
                _lastOn = _off is >= ShortestOff and <= LongestOff ? _on : 0;
                _on = 0;
            }
            else
            {
                _on += _off;
            }

            _on++;
            _off = 0;
            return false;
        }

        _off = Math.Min(_off + 1, LongestOff + 1);
        return _off == Dropout + 1 && IsBurst(_on) && IsBurst(_lastOn);
    }

    private static bool IsBurst(int steps) => steps is >= ShortestOn and <= LongestOn;
}

/// <summary>
/// Answering tone of a fax machine: 2100 Hz for 2.6 to 4 s (ITU-T T.30 §4.1, V.8 §7.2), with or without reversals of phase every
/// 450 ms and amplitude modulation. Shorter ones come from terminals that are no fax. Steps of 10 ms.
/// </summary>
internal sealed class AnsweringToneLength
{
    private const int Shortest = 256;

    // A reversal spoils the three blocks that see it.
    private const int Dropout = 5;

    private int _run;
    private int _heard;
    private int _off;

    /// <summary>Takes the next step.</summary>
    /// <returns>True once the tone has lasted 2.6 s.</returns>
    public bool OnStep(bool isTone)
    {
        if (!isTone && ++_off > Dropout)
        {
            _run = _heard = 0;
            return false;
        }

        if (isTone)
        {
            _off = 0;
            _heard++;
        }

        _run = _heard == 0 ? 0 : _run + 1;
        return isTone && _run >= Shortest && _heard >= _run * 0.85;
    }
}
