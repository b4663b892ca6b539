using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.ComfortNoise;

/// <summary>Fills the pauses of a sender that describes its noise instead of sending it (RFC 3389), from where its voice ends until it is heard again.</summary>
/// <remarks>The noise comes slowly, as loss concealment lets the last sound go, and leaves within 10 ms: neither edge clicks. Owned by the leg's loop.</remarks>
internal sealed class ComfortNoisePlayout(int sampleRateHz)
{
    private const int RiseMs = 60;
    private const int FallMs = 10;

    private readonly NoiseGenerator _generator = new();
    private readonly float _rise = 1000f / (RiseMs * sampleRateHz);
    private readonly float _fall = 1000f / (FallMs * sampleRateHz);
    private SequenceNumber _sequence;
    private bool _isPause;
    private bool _hasVoiceReturned;
    private float _gain;

    /// <summary>The sender makes a pause: what is not there was not lost.</summary>
    public bool IsPause => _isPause;

    /// <summary>Forgets the noise: another stream begins.</summary>
    public void Reset()
    {
        _isPause = false;
        _gain = 0;
    }

    /// <summary>Takes a packet that describes noise.</summary>
    public void OnDescription(SequenceNumber sequence, in NoiseDescription description)
    {
        if (_isPause && sequence - _sequence < 0)
        {
            return;
        }

        _sequence = sequence;
        _isPause = true;
        _hasVoiceReturned = false;
        _generator.Set(description);
    }

    /// <summary>Takes the arrival of a voice packet; its turn comes later.</summary>
    public void OnVoice(SequenceNumber sequence) => _hasVoiceReturned |= _isPause && sequence - _sequence > 0;

    /// <summary>Adds noise to samples of the pause, which concealment has let fade out.</summary>
    public void AddToPause(Span<short> pcm) => Add(pcm, _rise);

    /// <summary>Adds what is left of the noise to received samples.</summary>
    public void AddToVoice(Span<short> pcm)
    {
        _isPause &= !_hasVoiceReturned;
        if (_gain > 0)
        {
            Add(pcm, -_fall);
        }
    }

    private void Add(Span<short> pcm, float step)
    {
        for (int i = 0; i < pcm.Length; i++)
        {
            _gain = Math.Clamp(_gain + step, 0, 1);
            if (_gain == 0)
            {
                return;
            }

            pcm[i] = (short)Math.Clamp(MathF.Round(pcm[i] + (_generator.Next() * _gain)), short.MinValue, short.MaxValue);
        }
    }
}
