using System.Buffers.Binary;

namespace PhoneBridge.Media.Rtp;

/// <summary>A view of one received RTP packet (RFC 3550 §5.1). Holds no copy: valid as long as the datagram's bytes.</summary>
public readonly ref struct RtpPacket
{
    private RtpPacket(RtpHeader header, ReadOnlySpan<byte> payload)
    {
        Header = header;
        Payload = payload;
    }

    /// <summary>The fixed header's fields.</summary>
    public RtpHeader Header { get; }

    /// <summary>What is left after CSRC list, extension and padding; may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    //  0                   1                   2                   3
    //  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // |V=2|P|X|  CC   |M|     PT      |       sequence number         |
    // |                           timestamp                           |
    // |                             SSRC                              |
    /// <summary>Reads one datagram from the network. Never throws: false when it is not a whole RTP version 2 packet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < RtpHeader.Length || datagram[0] >> 6 != 2)
        {
            return false;
        }

        int start = RtpHeader.Length + (4 * (datagram[0] & 0x0F));
        int end = datagram.Length;
        if ((datagram[0] & 0x10) != 0)
        {
            // §5.3.1: 16 bits of profile, then the length in 32-bit words without this first word.
            if (end < start + 4)
            {
                return false;
            }

            start += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]));
        }

        if ((datagram[0] & 0x20) != 0)
        {
            int padding = datagram[^1];
            if (padding == 0)
            {
                return false; // the count includes itself
            }

            end -= padding;
        }

        if (start > end)
        {
            return false;
        }

        packet = new RtpPacket(
            new RtpHeader(
                Marker: (datagram[1] & 0x80) != 0,
                PayloadType: (byte)(datagram[1] & 0x7F),
                Sequence: new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(datagram[2..])),
                Timestamp: new RtpTimestamp(BinaryPrimitives.ReadUInt32BigEndian(datagram[4..])),
                Ssrc: BinaryPrimitives.ReadUInt32BigEndian(datagram[8..])),
            datagram[start..end]);
        return true;
    }
}
