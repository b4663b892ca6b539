using PhoneBridge.Media.Ogg;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Ogg;

public sealed class OggPageWriterTests
{
    [Fact]
    public void Packets_of_every_length_come_back_whole()
    {
        Random random = new(7);
        OggPageWriter writer = new(serial: 0xCAFE);
        byte[] room = new byte[OggPageWriter.MaxPageLength];
        int[] lengths = [0, 1, 254, 255, 256, 509, 510, 511, 1275, 3];
        byte[][] packets = [.. lengths.Select(length => Bytes(random, length))];
        Assert.All(packets, packet => Assert.True(writer.TryAdd(packet)));
        Assert.Equal(packets.Length, writer.Packets);
        int first = writer.WritePage(room, 960, OggPageFlags.Start);
        Assert.Equal(0, writer.Packets);
        Assert.True(writer.TryAdd([1, 2, 3]));
        int second = writer.WritePage(room.AsSpan(first), long.MaxValue, OggPageFlags.End);

        List<OggPageRead> pages = OggPages.Read(room.AsSpan(0, first + second));
        Assert.Equal(2, pages.Count);
        Assert.All(pages, page => Assert.True(page.IsIntact));
        Assert.Equal(packets, pages[0].Packets);
        Assert.Equal([[1, 2, 3]], pages[1].Packets);
        Assert.Equal([(2, 960L, 0xCAFEu, 0u), (4, long.MaxValue, 0xCAFEu, 1u)], pages.Select(p => ((int)p.Flags, p.GranulePosition, p.Serial, p.Sequence)));
    }

    [Fact]
    public void A_packet_that_does_not_fit_any_more_waits_for_the_next_page()
    {
        OggPageWriter writer = new(1);
        byte[] packet = Bytes(new Random(1), 1275);         // six segments each
        for (int i = 0; i < 42; i++)
        {
            Assert.True(writer.TryAdd(packet));
        }

        Assert.False(writer.TryAdd(packet));
        Assert.True(writer.TryAdd(packet.AsSpan(0, 700)));
        Assert.False(writer.TryAdd([]));
        Assert.Equal(43, writer.Packets);

        byte[] room = new byte[OggPageWriter.MaxPageLength];
        int length = writer.WritePage(room, 1, OggPageFlags.None);
        OggPageRead page = Assert.Single(OggPages.Read(room.AsSpan(0, length)));
        Assert.True(page.IsIntact);
        Assert.Equal(43, page.Packets.Length);
        Assert.Throws<ArgumentException>(() => writer.WritePage(new byte[26], 1, OggPageFlags.None));
    }

    [Fact]
    public async Task The_checksum_is_that_of_other_peoples_pages()
    {
        byte[] file = await OpusTools.EncodeAsync(Signals.Tone(500, TimeSpan.FromSeconds(3)));
        List<OggPageRead> pages = OggPages.Read(file);
        Assert.True(pages.Count > 3);
        int start = 0;
        foreach (OggPageRead page in pages)
        {
            byte[] bytes = file[start..page.End];
            uint stated = BitConverter.ToUInt32(bytes, 22);
            bytes.AsSpan(22, 4).Clear();
            Assert.Equal(stated, OggCrc.Compute(bytes));
            start = page.End;
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
