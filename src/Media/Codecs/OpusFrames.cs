namespace PhoneBridge.Media.Codecs;

/// <summary>Puts encoded packets of one stream together into one longer packet, without coding anything anew (RFC 6716 §3.2).</summary>
/// <remarks>Thread safe: no state. A receiver decodes the result as it would have decoded the packets one by one.</remarks>
public static class OpusFrames
{
    /// <summary>Combines packets that follow each other, for instance three of 20 ms into one of 60 ms.</summary>
    /// <param name="packets">The packets, one directly after the other, first to last.</param>
    /// <param name="lengths">Length of each of them [bytes].</param>
    /// <param name="combined">Room for the result: all packets together and two bytes for each frame always do.</param>
    /// <param name="written">Length of the result [bytes].</param>
    /// <returns>
    /// What came of it. The encoder chooses mode and bandwidth anew for each packet, so now and then packets do not go together and
    /// must be sent one by one.
    /// </returns>
    public static OpusCombining Combine(ReadOnlySpan<byte> packets, ReadOnlySpan<int> lengths, Span<byte> combined, out int written)
    {
        written = 0;
        Span<int> sizes = stackalloc int[OpusPacket.MaxFrames];
        int count = 0;
        int at = 0;
        byte toc = 0;
        int duration = 0;
        foreach (int length in lengths)
        {
            if (length < 0 || length > packets.Length - at || !OpusPacket.TryRead(packets.Slice(at, length), out OpusPacket packet))
            {
                return OpusCombining.Malformed;
            }

            if (count > 0 && packet.Toc != toc)
            {
                return OpusCombining.Different;
            }

            toc = packet.Toc;
            duration += packet.Duration;
            if (duration > OpusPacket.MaxDuration)
            {
                return OpusCombining.TooLong;
            }

            foreach (ReadOnlySpan<byte> frame in packet)
            {
                sizes[count++] = frame.Length;
            }

            at += length;
        }

        if (count == 0)
        {
            return OpusCombining.Malformed;
        }

        sizes = sizes[..count];
        bool isEqual = !sizes.ContainsAnyExcept(sizes[0]);
        if (combined.Length < RoomFor(sizes, isEqual))
        {
            return OpusCombining.NoRoom;
        }

        written = WriteHead(toc, sizes, isEqual, combined);
        foreach (int length in lengths)
        {
            OpusPacket.TryRead(packets[..length], out OpusPacket packet);
            foreach (ReadOnlySpan<byte> frame in packet)
            {
                frame.CopyTo(combined[written..]);
                written += frame.Length;
            }

            packets = packets[length..];
        }

        return OpusCombining.Done;
    }

    // Code 0: one frame. 1: two of equal length. 2: two of different lengths. 3: any, with a byte for the count.
    private static int WriteHead(byte toc, ReadOnlySpan<int> sizes, bool isEqual, Span<byte> combined)
    {
        int written = 0;
        int code = sizes.Length == 1 ? 0 : sizes.Length > 2 ? 3 : isEqual ? 1 : 2;
        combined[written++] = (byte)(toc | code);
        if (code == 3)
        {
            combined[written++] = (byte)(sizes.Length | (isEqual ? 0 : 0x80));
        }

        if (!isEqual)
        {
            foreach (int size in sizes[..^1])
            {
                written += WriteLength(size, combined[written..]);
            }
        }

        return written;
    }

    private static int RoomFor(ReadOnlySpan<int> sizes, bool isEqual)
    {
        int room = 1 + (sizes.Length > 2 ? 1 : 0) + sizes[^1];
        foreach (int size in sizes[..^1])
        {
            room += size + (isEqual ? 0 : size < 252 ? 1 : 2);
        }

        return room;
    }

    // RFC 6716 §3.2.1: up to 251 in one byte, else 4 times the second byte plus the first.
    private static int WriteLength(int length, Span<byte> target)
    {
        if (length < 252)
        {
            target[0] = (byte)length;
            return 1;
        }

        target[0] = (byte)(252 + (length & 3));
        target[1] = (byte)((length - target[0]) >> 2);
        return 2;
    }
}
