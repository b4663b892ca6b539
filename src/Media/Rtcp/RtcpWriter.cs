using System.Buffers.Binary;

namespace PhoneBridge.Media.Rtcp;

/// <summary>Writes one compound RTCP datagram packet by packet (RFC 3550 §6.1).</summary>
/// <remarks>Every method throws <see cref="ArgumentOutOfRangeException"/> when the room does not do; <see cref="RtcpSession.MaxDatagramLength"/> does for a session's.</remarks>
/// <param name="room">Where to write.</param>
public ref struct RtcpWriter(Span<byte> room)
{
    private const int HeaderLength = 4;
    private const byte CanonicalName = 1;
    private readonly Span<byte> _room = room;

    /// <summary>Length so far [bytes].</summary>
    public int Length { get; private set; }

    /// <summary>Adds a sender report with at most one block.</summary>
    public void WriteSenderReport(uint ssrc, in RtcpSenderReport sender, RtcpReportBlock? block)
    {
        Span<byte> body = Begin(RtcpType.SenderReport, block is null ? 0 : 1, 24 + (block is null ? 0 : RtcpReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], sender.NtpTime);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], sender.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], sender.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], sender.OctetCount);
        block?.Write(body[24..]);
    }

    /// <summary>Adds a receiver report with at most one block.</summary>
    public void WriteReceiverReport(uint ssrc, RtcpReportBlock? block)
    {
        Span<byte> body = Begin(RtcpType.ReceiverReport, block is null ? 0 : 1, 4 + (block is null ? 0 : RtcpReportBlock.Length));
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        block?.Write(body[4..]);
    }

    /// <summary>Adds a source description with nothing but the CNAME (§6.5.1).</summary>
    /// <param name="ssrc">Our source.</param>
    /// <param name="canonicalName">ASCII, at most 255 bytes.</param>
    public void WriteCanonicalName(uint ssrc, ReadOnlySpan<byte> canonicalName)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(canonicalName.Length, 255, nameof(canonicalName));
        // The chunk ends with at least one zero and fills whole words.
        int chunk = (4 + 2 + canonicalName.Length + 1 + 3) / 4 * 4;
        Span<byte> body = Begin(RtcpType.SourceDescription, 1, chunk);
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = CanonicalName;
        body[5] = (byte)canonicalName.Length;
        canonicalName.CopyTo(body[6..]);
        body[(6 + canonicalName.Length)..].Clear();
    }

    /// <summary>Adds a goodbye without a reason (§6.6).</summary>
    public void WriteGoodbye(uint ssrc) => BinaryPrimitives.WriteUInt32BigEndian(Begin(RtcpType.Goodbye, 1, 4), ssrc);

    private Span<byte> Begin(RtcpType type, int count, int bodyLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length + HeaderLength + bodyLength, _room.Length, nameof(room));
        Span<byte> packet = _room[Length..];
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        Length += HeaderLength + bodyLength;
        return packet.Slice(HeaderLength, bodyLength);
    }
}
