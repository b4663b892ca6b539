using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Phones;

/// <summary>One voice packet that a phone received.</summary>
/// <param name="At">When the kernel took it from the network.</param>
/// <param name="Sequence">RTP sequence number.</param>
/// <param name="Timestamp">RTP timestamp.</param>
/// <param name="Codec">Codec.</param>
/// <param name="Payload">Encoded voice.</param>
public sealed record HeardPacket(TimeSpan At, ushort Sequence, uint Timestamp, PhoneCodec Codec, byte[] Payload)
{
    /// <summary>The packet's sound.</summary>
    public short[] Decode()
    {
        short[] pcm = new short[Payload.Length];
        G711.Decode(Codec, Payload, pcm);
        return pcm;
    }
}

/// <summary>All that a phone heard, packet by packet, with the times of arrival.</summary>
/// <remarks>Written by the media loop, read by the test: thread safe.</remarks>
public sealed class HeardAudio
{
    private readonly Lock _gate = new();
    private readonly List<HeardPacket> _packets = [];

    /// <summary>Packets so far, in order of arrival.</summary>
    public IReadOnlyList<HeardPacket> Packets
    {
        get
        {
            lock (_gate)
            {
                return [.. _packets];
            }
        }
    }

    /// <summary>Packets that came in a stretch of time.</summary>
    public IReadOnlyList<HeardPacket> Between(TimeSpan from, TimeSpan to) =>
        [.. Packets.Where(packet => packet.At >= from && packet.At < to)];

    /// <summary>Sound of a stretch of time, laid out by RTP timestamp: what never came is silence.</summary>
    public Pcm Decode(TimeSpan from, TimeSpan to) => Decode(Between(from, to));

    /// <summary>All the sound so far, laid out by RTP timestamp.</summary>
    public Pcm Decode() => Decode(Packets);

    /// <summary>
    /// When a sample of <see cref="Decode()"/> reached the phone: arrival of its packet plus its place within.
    /// Null when its packet never came.
    /// </summary>
    public TimeSpan? ArrivalOf(int sample)
    {
        IReadOnlyList<HeardPacket> packets = Packets;
        foreach (HeardPacket packet in packets)
        {
            int offset = (int)(packet.Timestamp - packets[0].Timestamp);
            if (sample >= offset && sample < offset + packet.Payload.Length)
            {
                return packet.At + TimeSpan.FromSeconds((sample - offset) / 8000.0);
            }
        }

        return null;
    }

    /// <summary>When the last packet came in which the tone is at least that loud; null when there is none.</summary>
    public TimeSpan? LastHeard(double frequencyHz, double thresholdDbov = -40) =>
        Packets.LastOrDefault(packet => Goertzel.LevelDbov(packet.Decode(), frequencyHz) >= thresholdDbov)?.At;

    internal void Add(HeardPacket packet)
    {
        lock (_gate)
        {
            _packets.Add(packet);
        }
    }

    private static Pcm Decode(IReadOnlyList<HeardPacket> packets)
    {
        if (packets.Count == 0)
        {
            return new Pcm(8000, []);
        }

        uint origin = packets[0].Timestamp;
        int length = packets.Max(packet => (int)(packet.Timestamp - origin) + packet.Payload.Length);
        short[] pcm = new short[length];
        foreach (HeardPacket packet in packets)
        {
            int offset = (int)(packet.Timestamp - origin);
            if (offset >= 0)
            {
                packet.Decode().CopyTo(pcm, offset);
            }
        }

        return new Pcm(8000, pcm);
    }
}
