using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Dtmf;

[Trait("Req", "DTMF")]
public sealed class TelephoneEventTests
{
    [Fact]
    [Trait("Req", "EVENT")]
    public void A_payload_is_read_and_written_as_in_RFC_4733()
    {
        TelephoneEvent value = new(11, true, 10, 0x0320);
        byte[] bytes = new byte[4];
        value.Write(bytes);
        Assert.Equal([11, 0x8A, 0x03, 0x20], bytes);
        Assert.True(TelephoneEvent.TryRead([.. bytes, 1, 2], out TelephoneEvent read));
        Assert.Equal(value, read);
        Assert.Equal('#', read.Key);
        for (int length = 0; length < 4; length++)
        {
            Assert.False(TelephoneEvent.TryRead(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Keys_never_show_in_text()
    {
        Assert.DoesNotContain("5", new TelephoneEvent(5, false, 1, 2).ToString(), StringComparison.Ordinal);
        Assert.Equal("***", new DtmfKey('5', TimeSpan.Zero).ToString());
    }

    [Theory]
    [InlineData("A")]
    [InlineData("D")]
    public void The_keys_that_no_phone_has_are_not_reported_but_clamped(string key)
    {
        TelephoneEventReceiver receiver = new();
        foreach (KeyPacket packet in new KeypadPhone(new KeypadHabits()).Press(key))
        {
            Assert.False(receiver.OnPacket(packet.Header, packet.Event, packet.SentAt, out _));
            Assert.True(receiver.IsKeyDown(packet.SentAt));
        }
    }

    [Fact]
    [Trait("Req", "CLAMP")]
    public void A_key_is_down_until_60_ms_after_its_end()
    {
        TelephoneEventReceiver receiver = new();
        Assert.False(receiver.IsKeyDown(TimeSpan.Zero));
        List<KeyPacket> press = new KeypadPhone(new KeypadHabits()).Press("3");
        press.ForEach(packet => receiver.OnPacket(packet.Header, packet.Event, packet.SentAt, out _));
        TimeSpan end = press[^1].SentAt;
        Assert.True(receiver.IsKeyDown(end + TimeSpan.FromMilliseconds(59)));
        Assert.False(receiver.IsKeyDown(end + TimeSpan.FromMilliseconds(60)));
        Assert.True(receiver.IsKeyDown(end + TimeSpan.FromMilliseconds(99), playoutDelay: TimeSpan.FromMilliseconds(40)));
    }

    [Fact]
    public void A_key_whose_ends_are_lost_is_up_150_ms_after_its_last_packet_and_60()
    {
        TelephoneEventReceiver receiver = new();
        List<KeyPacket> press = new KeypadPhone(new KeypadHabits { EndPackets = 0 }).Press("3");
        press.ForEach(packet => receiver.OnPacket(packet.Header, packet.Event, packet.SentAt, out _));
        TimeSpan last = press[^1].SentAt;
        Assert.True(receiver.IsKeyDown(last + TimeSpan.FromMilliseconds(209)));
        Assert.False(receiver.IsKeyDown(last + TimeSpan.FromMilliseconds(210)));
    }

    [Fact]
    [Trait("Req", "CLAMP")]
    public void Nothing_of_the_tone_beside_a_telephone_event_is_heard()
    {
        StreamPair pair = new();
        ToneGenerator tone = new(941, -10);
        short[] pcm = new short[160];
        List<char> keys = [];
        int loud = 0;
        for (int i = 0; i < 100; i++)
        {
            tone.Write(pcm);
            pair.Receive(StreamPair.Packet(2 * i, i * 160, StreamPair.Encode(pcm)));
            if (i is >= 50 and < 60)
            {
                byte[] payload = new byte[4];
                new TelephoneEvent(10, i >= 57, 10, (ushort)(Math.Min(i - 49, 8) * 160)).Write(payload);
                pair.Receive(StreamPair.Packet((2 * i) + 1, 50 * 160, payload, type: StreamPair.Events, marker: i == 50));
            }

            FrameKind kind = pair.Read(out short[] frame);
            while (pair.Inbound.TryTakeKey(out DtmfKey key))
            {
                keys.Add(key.Character);
            }

            // From the first event packet until 60 ms after the first end: frames 50 to 59.
            bool isClamped = i is >= 50 and < 60;
            Assert.Equal(isClamped ? FrameKind.Clamped : FrameKind.Voice, kind);
            Assert.Equal(isClamped, frame.All(sample => sample == 0));
            loud += isClamped ? 0 : 1;
        }

        Assert.Equal(['*'], keys);
        Assert.Equal(90, loud);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Keys_under_an_ssrc_of_their_own_count_once_and_leave_the_voice_alone(int voicePacketsBefore)
    {
        StreamPair pair = new();
        List<char> keys = [];
        List<KeyPacket> press = new KeypadPhone(new KeypadHabits()).Press("99");
        for (int i = 0; i < 60; i++)
        {
            if (i >= voicePacketsBefore)
            {
                pair.Receive(StreamPair.Packet(i, i * 160, new byte[160], ssrc: 1));
            }

            if (i < press.Count)
            {
                byte[] payload = new byte[4];
                press[i].Event.Write(payload);
                Assert.Equal(InboundOutcome.TelephoneEvent, pair.Receive(StreamPair.Packet(
                    press[i].Header.Sequence.Value, press[i].Header.Timestamp.Value, payload, ssrc: 2, type: StreamPair.Events)));
            }

            FrameKind kind = pair.Read(out _);
            Assert.True(i < 40 || kind == FrameKind.Voice);
            while (pair.Inbound.TryTakeKey(out DtmfKey key))
            {
                keys.Add(key.Character);
            }
        }

        Assert.Equal(['9', '9'], keys);
        Assert.Equal(1u, pair.Inbound.Ssrc);
    }

    [Fact]
    [Trait("Req", "RTP4")]
    public void The_end_of_a_key_from_a_replaced_source_is_no_second_key()
    {
        StreamPair pair = new();
        pair.Receive(StreamPair.Packet(1, 160, new byte[160], ssrc: 1));
        pair.Receive(StreamPair.Packet(2, 320, [4, 10, 0, 160], ssrc: 1, type: StreamPair.Events));
        pair.Receive(StreamPair.Packet(70, 99_000, new byte[160], ssrc: 2));
        pair.Receive(StreamPair.Packet(71, 99_160, new byte[160], ssrc: 2));
        Assert.Equal(2u, pair.Inbound.Ssrc);
        Assert.Equal(InboundOutcome.ReplacedSource, pair.Receive(StreamPair.Packet(3, 320, [4, 0x8A, 1, 64], ssrc: 1, type: StreamPair.Events)));
        Assert.True(pair.Inbound.TryTakeKey(out _));
        Assert.False(pair.Inbound.TryTakeKey(out _));
    }

    [Fact]
    public void Keys_that_nobody_fetches_are_bounded()
    {
        StreamPair pair = new();
        byte[] payload = new byte[4];
        for (int i = 0; i < 100; i++)
        {
            new TelephoneEvent((byte)(i % 10), true, 10, 800).Write(payload);
            pair.Receive(StreamPair.Packet(i, i * 4000, payload, type: StreamPair.Events));
            pair.Now += TimeSpan.FromMilliseconds(500);
        }

        int keys = 0;
        while (pair.Inbound.TryTakeKey(out _))
        {
            keys++;
        }

        Assert.Equal(16, keys);
    }
}
