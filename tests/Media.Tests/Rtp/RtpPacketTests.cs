using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Tests.Rtp;

[Trait("Req", "RTP2")]
public sealed class RtpPacketTests
{
    private static readonly byte[] Header = [0x80, 0x88, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF, 0xCA, 0xFE, 0xBA, 0xBE];

    [Fact]
    public void A_written_header_is_read_back()
    {
        RtpHeader header = new(true, 8, new SequenceNumber(0x1234), new RtpTimestamp(0xDEADBEEF), 0xCAFEBABE);
        byte[] bytes = new byte[12];
        header.Write(bytes);
        Assert.Equal(Header, bytes);
        Assert.True(RtpPacket.TryRead(bytes, out RtpPacket packet));
        Assert.Equal(header, packet.Header);
        Assert.True(packet.Payload.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => header.Write(new byte[11]));
    }

    [Fact]
    public void Sources_extension_and_padding_are_skipped()
    {
        byte[] bytes = [.. Header, 1, 1, 1, 1, 2, 2, 2, 2, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x11, 0x22, 0x33, 0, 0, 3];
        bytes[0] = 0x80 | 0x20 | 0x10 | 2;
        Assert.True(RtpPacket.TryRead(bytes, out RtpPacket packet));
        Assert.Equal([0x11, 0x22, 0x33], packet.Payload.ToArray());
    }

    [Fact]
    public void Every_cut_of_a_full_packet_is_refused_or_shorter_but_never_read_beyond()
    {
        byte[] bytes = [.. Header, 1, 1, 1, 1, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x11];
        bytes[0] = 0x80 | 0x10 | 1;
        for (int length = 0; length < 24; length++)
        {
            Assert.False(RtpPacket.TryRead(bytes.AsSpan(0, length), out _));
        }

        Assert.True(RtpPacket.TryRead(bytes.AsSpan(0, 24), out RtpPacket packet));
        Assert.Equal(0, packet.Payload.Length);
    }

    [Theory]
    [InlineData(0x00)] // version 0
    [InlineData(0x40)] // version 1
    [InlineData(0xC0)] // version 3
    [InlineData(0x8F)] // 15 sources that are not there
    [InlineData(0x90)] // an extension that is not there
    public void Broken_first_bytes_are_refused(byte first)
    {
        byte[] bytes = [.. Header, 0xFF, 0xFF, 0xFF, 0xFF];
        bytes[0] = first;
        Assert.False(RtpPacket.TryRead(bytes, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void Padding_of_nothing_or_of_more_than_there_is_is_refused(byte count)
    {
        byte[] bytes = [.. Header, 1, 2, 3, count];
        bytes[0] = 0xA0;
        Assert.False(RtpPacket.TryRead(bytes, out _));
    }

    [Fact]
    public void Protocols_on_one_port_are_told_apart()
    {
        Assert.Equal(PacketKind.Rtp, PacketKinds.Classify(Header));
        Assert.Equal(PacketKind.Rtcp, PacketKinds.Classify([0x80, 200, 0, 0]));
        Assert.Equal(PacketKind.Rtcp, PacketKinds.Classify([0x81, 223]));
        Assert.Equal(PacketKind.Stun, PacketKinds.Classify([0x00, 0x01]));
        Assert.Equal(PacketKind.Dtls, PacketKinds.Classify([22, 254]));
        Assert.Equal(PacketKind.Unknown, PacketKinds.Classify([]));
        Assert.Equal(PacketKind.Unknown, PacketKinds.Classify([0x80]));
        Assert.Equal(PacketKind.Unknown, PacketKinds.Classify([0xFF, 0xFF]));
    }

    [Fact]
    public void Wrapping_numbers_are_compared_by_their_difference()
    {
        Assert.Equal(3, new SequenceNumber(1) - new SequenceNumber(65534));
        Assert.Equal(-3, new SequenceNumber(65534) - new SequenceNumber(1));
        Assert.Equal(new SequenceNumber(0), new SequenceNumber(65535).Next);
        Assert.Equal(160, new RtpTimestamp(60) - new RtpTimestamp(uint.MaxValue - 99));
        Assert.Equal(new RtpTimestamp(uint.MaxValue), new RtpTimestamp(0) + -1);
    }
}
