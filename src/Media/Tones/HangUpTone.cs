namespace PhoneBridge.Media.Tones;

/// <summary>
/// What an exchange plays to a line whose other end hung up: one and the same tone, steady or broken into equal pieces, and
/// nothing else, for 20 s (France: 440 Hz, 0.5 s on and off, or steady). Steps of 10 ms.
/// </summary>
internal sealed class HangUpTone
{
    private const int Needed = 2000;

    // Ringing tone pauses for seconds; busy and congestion for at most 0.5 to 0.75 s.
    private const int LongestPause = 80;
    private const int ShortestPiece = 15;
    private const int LongestOther = 8;

    // Music and voices waver; an exchange does not.
    private const double SameWithinHz = 4;
    private const double SameWithinDb = 2.5;

    private TelephoneTone _tone;
    private double _frequencyHz;
    private double _levelDbov;
    private int _steps;
    private int _piece;
    private int _pause;
    private int _other;
    private int _others;

    /// <summary>Takes the next step.</summary>
    /// <returns>True when it went on for 20 s.</returns>
    public bool OnStep(TelephoneTone tone, double frequencyHz, double levelDbov)
    {
        bool isLineTone = tone is TelephoneTone.EuropeanLine or TelephoneTone.AmericanBusy or TelephoneTone.AmericanDial;
        if (_steps == 0)
        {
            if (isLineTone)
            {
                Begin(tone, frequencyHz, levelDbov);
            }

            return false;
        }

        _steps++;
        if (isLineTone && IsSame(tone, frequencyHz, levelDbov))
        {
            _piece++;
            _pause = _other = 0;
        }
        else if (tone == TelephoneTone.Silence || levelDbov < _levelDbov - 20)
        {
            _other = 0;
            if (++_pause == 1 && _piece < ShortestPiece)
            {
                _steps = 0;
            }
            else if (_pause == 3)
            {
                _piece = 0;
            }
        }
        else
        {
            _other++;
            _others++;
        }

        if (_pause > LongestPause || _other > LongestOther || _others * 6 > _steps + 120)
        {
            _steps = 0;
            if (isLineTone)
            {
                Begin(tone, frequencyHz, levelDbov);
            }
        }

        return _steps >= Needed;
    }

    private bool IsSame(TelephoneTone tone, double frequencyHz, double levelDbov)
    {
        if (tone != _tone || Math.Abs(frequencyHz - _frequencyHz) > SameWithinHz || Math.Abs(levelDbov - _levelDbov) > SameWithinDb)
        {
            return false;
        }

        // The first block of a tone may be half silence: soon the mean is that of whole ones.
        _frequencyHz += 0.05 * (frequencyHz - _frequencyHz);
        _levelDbov += 0.05 * (levelDbov - _levelDbov);
        return true;
    }

    private void Begin(TelephoneTone tone, double frequencyHz, double levelDbov)
    {
        _tone = tone;
        _frequencyHz = frequencyHz;
        _levelDbov = levelDbov;
        _steps = _piece = 1;
        _pause = _other = _others = 0;
    }
}
