using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Mixer.Conferences;

/// <summary>The stream of all who only listen with one format: each frame is encoded once, when the first of them asks for it.</summary>
/// <remarks>Made by any thread, then owned by the conference's loop.</remarks>
internal sealed class SharedStream(AudioFormat format, IAudioEncoder encoder)
{
    // Once a second.
    private const int TicksPerLook = 50;

    // 20 ms of G.722 or G.711 are 160 bytes; of Opus at its highest rate 1275 (RFC 6716 §3.2.1).
    private readonly byte[] _payload = new byte[format.Codec == AudioCodec.Opus ? 1275 : 160];
    private int _length;
    private double _loss;
    private int _ticksToLook = TicksPerLook;

    /// <summary>Its format.</summary>
    public AudioFormat Format => format;

    /// <summary>Its encoder, for those who leave the stream or come back to it.</summary>
    public IAudioEncoder Encoder => encoder;

    /// <summary>Frames encoded since the start.</summary>
    public long Encodings { get; private set; }

    /// <summary>Begins a tick.</summary>
    public void Begin()
    {
        _length = 0;
        if (--_ticksToLook == 0)
        {
            _ticksToLook = TicksPerLook;
            encoder.ExpectLoss(_loss);
            _loss = 0;
        }
    }

    /// <summary>One of those who follow it loses packets: the stream is made for the worst line.</summary>
    /// <param name="share">0 to 1.</param>
    public void NoteLoss(double share) => _loss = Math.Max(_loss, share);

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
