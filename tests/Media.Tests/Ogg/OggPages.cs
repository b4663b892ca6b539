using System.Buffers.Binary;

namespace PhoneBridge.Media.Tests.Ogg;

/// <summary>One page of a file, as RFC 3533 §6 lays it out; checksum computed bit by bit.</summary>
internal sealed record OggPageRead(byte Flags, long GranulePosition, uint Serial, uint Sequence, bool IsIntact, byte[][] Packets, int End);

/// <summary>Reads pages; independent of the writer.</summary>
internal static class OggPages
{
    /// <summary>All whole pages from the start.</summary>
    public static List<OggPageRead> Read(ReadOnlySpan<byte> file)
    {
        List<OggPageRead> pages = [];
        int at = 0;
        while (file.Length - at >= 27 && file[at..].StartsWith("OggS"u8))
        {
            ReadOnlySpan<byte> page = file[at..];
            int segments = page[26];
            if (page.Length < 27 + segments)
            {
                break;
            }

            ReadOnlySpan<byte> lacing = page.Slice(27, segments);
            int body = 0;
            foreach (byte length in lacing)
            {
                body += length;
            }

            int total = 27 + segments + body;
            if (page.Length < total)
            {
                break;
            }

            List<byte[]> packets = [];
            int start = 27 + segments, packet = 0;
            foreach (byte length in lacing)
            {
                packet += length;
                if (length < 255)
                {
                    packets.Add(page.Slice(start, packet).ToArray());
                    start += packet;
                    packet = 0;
                }
            }

            byte[] zeroed = page[..total].ToArray();
            zeroed.AsSpan(22, 4).Clear();
            at += total;
            pages.Add(new OggPageRead(
                page[5],
                BinaryPrimitives.ReadInt64LittleEndian(page[6..]),
                BinaryPrimitives.ReadUInt32LittleEndian(page[14..]),
                BinaryPrimitives.ReadUInt32LittleEndian(page[18..]),
                BinaryPrimitives.ReadUInt32LittleEndian(page[22..]) == Crc(zeroed),
                [.. packets],
                at));
        }

        return pages;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000_0000) != 0 ? (crc << 1) ^ 0x04C1_1DB7 : crc << 1;
            }
        }

        return crc;
    }
}
