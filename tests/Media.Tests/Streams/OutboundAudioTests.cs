using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Tests.Streams;

[Trait("Req", "RTP5")]
public sealed class OutboundAudioTests
{
    private readonly OutboundAudio _outbound = new(0xC0FFEE, new SequenceNumber(65534), new RtpTimestamp(uint.MaxValue - 100));
    private readonly byte[] _datagram = new byte[OutboundAudio.MaxDatagramLength];

    [Theory]
    [Trait("Req", "RTP1")]
    [InlineData(10, 10)]
    [InlineData(20, 20)]
    [InlineData(30, 30)]
    [InlineData(40, 40)]
    [InlineData(50, 50)]
    [InlineData(60, 60)]
    [InlineData(5, 20)]
    [InlineData(80, 20)]
    [InlineData(25, 20)]
    public void Frames_of_20_ms_become_packets_of_the_peers_ptime_without_a_gap(int asked, int given)
    {
        _outbound.Configure(8, asked, AudioFormat.Pcma);
        List<byte> heard = [];
        SequenceNumber sequence = new(65534);
        RtpTimestamp timestamp = new(uint.MaxValue - 100);
        for (int frame = 0; frame < 30; frame++)
        {
            _outbound.Append([.. Enumerable.Range(frame * 160, 160).Select(i => (byte)(i % 251))]);
            for (int length; (length = _outbound.WritePacket(_datagram)) > 0;)
            {
                Assert.True(RtpPacket.TryRead(_datagram.AsSpan(0, length), out RtpPacket packet));
                Assert.Equal(new RtpHeader(heard.Count == 0, 8, sequence, timestamp, 0xC0FFEE), packet.Header);
                Assert.Equal(given * 8, packet.Payload.Length);
                heard.AddRange(packet.Payload);
                sequence = sequence.Next;
                timestamp += given * 8;
            }
        }

        Assert.InRange(heard.Count, (30 * 160) - (60 * 8) + 1, 30 * 160);
        Assert.Equal(Enumerable.Range(0, heard.Count).Select(i => (byte)(i % 251)), heard);
        Assert.Equal(heard.Count, _outbound.OctetsSent);
        Assert.Equal(heard.Count / (given * 8), _outbound.PacketsSent);
    }

    [Fact]
    public void While_nothing_may_be_sent_the_timestamp_runs_on_and_the_next_packet_is_marked()
    {
        _outbound.Append(new byte[160]);
        _outbound.WritePacket(_datagram);
        RtpTimestamp before = _outbound.NextTimestamp;
        for (int i = 0; i < 50; i++)
        {
            _outbound.Skip(20);
        }

        _outbound.Append(new byte[160]);
        int length = _outbound.WritePacket(_datagram);
        Assert.True(RtpPacket.TryRead(_datagram.AsSpan(0, length), out RtpPacket packet));
        Assert.Equal(8000, packet.Header.Timestamp - before);
        Assert.Equal(new SequenceNumber(65535), packet.Header.Sequence);
        Assert.True(packet.Header.Marker);
    }

    [Fact]
    public void A_talk_spurt_is_marked_when_asked()
    {
        bool[] markers = new bool[4];
        for (int i = 0; i < 4; i++)
        {
            if (i == 2)
            {
                _outbound.MarkTalkSpurt();
            }

            _outbound.Append(new byte[160]);
            _outbound.WritePacket(_datagram);
            markers[i] = (_datagram[1] & 0x80) != 0;
        }

        Assert.Equal([true, false, true, false], markers);
    }

    [Fact]
    public void Packets_that_nobody_fetches_are_our_own_mistake()
    {
        for (int i = 0; i < 6; i++)
        {
            _outbound.Append(new byte[160]);
        }

        Assert.Throws<ArgumentException>(() => _outbound.Append(new byte[160]));
    }
}
