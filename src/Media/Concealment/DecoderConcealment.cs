using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Concealment;

/// <summary>Concealment by a decoder that can do it itself (Opus): it is asked for 10 ms at a time, which fade out from 60 to 120 ms.</summary>
/// <remarks>
/// The decoder goes over from what it made up to the next packet by itself. Only where the loss ends within its 10 ms, or after
/// the fade began, are the first 3.75 ms blended here. A phone that stops to send makes no drone.
/// </remarks>
internal sealed class DecoderConcealment : ILossConcealment
{
    private readonly IConcealingDecoder _decoder;
    private readonly short[] _ahead;
    private readonly int _overlap;
    private readonly int _full;
    private readonly int _fadedOut;
    private int _aheadAt;
    private int _lost;
    private int _mergeLeft;
    private bool _isLosing;

    public DecoderConcealment(IConcealingDecoder decoder, int sampleRateHz)
    {
        _decoder = decoder;
        _ahead = new short[sampleRateHz / 100];
        _aheadAt = _ahead.Length;
        _overlap = sampleRateHz * 15 / 4000;
        _full = sampleRateHz * 60 / 1000;
        _fadedOut = 2 * _full;
        IsSilent = true;
    }

    public bool IsSilent { get; private set; }

    public void Fetch() => CacheLines.Fetch(ref _ahead[0], 1);

    public void Reset()
    {
        IsSilent = true;
        _isLosing = false;
        _mergeLeft = 0;
        _aheadAt = _ahead.Length;
    }

    public void OnReceived(Span<short> pcm)
    {
        if (_isLosing)
        {
            _isLosing = false;
            _mergeLeft = _overlap;
        }

        float gain = Gain;
        for (int i = 0; _mergeLeft > 0 && i < pcm.Length; i++, _mergeLeft--)
        {
            float weight = _mergeLeft / (_overlap + 1f);
            float former = (_aheadAt < _ahead.Length ? _ahead[_aheadAt++] : pcm[i]) * gain;
            pcm[i] = (short)((pcm[i] * (1 - weight)) + (former * weight));
        }

        if (_mergeLeft == 0)
        {
            IsSilent = false;
        }
    }

    public void Conceal(Span<short> pcm)
    {
        if (!_isLosing)
        {
            _isLosing = true;
            _aheadAt = _ahead.Length;
            _lost = IsSilent ? _fadedOut : 0;
        }

        for (int i = 0; i < pcm.Length; i++)
        {
            if (_lost >= _fadedOut)
            {
                pcm[i..].Clear();
                IsSilent = true;
                _aheadAt = _ahead.Length;
                return;
            }

            if (_aheadAt == _ahead.Length)
            {
                _decoder.Conceal(_ahead);
                _aheadAt = 0;
            }

            pcm[i] = (short)(_ahead[_aheadAt++] * Gain);
            _lost++;
        }
    }

    private float Gain => Math.Clamp(1 - ((_lost - _full) / (float)_full), 0, 1);
}
