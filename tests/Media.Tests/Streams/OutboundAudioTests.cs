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

    [Theory]
    [Trait("Req", "RTP1")]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(40)]
    public void A_frame_that_is_a_packet_goes_straight_out_and_is_the_packet_it_would_have_been(int ptime)
    {
        OutboundAudio twin = new(0xC0FFEE, new SequenceNumber(65534), new RtpTimestamp(uint.MaxValue - 100));
        byte[] other = new byte[OutboundAudio.MaxDatagramLength];
        _outbound.Configure(8, ptime, AudioFormat.Pcma);
        twin.Configure(8, ptime, AudioFormat.Pcma);
        for (int frame = 0; frame < 5; frame++)
        {
            byte[] payload = [.. Enumerable.Range(frame, 160).Select(i => (byte)i)];
            int alone = _outbound.WriteAlone(payload, _datagram);
            twin.Append(payload);
            if (alone == 0)
            {
                Assert.NotEqual(20, ptime);
                _outbound.Append(payload);
                alone = _outbound.WritePacket(_datagram);
            }

            for (int length = twin.WritePacket(other); length > 0 || alone > 0; length = twin.WritePacket(other), alone = _outbound.WritePacket(_datagram))
            {
                Assert.Equal(other[..length], _datagram[..alone]);
            }
        }

        Assert.Equal((twin.PacketsSent, twin.OctetsSent, twin.NextTimestamp), (_outbound.PacketsSent, _outbound.OctetsSent, _outbound.NextTimestamp));
        Assert.Equal(100 / ptime, _outbound.PacketsSent);
    }

    [Fact]
    public void A_frame_does_not_overtake_what_waits_before_it()
    {
        _outbound.Configure(8, 30, AudioFormat.Pcma);
        _outbound.Append(new byte[160]);
        _outbound.Configure(8, 20, AudioFormat.Pcma);
        Assert.Equal(0, _outbound.WriteAlone(new byte[160], _datagram));
        Assert.Equal(0, _outbound.PacketsSent);
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
