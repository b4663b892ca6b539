using System.Buffers.Binary;

namespace PhoneBridge.Media.Rtp;

/// <summary>The fixed RTP header that we send: no CSRC, no extension, no padding (RFC 3550 §5.1).</summary>
/// <param name="Marker">M bit: first packet of a talk-spurt (RFC 3551 §4.1).</param>
/// <param name="PayloadType">0 to 127; higher bits are cut off.</param>
/// <param name="Sequence">Sequence number.</param>
/// <param name="Timestamp">Sampling instant of the first sample.</param>
/// <param name="Ssrc">Synchronisation source.</param>
public readonly record struct RtpHeader(
    bool Marker, byte PayloadType, SequenceNumber Sequence, RtpTimestamp Timestamp, uint Ssrc)
{
    /// <summary>Size on the wire [bytes].</summary>
    public const int Length = 12;

    /// <summary>Writes the header to the start of <paramref name="datagram"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is shorter than <see cref="Length"/>.</exception>
    public void Write(Span<byte> datagram)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(datagram.Length, Length, nameof(datagram));
        datagram[0] = 0x80;
        datagram[1] = (byte)((Marker ? 0x80 : 0) | (PayloadType & 0x7F));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], Sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], Timestamp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], Ssrc);
    }
}
