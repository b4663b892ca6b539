using PhoneBridge.Mixer.Conferences;

namespace PhoneBridge.Mixer.Loop;

/// <summary>Buffers of one loop, good within one step of a tick and shared by all that the loop owns.</summary>
internal sealed class LoopScratch
{
    /// <summary>Room for one received datagram; the largest that counts is 100 ms of 48 kHz audio with header and extension.</summary>
    public byte[] Datagram { get; } = new byte[2048];

    /// <summary>The 32-bit total of a conference.</summary>
    public int[] Total { get; } = new int[MediaEngine.SamplesPerFrame];

    /// <summary>One leg's frame while it is being made.</summary>
    public short[] Frame { get; } = new short[MediaEngine.SamplesPerFrame];

    /// <summary>One leg's prompt.</summary>
    public short[] Prompt { get; } = new short[MediaEngine.SamplesPerFrame];

    /// <summary>One encoded frame.</summary>
    public byte[] Payload { get; } = new byte[2 * MediaEngine.SamplesPerFrame];

    /// <summary>One packet to send.</summary>
    public byte[] Packet { get; } = new byte[2048];

    /// <summary>The frame of the listeners.</summary>
    public SharedMix SharedMix { get; } = new();
}
