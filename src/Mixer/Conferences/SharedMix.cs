using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>
/// The frame of all who only listen: saturated when the first asks for it, encoded when the first of its codec does. One a loop,
/// begun anew for each conference's tick.
/// </summary>
internal sealed class SharedMix
{
    private static readonly AudioCodec[] Codecs = [AudioCodec.Pcma, AudioCodec.Pcmu];

    private readonly short[] _pcm = new short[MediaEngine.SamplesPerFrame];
    private readonly IAudioEncoder[] _encoders = [.. Codecs.Select(codec => AudioCodecs.CreateEncoder(new AudioFormat(codec, MediaEngine.SampleRateHz)))];
    private readonly byte[][] _payloads = [.. Codecs.Select(_ => new byte[2 * MediaEngine.SamplesPerFrame])];
    private readonly int[] _lengths = new int[Codecs.Length];
    private bool _hasPcm;

    /// <summary>How often a frame was encoded rather than shared, since the start.</summary>
    public long Encodings { get; private set; }

    /// <summary>Forgets the last tick.</summary>
    public void Begin()
    {
        _hasPcm = false;
        Array.Clear(_lengths);
    }

    /// <summary>The saturated total.</summary>
    public ReadOnlySpan<short> Pcm(ReadOnlySpan<int> total)
    {
        if (!_hasPcm)
        {
            MixKernels.Saturate(total, _pcm);
            _hasPcm = true;
        }

        return _pcm;
    }

    /// <summary>The saturated total, encoded.</summary>
    public ReadOnlySpan<byte> Payload(ReadOnlySpan<int> total, AudioCodec codec)
    {
        int index = (int)codec;
        if (_lengths[index] == 0)
        {
            _lengths[index] = _encoders[index].Encode(Pcm(total), _payloads[index]);
            Encodings++;
        }

        return _payloads[index].AsSpan(0, _lengths[index]);
    }
}
