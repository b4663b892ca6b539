using System.Buffers.Binary;

namespace PhoneBridge.Media.Rtcp;

/// <summary>Reads the packets of one compound RTCP datagram one after another (RFC 3550 §6.1). Holds no copy.</summary>
/// <remarks>
/// <see cref="TryCreate"/> looks through the whole datagram first, as RFC 3550 appendix A.2 asks: nothing of a broken one is believed.
/// Reduced-size datagrams (RFC 5506) that begin with something else than a report are taken too.
/// </remarks>
public ref struct RtcpReader
{
    private const int HeaderLength = 4;
    private const int SsrcLength = 4;
    private const int SenderLength = 20;

    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _body;
    private int _count;

    /// <summary>Type of the packet that <see cref="Read"/> stopped at.</summary>
    public RtcpType Type { get; private set; }

    /// <summary>Its sender, or the first source that leaves; 0 when the packet names none.</summary>
    public readonly uint Ssrc => _body.Length >= SsrcLength ? BinaryPrimitives.ReadUInt32BigEndian(_body) : 0;

    /// <summary>How many report blocks it has.</summary>
    public readonly int BlockCount => Type switch
    {
        RtcpType.SenderReport => _count,
        RtcpType.ReceiverReport => _count,
        _ => 0,
    };

    /// <summary>Checks a datagram from the network. Never throws: false when any length in it is wrong.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> datagram, out RtcpReader reader)
    {
        reader = default;
        if (datagram.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = datagram;
        while (!rest.IsEmpty)
        {
            if (!TryMeasure(rest, out int length, out int padding))
            {
                return false;
            }

            int needed = (RtcpType)rest[1] switch
            {
                RtcpType.SenderReport => SsrcLength + SenderLength + ((rest[0] & 0x1F) * RtcpReportBlock.Length),
                RtcpType.ReceiverReport => SsrcLength + ((rest[0] & 0x1F) * RtcpReportBlock.Length),
                RtcpType.Goodbye => (rest[0] & 0x1F) * SsrcLength,
                _ => 0,
            };
            // Padding is allowed in the last packet alone.
            if (length - padding < HeaderLength + needed || (padding != 0 && length != rest.Length))
            {
                return false;
            }

            rest = rest[length..];
        }

        reader._rest = datagram;
        return true;
    }

    /// <summary>Goes on to the next packet; false after the last.</summary>
    public bool Read()
    {
        if (!TryMeasure(_rest, out int length, out int padding))
        {
            return false;
        }

        Type = (RtcpType)_rest[1];
        _count = _rest[0] & 0x1F;
        _body = _rest[HeaderLength..(length - padding)];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The sender's half; only for a <see cref="RtcpType.SenderReport"/>.</summary>
    /// <exception cref="InvalidOperationException">The packet is of another type.</exception>
    public readonly RtcpSenderReport ReadSender()
    {
        if (Type != RtcpType.SenderReport)
        {
            throw new InvalidOperationException("Not a sender report.");
        }

        return new RtcpSenderReport(
            BinaryPrimitives.ReadUInt64BigEndian(_body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(_body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(_body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(_body[20..]));
    }

    /// <summary>One report block.</summary>
    /// <param name="index">0 to <see cref="BlockCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such block.</exception>
    public readonly RtcpReportBlock ReadBlock(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, BlockCount);
        int start = Type == RtcpType.SenderReport ? SsrcLength + SenderLength : SsrcLength;
        return RtcpReportBlock.Read(_body[(start + (index * RtcpReportBlock.Length))..]);
    }

    private static bool TryMeasure(ReadOnlySpan<byte> packet, out int length, out int padding)
    {
        length = 0;
        padding = 0;
        if (packet.Length < HeaderLength || packet[0] >> 6 != 2)
        {
            return false;
        }

        length = HeaderLength + (4 * BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (length > packet.Length)
        {
            return false;
        }

        if ((packet[0] & 0x20) != 0)
        {
            padding = packet[length - 1];
            return padding != 0 && padding % 4 == 0 && padding <= length - HeaderLength;
        }

        return true;
    }
}
