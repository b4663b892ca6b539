using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PhoneBridge.Media.Codecs;

/// <summary>Opus, receiving side: any packet of RFC 6716 to mono at the rate asked for; what is stereo is mixed down by the library.</summary>
internal sealed class OpusDecoder : IConcealingDecoder
{
    private readonly OpusState _state;
    private readonly int _sampleRateHz;

    // For a packet that is longer than the caller's room: the library writes all of it or nothing.
    private readonly short[] _whole;

    /// <summary>Makes a decoder.</summary>
    /// <param name="sampleRateHz">8000, 16000 or 48000 [Hz].</param>
    /// <exception cref="PlatformNotSupportedException">The library is missing.</exception>
    public OpusDecoder(int sampleRateHz)
    {
        RequireLibrary();
        _sampleRateHz = sampleRateHz;
        _state = new OpusState(OpusNative.DecoderSize(channels: 1));
        if (OpusNative.DecoderInit(_state, sampleRateHz, 1) != OpusNative.Ok)
        {
            _state.Dispose();
            throw new ArgumentOutOfRangeException(nameof(sampleRateHz));
        }

        _whole = new short[SamplesOf(OpusPacket.MaxDuration)];
    }

    public int DurationOf(ReadOnlySpan<byte> payload) => OpusPacket.TryRead(payload, out OpusPacket packet) ? packet.Duration : 0;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        if (!OpusPacket.TryRead(payload, out OpusPacket packet))
        {
            return 0;
        }

        int samples = SamplesOf(packet.Duration);
        if (samples <= pcm.Length)
        {
            return Math.Max(0, Decode(payload, pcm[..samples], isFec: false));
        }

        int written = Math.Clamp(Decode(payload, _whole.AsSpan(0, samples), isFec: false), 0, pcm.Length);
        _whole.AsSpan(0, written).CopyTo(pcm);
        return written;
    }

    public bool IsWithoutVoice(ReadOnlySpan<byte> payload) => OpusPacket.TryRead(payload, out OpusPacket packet) && packet.IsWithoutVoice;

    public void Conceal(Span<short> pcm)
    {
        int written = pcm.IsEmpty ? 0 : Decode([], pcm, isFec: false);
        pcm[Math.Max(0, written)..].Clear();
    }

    public bool TryDecodeLost(ReadOnlySpan<byte> nextPayload, Span<short> pcm)
    {
        // Asked for a copy that is not there, or for less than a frame, the library would conceal instead.
        if (!OpusPacket.TryRead(nextPayload, out OpusPacket packet)
            || !packet.HasCopyOfLast
            || pcm.Length < SamplesOf(packet.FrameDuration)
            || pcm.Length % SamplesOf(OpusPacket.DurationUnit) != 0)
        {
            return false;
        }

        int written = Decode(nextPayload, pcm, isFec: true);
        if (written <= 0)
        {
            return false;
        }

        pcm[written..].Clear();
        return true;
    }

    public void Reset() => OpusNative.DecoderReset(_state, OpusNative.ResetState);

    public void Dispose() => _state.Dispose();

    internal static void RequireLibrary()
    {
        if (!OpusLibrary.IsAvailable)
        {
            throw new PlatformNotSupportedException($"{OpusLibrary.Name} is missing (Debian package libopus0).");
        }
    }

    private int SamplesOf(int duration) => duration / (48000 / _sampleRateHz);

    // An empty packet is a null pointer to the library: it conceals.
    private int Decode(ReadOnlySpan<byte> packet, Span<short> pcm, bool isFec) => OpusNative.Decode(
        _state,
        ref packet.IsEmpty ? ref Unsafe.NullRef<byte>() : ref MemoryMarshal.GetReference(packet),
        packet.Length,
        ref MemoryMarshal.GetReference(pcm),
        pcm.Length,
        isFec ? 1 : 0);
}
