using System.Buffers.Binary;

namespace PhoneBridge.Media.Ogg;

/// <summary>What a page says of its place in the stream (RFC 3533 §6, field 3).</summary>
[Flags]
public enum OggPageFlags : byte
{
    /// <summary>A page in the middle.</summary>
    None = 0,

    /// <summary>First page of the stream (bos).</summary>
    Start = 2,

    /// <summary>Last page of the stream (eos).</summary>
    End = 4,
}

/// <summary>Puts packets of one logical stream into Ogg pages (RFC 3533 §6). A packet is always whole within one page.</summary>
/// <remarks>No I/O. Not thread safe: one owner.</remarks>
/// <param name="serial">Serial number of the logical stream; a file that holds one stream may have any.</param>
public sealed class OggPageWriter(uint serial)
{
    /// <summary>Longest page [bytes]: header, 255 segments, 255 bytes in each.</summary>
    public const int MaxPageLength = HeaderLength + MaxSegments + (MaxSegments * 255);

    private const int HeaderLength = 27;
    private const int MaxSegments = 255;

    private readonly byte[] _segments = new byte[MaxSegments];
    private readonly byte[] _body = new byte[MaxSegments * 255];
    private int _segmentCount, _bodyLength;
    private uint _sequence;

    /// <summary>Packets in the page that is being filled.</summary>
    public int Packets { get; private set; }

    /// <summary>Adds a packet to the page that is being filled.</summary>
    /// <returns>False, and nothing happened, when it does not fit any more: write the page first.</returns>
    public bool TryAdd(ReadOnlySpan<byte> packet)
    {
        // Lacing: a segment of 255 goes on in the next one, a shorter one ends the packet, so that 255 takes a second of 0 (RFC 3533 §5).
        int segments = (packet.Length / 255) + 1;
        if (_segmentCount + segments > MaxSegments)
        {
            return false;
        }

        _segments.AsSpan(_segmentCount, segments - 1).Fill(255);
        _segments[_segmentCount + segments - 1] = (byte)(packet.Length % 255);
        packet.CopyTo(_body.AsSpan(_bodyLength));
        _segmentCount += segments;
        _bodyLength += packet.Length;
        Packets++;
        return true;
    }

    //  0 "OggS" | 4 version 0 | 5 flags | 6 granule position, 64 bits | 14 serial | 18 sequence | 22 checksum | 26 segments | 27 lacing …
    /// <summary>Writes the page and begins the next one.</summary>
    /// <param name="page">Room; <see cref="MaxPageLength"/> is always enough.</param>
    /// <param name="granulePosition">Position of the stream at the end of the page's last packet, in the codec's unit.</param>
    /// <param name="flags">First or last page.</param>
    /// <returns>Length of the page [bytes].</returns>
    /// <exception cref="ArgumentException">Too little room.</exception>
    public int WritePage(Span<byte> page, long granulePosition, OggPageFlags flags)
    {
        int length = HeaderLength + _segmentCount + _bodyLength;
        if (page.Length < length)
        {
            throw new ArgumentException($"The page takes {length} bytes.", nameof(page));
        }

        page = page[..length];
        "OggS"u8.CopyTo(page);
        page[4] = 0;
        page[5] = (byte)flags;
        BinaryPrimitives.WriteInt64LittleEndian(page[6..], granulePosition);
        BinaryPrimitives.WriteUInt32LittleEndian(page[14..], serial);
        BinaryPrimitives.WriteUInt32LittleEndian(page[18..], _sequence++);
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], 0);
        page[26] = (byte)_segmentCount;
        _segments.AsSpan(0, _segmentCount).CopyTo(page[HeaderLength..]);
        _body.AsSpan(0, _bodyLength).CopyTo(page[(HeaderLength + _segmentCount)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], OggCrc.Compute(page));
        _segmentCount = _bodyLength = Packets = 0;
        return length;
    }
}
