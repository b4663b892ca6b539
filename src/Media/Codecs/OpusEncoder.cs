using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>Opus, sending side: mono, for voice, no discontinuous transmission (RFC 7587 §3). A frame is 2.5, 5, 10, 20, 40 or 60 ms.</summary>
internal sealed class OpusEncoder : IAudioEncoder
{
    private const int BufferTooSmall = -2;

    // One packet in 200: below, a copy in every packet costs more sound and time than it brings back.
    private const double LeastLoss = 0.005;

    private readonly OpusState _state;
    private readonly OpusSettings _settings;
    private readonly int _sampleRateHz;
    private bool _isNextIndependent;
    private int _lossPercent;

    /// <summary>Makes an encoder.</summary>
    /// <param name="sampleRateHz">8000, 16000 or 48000 [Hz].</param>
    /// <param name="settings">How it encodes.</param>
    /// <exception cref="PlatformNotSupportedException">The library is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting outside its range.</exception>
    public OpusEncoder(int sampleRateHz, OpusSettings settings)
    {
        OpusDecoder.RequireLibrary();
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Complexity, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Complexity, 10, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BitrateBps, 6000, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.BitrateBps, 128_000, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegative(settings.ExpectedLossPercent, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.ExpectedLossPercent, 100, nameof(settings));
        _sampleRateHz = sampleRateHz;
        _settings = settings;
        _state = new OpusState(OpusNative.EncoderSize(channels: 1));
        if (OpusNative.EncoderInit(_state, sampleRateHz, 1, OpusNative.ApplicationVoip) != OpusNative.Ok)
        {
            _state.Dispose();
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz));
        }

        _lossPercent = settings.UsesInbandFec ? settings.ExpectedLossPercent : 0;
        Apply();
    }

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        if (_isNextIndependent)
        {
            Set(OpusNative.SetPredictionDisabled, 1);
        }

        // Empty spans have no first element to point at, and the library would not look at it.
        int length = pcm.IsEmpty || payload.IsEmpty
            ? OpusNative.BadArgument
            : OpusNative.Encode(
                _state, ref MemoryMarshal.GetReference(pcm), pcm.Length, ref MemoryMarshal.GetReference(payload), payload.Length);
        if (_isNextIndependent)
        {
            _isNextIndependent = false;
            Set(OpusNative.SetPredictionDisabled, 0);
        }

        return length switch
        {
            > 0 => length,
            BufferTooSmall => throw new ArgumentException($"Room for {payload.Length} bytes is too little.", nameof(payload)),
            _ => throw new ArgumentException($"No frame of Opus: {pcm.Length} samples into {payload.Length} bytes ({length}).", nameof(pcm)),
        };
    }

    /// <summary>Copies of lost packets are sent only while packets are lost: they take half of the time and a third of the bits.</summary>
    public void ExpectLoss(double share)
    {
        int percent = _settings.UsesInbandFec && share >= LeastLoss
            ? Math.Clamp((int)Math.Ceiling(share * 100), _settings.ExpectedLossPercent, 100)
            : 0;
        if (percent != _lossPercent)
        {
            _lossPercent = percent;
            ApplyLoss();
        }
    }

    public void ContinueFrom(IAudioEncoder other)
    {
        if (other is not OpusEncoder encoder || encoder._sampleRateHz != _sampleRateHz)
        {
            throw new ArgumentException("Not an encoder of the same format.", nameof(other));
        }

        _state.CopyFrom(encoder._state);
        _isNextIndependent = encoder._isNextIndependent;
        if (encoder._settings == _settings)
        {
            _lossPercent = encoder._lossPercent;
        }
        else
        {
            // The copy brought the other one's settings along.
            Apply();
        }
    }

    // The state is the library's own; two of them never meet again once their input was different.
    public bool IsInStepWith(IAudioEncoder other) => ReferenceEquals(this, other);

    public bool TryMakeNextIndependent()
    {
        _isNextIndependent = true;
        return true;
    }

    public void Dispose() => _state.Dispose();

    /// <summary>Reads a setting back from the library.</summary>
    internal int Get(int request)
    {
        int result = OpusNative.EncoderGet(_state, request, out int value);
        return result == OpusNative.Ok ? value : throw new InvalidOperationException($"opus_encoder_ctl {request}: {result}");
    }

    private void Apply()
    {
        Set(OpusNative.SetComplexity, _settings.Complexity);
        Set(OpusNative.SetBitrate, _settings.BitrateBps);
        Set(OpusNative.SetDtx, 0);
        ApplyLoss();
    }

    private void ApplyLoss()
    {
        Set(OpusNative.SetInbandFec, _lossPercent > 0 ? 1 : 0);
        Set(OpusNative.SetPacketLossPercent, _lossPercent);
    }

    private void Set(int request, int value)
    {
        int result = OpusNative.EncoderSet(_state, request, value);
        if (result != OpusNative.Ok)
        {
            throw new InvalidOperationException($"opus_encoder_ctl {request}: {result}");
        }
    }
}
