namespace PhoneBridge.Media.Tones;

/// <summary>What a line's tones say about the other end.</summary>
public enum LineToneVerdict : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>A fax machine or modem: calling tone twice, answering tone for 2.6 s, or V.21 preamble (ITU-T T.30, V.8).</summary>
    Fax,

    /// <summary>Busy, congestion or dial tone for 20 s: the line was hung up.</summary>
    Busy,
}

/// <summary>Hears from one leg's sound that no person is at the other end: fax, modem, or the tones after hanging up.</summary>
/// <remarks>
/// Sans-IO and not thread safe: owned by the leg's loop; one call of <see cref="OnFrame"/> a frame of 20 ms. Allocates nothing
/// after construction. Takes any sound, never throws. A short 2100 Hz tone, as terminals that are no fax send it, is nothing.
/// </remarks>
public sealed class LineToneDetector
{
    private readonly TelephoneBand _band;
    private readonly TelephoneTones _tones = new();
    private readonly CallingToneCadence _calling = new();
    private readonly AnsweringToneLength _answering = new();
    private readonly V21Preamble _preamble = new();
    private readonly HangUpTone _hangUp = new();
    private readonly float[] _samples = new float[TelephoneTones.Length];
    private int _fresh;
    private bool _isTold;

    /// <summary>Makes a detector that has heard nothing.</summary>
    /// <param name="sampleRateHz">Rate of the frames [Hz]: 8000, 16000 or 48000.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another rate.</exception>
    public LineToneDetector(int sampleRateHz = 8000) => _band = new TelephoneBand(sampleRateHz);

    /// <summary>Takes the next frame; frames in which nothing came are given as silence, since pauses are part of what is looked for.</summary>
    /// <param name="frame">20 ms of PCM.</param>
    /// <returns>What was found, once; afterwards always <see cref="LineToneVerdict.None"/>.</returns>
    public LineToneVerdict OnFrame(ReadOnlySpan<short> frame)
    {
        LineToneVerdict verdict = LineToneVerdict.None;
        Span<float> room = stackalloc float[TelephoneBand.MaxConverted];
        while (!frame.IsEmpty && !_isTold)
        {
            int length = Math.Min(frame.Length, _band.MaxFrame);
            verdict = Take(_band.Convert(frame[..length], room));
            _isTold = verdict != LineToneVerdict.None;
            frame = frame[length..];
        }

        return verdict;
    }

    private LineToneVerdict Take(ReadOnlySpan<float> pcm)
    {
        const int Kept = TelephoneTones.Length - TelephoneTones.Hop;
        while (!pcm.IsEmpty)
        {
            int wanted = Math.Min(pcm.Length, TelephoneTones.Hop - _fresh);
            pcm[..wanted].CopyTo(_samples.AsSpan(Kept + _fresh));
            _fresh += wanted;
            pcm = pcm[wanted..];
            if (_fresh == TelephoneTones.Hop)
            {
                LineToneVerdict verdict = OnStep();
                _samples.AsSpan(TelephoneTones.Hop).CopyTo(_samples);
                _fresh = 0;
                if (verdict != LineToneVerdict.None)
                {
                    return verdict;
                }
            }
        }

        return LineToneVerdict.None;
    }

    private LineToneVerdict OnStep()
    {
        TelephoneTone tone = _tones.Read(_samples);

        // Each sees every step: none may be left out because another has found something.
        bool isFax = _calling.OnStep(tone == TelephoneTone.Calling);
        isFax |= _answering.OnStep(tone == TelephoneTone.Answering);
        isFax |= _preamble.OnStep(_samples, _tones.MayBeV21);
        bool isBusy = _hangUp.OnStep(tone, _tones.FrequencyHz, _tones.LevelDbov);
        return isFax ? LineToneVerdict.Fax : isBusy ? LineToneVerdict.Busy : LineToneVerdict.None;
    }
}
