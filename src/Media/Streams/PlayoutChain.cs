using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.ComfortNoise;
using PhoneBridge.Media.Concealment;
using PhoneBridge.Media.Jitter;

namespace PhoneBridge.Media.Streams;

/// <summary>All of a leg's receive side that depends on the format: jitter buffer, decoder and concealment.</summary>
/// <remarks>
/// Made by any thread but a media thread (it allocates), handed to <see cref="InboundAudio.Configure"/>, then owned by the leg's
/// loop until that gives it back. Disposing disposes the decoder; not for a media thread either.
/// </remarks>
public sealed class PlayoutChain : IDisposable
{
    private readonly IAudioDecoder _decoder;

    /// <summary>Makes the chain of one format with the decoder that <see cref="AudioCodecs"/> has for it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such format.</exception>
    public PlayoutChain(AudioFormat format)
        : this(format, AudioCodecs.CreateDecoder(format))
    {
    }

    /// <summary>Makes the chain of one format.</summary>
    /// <param name="format">Codec and rate.</param>
    /// <param name="decoder">A decoder of this format; the chain owns it from now on.</param>
    /// <exception cref="ArgumentOutOfRangeException">Codec and rate do not fit each other.</exception>
    public PlayoutChain(AudioFormat format, IAudioDecoder decoder)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(format.IsValid, false, nameof(format));
        Format = format;
        _decoder = decoder;
        Jitter = new JitterBuffer(format, decoder);
        Concealment = decoder is IConcealingDecoder concealing
            ? new DecoderConcealment(concealing, format.SampleRateHz)
            : new PacketLossConcealment(format.SampleRateHz);
        Noise = new ComfortNoisePlayout(format.SampleRateHz);
    }

    /// <summary>What it was made for.</summary>
    public AudioFormat Format { get; }

    internal JitterBuffer Jitter { get; }

    internal ILossConcealment Concealment { get; }

    internal ComfortNoisePlayout Noise { get; }

    /// <summary>Another stream begins: waits for its first packet, while what was heard last fades out.</summary>
    internal void Restart()
    {
        Jitter.Restart();
        Noise.Reset();
    }

    /// <summary>Takes received samples on their way out.</summary>
    internal void OnReceived(Span<short> pcm)
    {
        Concealment.OnReceived(pcm);
        Noise.AddToVoice(pcm);
    }

    /// <summary>Fills samples of a pause that the peer described the noise of: the last sound fades out, the noise comes.</summary>
    internal void FillPause(Span<short> pcm)
    {
        Concealment.Conceal(pcm);
        Noise.AddToPause(pcm);
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();
}
