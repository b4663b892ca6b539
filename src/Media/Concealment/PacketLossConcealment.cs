using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Waveform;

namespace PhoneBridge.Media.Concealment;

/// <summary>
/// Stands in for audio that was not received, after ITU-T G.711 Appendix I: the last pitch period is repeated, after 10 ms
/// the last two, after 20 ms the last three, at full level for 10 ms, then 20 % less every 10 ms, silence after 60 ms.
/// </summary>
/// <remarks>
/// One thing differs from the appendix on purpose: it delays all audio by 3.75 ms to be able to blend into a loss; here
/// nothing is delayed, and the small step at the start of a loss is spread over the same 3.75 ms instead.
/// Not thread safe: owned by the leg's loop. Allocates only when made.
/// </remarks>
public sealed class PacketLossConcealment : ILossConcealment
{
    private const int MaxPeriods = 3;

    // The history lies in an array with room for so many frames more, and moves to its start when that is full.
    private const int FramesBetweenMoves = 3;
    private const int LinesOfFrame = 6; // 20 ms at 8 kHz

    // Mean square of -55 dBov.
    private const long QuietMeanSquare = 3400;

    private readonly int _minPitch;
    private readonly int _maxPitch;
    private readonly int _overlap;
    private readonly int _tenMs;
    private readonly int _decimation;
    private readonly int _fadedOut;
    private readonly int _kept;
    private readonly short[] _recent;
    private readonly short[] _repeated;
    private int _recentEnd;
    private bool _isLosing;
    private int _lost;
    private int _pitch;
    private float _onsetStep;
    private Loop _loop;
    private Loop _former;
    private int _formerLeft;
    private int _mergeLength;
    private int _mergeLeft;
    private bool _isSilent = true;

    /// <summary>Makes a concealment with silence as its history.</summary>
    /// <param name="sampleRateHz">Sample rate [Hz], 8000 or more.</param>
    public PacketLossConcealment(int sampleRateHz = 8000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRateHz, 8000);
        _minPitch = sampleRateHz / 200;
        _maxPitch = sampleRateHz * 3 / 200;       // 66.7 Hz: 120 samples at 8 kHz
        _overlap = sampleRateHz * 15 / 4000;      // 3.75 ms
        _tenMs = sampleRateHz / 100;
        _decimation = WaveformMatch.DecimationFor(sampleRateHz);
        _fadedOut = 6 * _tenMs;
        _lost = _fadedOut;
        _kept = (MaxPeriods * _maxPitch) + _overlap; // 48.75 ms
        _recent = new short[_kept + (FramesBetweenMoves * 2 * _tenMs)];
        _recentEnd = _kept;
        _repeated = new short[_kept];
    }

    /// <summary>True when nothing is left to fade out: what is concealed now is zeros.</summary>
    public bool IsSilent => _isSilent;

    private ReadOnlySpan<short> History => _recent.AsSpan(_recentEnd - _kept, _kept);

    /// <summary>Asks the processor for the memory of the next frame.</summary>
    public void Fetch() => CacheLines.Fetch(ref _recent[Math.Min(_recentEnd, _recent.Length - 1)], LinesOfFrame);

    /// <summary>Forgets the audio so far; what is received next begins at once.</summary>
    public void Reset()
    {
        _isLosing = false;
        _mergeLeft = 0;
        GoSilent();
    }

    /// <summary>Takes received samples on their way out; after a loss it blends the concealment into their beginning.</summary>
    public void OnReceived(Span<short> pcm)
    {
        if (_isLosing)
        {
            // Appendix I: 3.75 ms, and 4 ms more for every further 10 ms lost, at most 10 ms.
            // Out of silence a short rise is enough not to click, and keeps the beginning of the word.
            _mergeLength = _isSilent ? _overlap : Math.Min(_tenMs, _overlap + (Math.Max(0, _lost - 1) / _tenMs * (_tenMs * 4 / 10)));
            _mergeLeft = _mergeLength;
            _isLosing = false;
        }

        for (int i = 0; _mergeLeft > 0 && i < pcm.Length; i++, _mergeLeft--)
        {
            float weight = _mergeLeft / (_mergeLength + 1f);
            pcm[i] = (short)((pcm[i] * (1 - weight)) + (NextSample() * weight));
        }

        _isSilent = false;
        Remember(pcm);
    }

    /// <summary>Fills <paramref name="pcm"/> with what stands in for missing samples.</summary>
    public void Conceal(Span<short> pcm)
    {
        if (_isSilent)
        {
            pcm.Clear();
            _isLosing = true;
            return;
        }

        if (!_isLosing)
        {
            BeginLoss();
        }

        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = NextSample();
        }

        if (_lost >= _fadedOut)
        {
            GoSilent();
        }
        else
        {
            Remember(pcm);
        }
    }

    private void BeginLoss()
    {
        _isLosing = true;
        _mergeLeft = 0;
        _lost = 0;
        _formerLeft = 0;
        ReadOnlySpan<short> history = History;
        history.CopyTo(_repeated);

        // The appendix compares 20 ms. The last 10 ms know the pitch of the coming ones better: 1 dB nearer to lost speech.
        int reference = history.Length - _tenMs;
        ReadOnlySpan<short> last = history[reference..];

        // The search is most of what concealment costs; in the noise of a line there is no pitch to find.
        _pitch = AudioLevel.SumOfSquares(last) < QuietMeanSquare * last.Length
            ? _maxPitch
            : _maxPitch - WaveformMatch.Find(last, history[(reference - _maxPitch)..^_minPitch], _decimation, out _);
        _loop = new Loop { Periods = 1 };
        _onsetStep = history[^1] - history[^(_pitch + 1)];
    }

    private short NextSample()
    {
        if (_lost >= _fadedOut)
        {
            return 0;
        }

        float value = Next(ref _loop);
        if (_formerLeft > 0)
        {
            float weight = _formerLeft-- / (_overlap + 1f);
            value = (value * (1 - weight)) + (Next(ref _former) * weight);
        }

        if (_lost < _overlap)
        {
            value += _onsetStep * (1 - ((_lost + 1) / (_overlap + 1f)));
        }

        float gain = Math.Clamp(1 - ((_lost - _tenMs) / (5f * _tenMs)), 0, 1);
        _lost++;
        if (_lost % _tenMs == 0 && _loop.Periods < MaxPeriods)
        {
            // One more period in the loop: longer repetition sounds less like a buzzer.
            _former = _loop;
            _formerLeft = _overlap;
            _loop.Periods++;
        }

        return (short)Math.Clamp(value * gain, short.MinValue, short.MaxValue);
    }

    /// <summary>The next sample of a loop over the last periods; its end is blended into what came before its start.</summary>
    private float Next(ref Loop loop)
    {
        int length = loop.Periods * _pitch;
        int start = _repeated.Length - length;
        float value = _repeated[start + loop.Position];
        int blend = _pitch / 4;
        int intoBlend = loop.Position - (length - blend);
        if (intoBlend >= 0)
        {
            float weight = (intoBlend + 1) / (blend + 1f);
            value = (value * (1 - weight)) + (_repeated[start - blend + intoBlend] * weight);
        }

        loop.Position = (loop.Position + 1) % length;
        return value;
    }

    private void Remember(ReadOnlySpan<short> pcm)
    {
        pcm = pcm[Math.Max(0, pcm.Length - _kept)..];
        if (_recentEnd + pcm.Length > _recent.Length)
        {
            History.CopyTo(_recent);
            _recentEnd = _kept;
        }

        pcm.CopyTo(_recent.AsSpan(_recentEnd));
        _recentEnd += pcm.Length;
    }

    private void GoSilent()
    {
        _isSilent = true;
        _lost = _fadedOut;
        _recentEnd = _kept;
        Array.Clear(_recent, 0, _kept);
    }

    private struct Loop
    {
        public int Periods;
        public int Position;
    }
}
