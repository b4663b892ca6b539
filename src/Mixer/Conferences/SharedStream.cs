using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>The stream of all who only listen with one format: each frame is encoded once, when the first of them asks for it.</summary>
/// <remarks>Made by any thread, then owned by the conference's loop.</remarks>
internal sealed class SharedStream(AudioFormat format, IAudioEncoder encoder)
{
    // 20 ms of G.722 or G.711 are 160 bytes; of Opus at its highest rate 1275 (RFC 6716 §3.2.1).
    private readonly byte[] _payload = new byte[format.Codec == AudioCodec.Opus ? 1275 : 160];
    private int _length;

    /// <summary>Its format.</summary>
    public AudioFormat Format => format;

    /// <summary>Its encoder, for those who leave the stream or come back to it.</summary>
    public IAudioEncoder Encoder => encoder;

    /// <summary>Frames encoded since the start.</summary>
    public long Encodings { get; private set; }

    /// <summary>Begins a tick.</summary>
    public void Begin() => _length = 0;

    /// <summary>The frame of this tick.</summary>
    public ReadOnlySpan<byte> Frame(MixBus bus)
    {
        if (_length == 0)
        {
            _length = encoder.Encode(bus.Shared(), _payload);
            Encodings++;
        }

        return _payload.AsSpan(0, _length);
    }
}
