using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;

namespace PhoneBridge.Media.Tests.Rtcp;

[Trait("Req", "RTP6")]
public sealed class RtcpTests
{
    private static readonly DateTimeOffset Wall = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan T0 = TimeSpan.FromHours(2);

    private readonly byte[] _room = new byte[RtcpSession.MaxDatagramLength];
    private readonly StreamPair _pair = new();
    private readonly OutboundAudio _outbound = new(0xAABBCCDD, new SequenceNumber(9), new RtpTimestamp(5));
    private readonly RtcpSession _session = new(0xAABBCCDD, 12345678901234567890, new NtpClock(Wall, T0), T0);

    [Fact]
    public void A_silent_listener_sends_a_receiver_report_and_its_name()
    {
        int length = _session.WriteReport(_room, _outbound, _pair.Inbound, T0);
        Assert.True(RtcpReader.TryCreate(_room.AsSpan(0, length), out RtcpReader reader));
        Assert.True(reader.Read());
        Assert.Equal((RtcpType.ReceiverReport, 0xAABBCCDDu, 0), (reader.Type, reader.Ssrc, reader.BlockCount));
        Assert.True(reader.Read());
        Assert.Equal((RtcpType.SourceDescription, 0xAABBCCDDu), (reader.Type, reader.Ssrc));
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_sender_reports_its_counts_the_time_and_how_it_hears_the_peer()
    {
        for (int i = 0; i < 10; i++)
        {
            _outbound.Append(new byte[160]);
            _outbound.WritePacket(new byte[OutboundAudio.MaxDatagramLength]);
            if (i != 4)
            {
                _pair.Receive(StreamPair.Packet(65530 + i, i * 160, new byte[160], ssrc: 42));
            }
        }

        int length = _session.WriteGoodbye(_room, _outbound, _pair.Inbound, T0 + TimeSpan.FromSeconds(1));
        Assert.True(RtcpReader.TryCreate(_room.AsSpan(0, length), out RtcpReader reader));
        reader.Read();
        RtcpSenderReport sender = reader.ReadSender();
        Assert.Equal(10u, sender.PacketCount);
        Assert.Equal(1600u, sender.OctetCount);
        Assert.Equal(1605u, sender.Timestamp);
        Assert.Equal((ulong)(Wall.AddSeconds(1) - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds, sender.NtpTime >> 32);
        RtcpReportBlock block = reader.ReadBlock(0);
        Assert.Equal(42u, block.Ssrc);
        Assert.Equal(1, block.CumulativeLost);
        Assert.Equal(256 / 10, block.FractionLost);
        Assert.Equal(65536u + 3, block.HighestSequence);
        reader.Read();
        Assert.True(reader.Read());
        Assert.Equal((RtcpType.Goodbye, 0xAABBCCDDu), (reader.Type, reader.Ssrc));
    }

    [Fact]
    public void The_round_trip_comes_from_the_peers_report()
    {
        NtpClock clock = new(Wall, T0);
        TimeSpan now = T0 + TimeSpan.FromSeconds(5);
        byte[] report = PeerReport(clock.MiddleAt(now - TimeSpan.FromMilliseconds(380)), delay: 65536 * 3 / 10, lost: 64);
        _session.OnPacket(report, now);
        Assert.Equal(80, _session.RoundTrip!.Value.TotalMilliseconds, 0.1);
        Assert.Equal(0.25, _session.PeerFractionLost);
        Assert.Equal(now, _session.LastPacketAt);

        // A peer that counts wrongly does not spoil what is known.
        _session.OnPacket(PeerReport(clock.MiddleAt(now), delay: 65536 * 60, lost: 0), now);
        _session.OnPacket(PeerReport(12345, delay: 0, lost: 0), now);
        Assert.Equal(80, _session.RoundTrip!.Value.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void The_peers_sender_report_is_answered_with_its_time_and_the_delay_since()
    {
        RtcpSession peer = new(42, 7, new NtpClock(Wall.AddMinutes(3), T0), T0);
        StreamPair back = new();
        OutboundAudio peerOut = new(42, default, default);
        peerOut.Append(new byte[160]);
        byte[] rtp = new byte[OutboundAudio.MaxDatagramLength];
        int rtpLength = peerOut.WritePacket(rtp);
        peerOut.Configure(StreamPair.Voice, 20, AudioFormat.Pcma);
        rtp[1] = StreamPair.Voice;
        _pair.Receive(rtp[..rtpLength]);

        int length = peer.WriteReport(_room, peerOut, back.Inbound, T0);
        _session.OnPacket(_room.AsSpan(0, length), T0 + TimeSpan.FromMilliseconds(40));
        length = _session.WriteReport(_room, _outbound, _pair.Inbound, T0 + TimeSpan.FromMilliseconds(540));
        Assert.True(RtcpReader.TryCreate(_room.AsSpan(0, length), out RtcpReader reader));
        reader.Read();
        Assert.Equal(32768u, reader.ReadBlock(0).DelaySinceLastSenderReport);

        // 540 ms after its report, 500 of which we kept it: 40 there and 30 back.
        peer = new(42, 7, new NtpClock(Wall.AddMinutes(3), T0), T0);
        peer.OnPacket(_room.AsSpan(0, length), T0 + TimeSpan.FromMilliseconds(570));
        Assert.Equal(70, peer.RoundTrip!.Value.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void Reports_are_spread_about_five_seconds_and_never_bunched()
    {
        TimeSpan now = T0;
        List<double> gaps = [];
        for (int i = 0; i < 500; i++)
        {
            TimeSpan due = _session.NextReportAt;
            gaps.Add((due - now).TotalSeconds);
            now = due;
            _session.WriteReport(_room, _outbound, _pair.Inbound, now);
        }

        Assert.All(gaps.Skip(1), gap => Assert.InRange(gap, 2.05, 6.16));
        Assert.InRange(gaps.Average(), 3.9, 4.3); // 5 / (e - 1.5), RFC 3550 §6.3.1
        Assert.True(gaps.Max() - gaps.Min() > 3);
    }

    [Fact]
    public void The_name_tells_nothing_and_differs_between_calls()
    {
        string first = Name(1111);
        Assert.Equal(16, first.Length);
        Assert.NotEqual(first, Name((UInt128)2222 << 64));
    }

    [Fact]
    public void Broken_datagrams_are_counted_and_change_nothing()
    {
        byte[] good = PeerReport(1, 0, 255);
        int broken = 0;
        for (int length = 0; length < good.Length; length++)
        {
            _session.OnPacket(good.AsSpan(0, length), T0);
            broken++;
        }

        byte[][] wrong =
        [
            [0x80 | 31, 201, 0, 1, 0, 0, 0, 1],                // blocks that are not there
            [0xA0, 201, 0, 1, 0, 0, 0, 0],                     // padding of nothing
            [0xA0, 201, 0, 1, 0, 0, 0, 8],                     // padding longer than the packet
            [0x80, 200, 0, 1, 0, 0, 0, 1],                     // a sender report without its sender part
            [0x40, 201, 0, 1, 0, 0, 0, 1],                     // version 1
            [0x80, 201, 0xFF, 0xFF, 0, 0, 0, 1],
            [0x82, 203, 0, 1, 0, 0, 0, 1],                     // two leave, one is named
        ];
        foreach (byte[] datagram in wrong)
        {
            _session.OnPacket(datagram, T0);
            broken++;
        }

        Assert.Equal(broken, _session.BrokenPackets);
        Assert.Null(_session.PeerFractionLost);
        Assert.Null(_session.LastPacketAt);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Random random = new(6);
        byte[] bytes = new byte[200];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(0x80 | (bytes[0] & 0x3F));
            bytes[1] = (byte)(200 + (bytes[1] & 7));
            bytes[2] = 0;
            bytes[3] &= 0x1F;
            _session.OnPacket(bytes.AsSpan(0, random.Next(bytes.Length)), T0);
        }

        Assert.True(_session.BrokenPackets > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-8388608)]
    [InlineData(8388607)]
    public void Cumulative_loss_is_signed_24_bits(int lost)
    {
        RtcpWriter writer = new(_room);
        RtcpReportBlock block = new(1, 200, lost, 3, 4, 5, 6);
        writer.WriteReceiverReport(9, block);
        Assert.True(RtcpReader.TryCreate(_room.AsSpan(0, writer.Length), out RtcpReader reader));
        reader.Read();
        Assert.Equal(block, reader.ReadBlock(0));
    }

    [Fact]
    public void Nothing_is_allocated_by_a_report_in_or_out()
    {
        byte[] report = PeerReport(1, 0, 255);
        _session.OnPacket(report, T0);
        _session.WriteReport(_room, _outbound, _pair.Inbound, T0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _session.OnPacket(report, T0);
        _session.WriteReport(_room, _outbound, _pair.Inbound, T0);
        _session.WriteGoodbye(_room, _outbound, _pair.Inbound, T0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] PeerReport(uint lastReport, uint delay, byte lost)
    {
        byte[] room = new byte[RtcpSession.MaxDatagramLength];
        RtcpWriter writer = new(room);
        writer.WriteReceiverReport(42, new RtcpReportBlock(0xAABBCCDD, lost, 1, 1, 1, lastReport, delay));
        return room[..writer.Length];
    }

    private string Name(UInt128 seed)
    {
        RtcpSession session = new(1, seed, new NtpClock(Wall, T0), T0);
        int length = session.WriteReport(_room, _outbound, _pair.Inbound, T0);
        return System.Text.Encoding.ASCII.GetString(_room.AsSpan(8 + 10, 16))[..Math.Min(16, length)];
    }
}
