using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>Two ends in memory on virtual time: a sender's packets and a receive side that is read every 20 ms.</summary>
internal sealed class StreamPair
{
    public const int Voice = 8;
    public const int Events = 101;
    private readonly short[] _frame;

    public StreamPair(AudioFormat? format = null, int? eventClockRateHz = null)
    {
        Format = format ?? AudioFormat.Pcma;
        _frame = new short[Format.SamplesPerFrame];
        Inbound.Configure(new InboundAudioFormat(Format, Voice, Events, TelephoneEventClockRateHz: eventClockRateHz), new PlayoutChain(Format));
    }

    public AudioFormat Format { get; }

    public InboundAudio Inbound { get; } = new();

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public static byte[] Packet(int sequence, long timestamp, ReadOnlySpan<byte> payload, uint ssrc = 1, int type = Voice, bool marker = false)
    {
        byte[] datagram = new byte[RtpHeader.Length + payload.Length];
        new RtpHeader(marker, (byte)type, new SequenceNumber((ushort)sequence), new RtpTimestamp((uint)timestamp), ssrc).Write(datagram);
        payload.CopyTo(datagram.AsSpan(RtpHeader.Length));
        return datagram;
    }

    public static void WriteVoice(Span<byte> datagram, int sequence, long timestamp, ReadOnlySpan<byte> payload)
    {
        new RtpHeader(false, Voice, new SequenceNumber((ushort)sequence), new RtpTimestamp((uint)timestamp), 1).Write(datagram);
        payload.CopyTo(datagram[RtpHeader.Length..]);
    }

    public static byte[] Encode(ReadOnlySpan<short> pcm)
    {
        byte[] payload = new byte[pcm.Length];
        ALaw.Encode(pcm, payload);
        return payload;
    }

    public InboundOutcome Receive(byte[] datagram) => Inbound.OnPacket(datagram, Now);

    public FrameKind Read(out short[] frame)
    {
        FrameKind kind = Inbound.ReadFrame(_frame, Now);
        Now += TimeSpan.FromMilliseconds(20);
        frame = (short[])_frame.Clone();
        return kind;
    }
}
