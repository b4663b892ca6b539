using System.Net;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Tests.Streams;

public sealed class SourceLatchTests
{
    private static readonly SourceAddress Public = Source("192.0.2.10", 4000);
    private static readonly SourceAddress Private = Source("10.0.0.5", 4000);
    private static readonly SourceAddress Signalling = Source("198.51.100.7", 5060);
    private static readonly SourceAddress Natted = Source("198.51.100.7", 31000);
    private static readonly SourceAddress Stranger = Source("203.0.113.66", 9999);
    private readonly SourceLatch _latch = new();
    private TimeSpan _now = TimeSpan.FromHours(3);

    [Fact]
    [Trait("Req", "RTP7")]
    public void The_address_of_the_sdp_is_locked_at_its_first_packet()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        Assert.Equal(Public, _latch.Target);
        Assert.False(_latch.MayConnect(_now));
        Assert.Equal(LatchVerdict.Latched, Send(Public, 1));
        Assert.Equal(LatchVerdict.Accepted, Send(Public, 2));
        Assert.True(_latch.MayConnect(_now));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_sprayer_is_never_heard_nor_sent_to()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(LatchVerdict.Foreign, Send(Stranger, i));
            Assert.Equal(LatchVerdict.Foreign, Send(Natted, i));
            Assert.Equal(Public, _latch.Target);
        }

        Assert.Equal(2000, _latch.ForeignPackets);
        Assert.Equal(LatchVerdict.Latched, Send(Public, 7));
        _now += TimeSpan.FromSeconds(10);
        Assert.Equal(LatchVerdict.Foreign, Send(Stranger, 1001));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void Behind_nat_the_signalling_address_is_learnt_from_four_packets_in_sequence()
    {
        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        Assert.Equal(LatchVerdict.Learning, Send(Natted, 1));
        Assert.Equal(LatchVerdict.Learning, Send(Natted, 2));
        Assert.Equal(LatchVerdict.Learning, Send(Natted, 4)); // a gap begins the count anew
        Assert.Equal(LatchVerdict.Learning, Send(Natted, 5));
        Assert.Equal(LatchVerdict.Learning, Send(Natted, 6));
        Assert.Equal(LatchVerdict.Latched, Send(Natted, 7));
        Assert.Equal(Natted, _latch.Target);
        Assert.Equal(LatchVerdict.Foreign, Send(Private, 1));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_payload_type_that_was_not_negotiated_teaches_nothing()
    {
        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(LatchVerdict.Foreign, Send(Natted, i, isNegotiated: false));
        }
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_stranger_who_sprays_in_sequence_loses_against_the_signalling_address()
    {
        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(i == 0 ? LatchVerdict.Learning : LatchVerdict.Foreign, Send(Stranger, i));
            Assert.Equal(LatchVerdict.Learning, Send(Natted, i));
            Assert.Equal(LatchVerdict.Foreign, Send(Stranger, i + 100));
            _now += TimeSpan.FromMilliseconds(20);
        }

        Assert.Equal(LatchVerdict.Latched, Send(Natted, 3));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_media_server_with_an_address_of_its_own_is_learnt_only_within_five_seconds_of_the_answer()
    {
        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        LatchVerdict verdict = LatchVerdict.Learning;
        int packets = 0;
        for (; verdict == LatchVerdict.Learning; packets++)
        {
            verdict = Send(Stranger, packets);
            _now += TimeSpan.FromMilliseconds(20);
        }

        Assert.Equal(LatchVerdict.Latched, verdict);
        Assert.Equal(11, packets); // 200 ms of it

        SourceLatch late = new();
        late.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        Assert.Equal(LatchVerdict.Foreign, late.OnPacket(Stranger, Header(1), true, _now + TimeSpan.FromSeconds(5.1)));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_trunk_in_nat_mode_learns_although_the_sdp_is_public()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Signalling, LearnsAnySource: true), _now);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(LatchVerdict.Learning, Send(Natted, i));
        }

        Assert.Equal(LatchVerdict.Latched, Send(Natted, 3));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void A_phone_on_this_machine_is_learnt_although_its_sdp_names_the_outer_address()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Source("127.0.0.1", 5060)), _now);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(LatchVerdict.Learning, Send(Source("127.0.0.1", 4000), i));
            Assert.Equal(LatchVerdict.Foreign, Send(Stranger, i));
        }

        Assert.Equal(LatchVerdict.Latched, Send(Source("127.0.0.1", 4000), 3));
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void Loopback_is_foreign_to_a_call_that_came_from_elsewhere()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(LatchVerdict.Foreign, Send(Source("127.0.0.1", 4000), i));
        }
    }

    [Fact]
    [Trait("Req", "RTP7")]
    public void After_two_seconds_of_silence_four_packets_from_the_signalled_network_take_over()
    {
        SourceAddress rebound = Source("192.0.2.99", 7000);
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        Send(Public, 1);
        _now += TimeSpan.FromSeconds(1.9);
        Assert.Equal(LatchVerdict.Foreign, Send(rebound, 100));
        _now += TimeSpan.FromSeconds(0.1);
        Assert.False(_latch.MayConnect(_now));
        Assert.Equal(LatchVerdict.Foreign, Send(Stranger, 100));
        Assert.Equal(LatchVerdict.Learning, Send(rebound, 101));
        Assert.Equal(LatchVerdict.Learning, Send(rebound, 102));
        Assert.Equal(LatchVerdict.Learning, Send(rebound, 103));
        Assert.Equal(LatchVerdict.Latched, Send(rebound, 104));
    }

    [Fact]
    [Trait("Req", "RTP8")]
    public void After_a_change_by_re_INVITE_the_old_source_is_heard_for_one_second()
    {
        SourceAddress moved = Source("192.0.2.20", 6000);
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        Send(Public, 1);
        _latch.Configure(new SourceLatchPolicy(moved, Signalling), _now);
        Assert.Equal(moved, _latch.Target);
        _now += TimeSpan.FromSeconds(0.9);
        Assert.Equal(LatchVerdict.Accepted, Send(Public, 2));
        _now += TimeSpan.FromSeconds(0.2);
        Assert.NotEqual(LatchVerdict.Accepted, Send(Public, 3));
        Assert.Equal(LatchVerdict.Latched, Send(moved, 1));
    }

    [Fact]
    [Trait("Req", "RTP8")]
    public void A_refresh_with_the_same_address_keeps_the_lock()
    {
        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        for (int i = 0; i < 4; i++)
        {
            Send(Natted, i);
        }

        _latch.Configure(new SourceLatchPolicy(Private, Signalling), _now);
        Assert.Equal(Natted, _latch.Locked);
    }

    [Fact]
    [Trait("Req", "RTP6")]
    public void Reports_are_believed_from_the_locked_address_at_any_port()
    {
        _latch.Configure(new SourceLatchPolicy(Public, Signalling), _now);
        Assert.True(_latch.AcceptsRtcp(Source("192.0.2.10", 4001)));
        Send(Public, 1);
        Assert.True(_latch.AcceptsRtcp(Source("192.0.2.10", 4001)));
        Assert.False(_latch.AcceptsRtcp(Stranger));
    }

    [Fact]
    public void A_mapped_address_is_the_same_as_its_IPv4_form()
    {
        Assert.Equal(Source("192.0.2.1", 9), Source("::ffff:192.0.2.1", 9));
        Assert.Equal("192.0.2.1:9", Source("::ffff:192.0.2.1", 9).ToEndPoint().ToString());
        Assert.Equal("[2001:db8::1]:9", Source("2001:db8::1", 9).ToEndPoint().ToString());
        Assert.True(Source("fd00::1", 9).IsPrivate);
        Assert.True(Source("100.64.1.1", 9).IsPrivate);
        Assert.False(Source("2001:db8::1", 9).IsPrivate);
        Assert.False(Source("172.32.0.1", 9).IsPrivate);
    }

    private static SourceAddress Source(string address, int port) => SourceAddress.From(IPAddress.Parse(address), port);

    private static RtpHeader Header(int sequence) =>
        new(false, 8, new SequenceNumber((ushort)sequence), new RtpTimestamp((uint)sequence * 160), 77);

    private LatchVerdict Send(SourceAddress from, int sequence, bool isNegotiated = true) =>
        _latch.OnPacket(from, Header(sequence), isNegotiated, _now);
}
