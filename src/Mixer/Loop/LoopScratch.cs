using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Loop;

/// <summary>Buffers of one loop, good within one step of a tick and shared by all that the loop owns.</summary>
internal sealed class LoopScratch
{
    private readonly short[] _frame = new short[MixRates.LongestFrame];
    private readonly short[] _prompt = new short[MixRates.LongestFrame];

    /// <summary>Room for one received datagram; the largest that counts is 100 ms of 64 kbit/s with header and extension.</summary>
    public byte[] Datagram { get; } = new byte[2048];

    /// <summary>The sums of a conference, one a rate.</summary>
    public MixBus[] Buses { get; } = [.. Enumerable.Range(0, MixRates.Count).Select(i => new MixBus(MixRates.At(i)))];

    /// <summary>One frame of a clip.</summary>
    public short[] Clip { get; } = new short[MediaEngine.SamplesPerFrame];

    /// <summary>One encoded frame; the longest is Opus' (RFC 6716 §3.2.1).</summary>
    public byte[] Payload { get; } = new byte[1275];

    /// <summary>One packet to send.</summary>
    public byte[] Packet { get; } = new byte[4096];

    /// <summary>One leg's frame while it is being made.</summary>
    public Span<short> Frame(int samples) => _frame.AsSpan(0, samples);

    /// <summary>One leg's prompt.</summary>
    public Span<short> Prompt(int samples) => _prompt.AsSpan(0, samples);
}
