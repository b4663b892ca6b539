using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Tests.Streams;

namespace PhoneBridge.Media.Tests.Dtmf;

/// <summary>The digits of a thousand PINs over bad lines and from broken senders: none lost, none doubled.</summary>
[Trait("Req", "DTMF")]
public sealed class KeysOverBadLinesTests
{
    /// <summary>Every sender at the clock of the narrow codecs and at that of Opus.</summary>
    public static TheoryData<string, int> Senders => [.. Habits.Keys.SelectMany(sender => new[] { (sender, 8000), (sender, 48000) })];

    private static Dictionary<string, KeypadHabits> Habits { get; } = new()
    {
        ["by the book"] = new KeypadHabits(),
        ["quick fingers"] = new KeypadHabits { ToneMs = 100, PauseMs = 50 },
        ["no marker"] = new KeypadHabits { HasMarker = false },
        ["updates every 10 ms"] = new KeypadHabits { UpdateMs = 10 },
        ["two ends"] = new KeypadHabits { EndPackets = 2, ToneMs = 160 },
        ["one end"] = new KeypadHabits { EndPackets = 1, ToneMs = 160 },
        ["no end at all"] = new KeypadHabits { EndPackets = 0, ToneMs = 180, PauseMs = 60 },
        ["ends under new timestamps"] = new KeypadHabits { EndsUnderNewTimestamps = true },
        ["every packet under its own timestamp"] = new KeypadHabits { EveryPacketUnderItsOwnTimestamp = true },
        ["ends share one sequence number"] = new KeypadHabits { EndsShareOneSequenceNumber = true },
        ["pressed for 1.5 s in segments of 0.5 s"] = new KeypadHabits { ToneMs = 1500, SegmentMs = 500 },
        ["pressed for 20 s"] = new KeypadHabits { ToneMs = 20_000, UpdateMs = 50 },
    };

    [Theory]
    [MemberData(nameof(Senders))]
    public void A_perfect_line_gives_every_key_once(string sender, int clockRateHz)
    {
        Random random = new(1);
        KeypadHabits habits = Habits[sender] with { ClockRateHz = clockRateHz };
        for (int i = 0; i < 100; i++)
        {
            string pin = Pin(random);
            Assert.Equal(pin, Receive(new KeypadPhone(habits).Press(pin), clockRateHz));
        }
    }

    [Theory]
    [MemberData(nameof(Senders))]
    public void A_thousand_pins_with_a_tenth_of_the_packets_lost(string sender, int clockRateHz)
    {
        // A long press has so many packets that a hundred PINs are as hard a test.
        KeypadHabits habits = Habits[sender] with { ClockRateHz = clockRateHz };
        int pins = habits.ToneMs > 1000 ? 100 : 1000;
        for (int seed = 0; seed < pins; seed++)
        {
            Random random = new(seed);
            string pin = Pin(random);
            List<KeyPacket> packets = new KeypadPhone(habits).Press(pin);
            packets.RemoveAll(_ => random.NextDouble() < 0.1);
            Assert.True(pin == Receive(packets, clockRateHz), $"{sender}, seed {seed}");
        }
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(48000)]
    public void A_thousand_pins_with_a_third_of_the_packets_lost(int clockRateHz)
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            string pin = Pin(random);
            List<KeyPacket> packets = new KeypadPhone(new KeypadHabits { ToneMs = 160, ClockRateHz = clockRateHz }).Press(pin);
            packets.RemoveAll(_ => random.NextDouble() < 0.3);
            Assert.True(pin == Receive(packets, clockRateHz), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(AudioCodec.Pcma, null)]
    [InlineData(AudioCodec.Opus, null)]
    [InlineData(AudioCodec.Opus, 8000)]
    public void Pins_through_a_whole_leg_between_the_packets_of_a_voice(AudioCodec codec, int? eventClockRateHz)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        AudioFormat format = new(codec, 8000);
        KeypadHabits habits = new() { ClockRateHz = eventClockRateHz ?? format.ClockRateHz };
        byte[] voice = new byte[160];
        using (IAudioEncoder encoder = AudioCodecs.CreateEncoder(format))
        {
            voice = voice[..encoder.Encode(new short[160], voice)];
        }

        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            string pin = Pin(random);
            StreamPair pair = new(format, eventClockRateHz);
            Queue<KeyPacket> packets = new(new KeypadPhone(habits).Press(pin));
            List<char> keys = [];
            int sequence = 65_000;
            for (int tick = 0; tick < 200; tick++)
            {
                TimeSpan now = TimeSpan.FromMilliseconds(20 * tick);
                pair.Now = now;
                Send(StreamPair.Packet(sequence++ & 0xFFFF, tick * format.ClockRateHz / 50, voice));
                while (packets.TryPeek(out KeyPacket packet) && packet.SentAt <= now)
                {
                    byte[] payload = new byte[TelephoneEvent.Length];
                    packets.Dequeue().Event.Write(payload);
                    Send(StreamPair.Packet(sequence++ & 0xFFFF, packet.Header.Timestamp.Value, payload, type: StreamPair.Events));
                }

                pair.Read(out _);
                while (pair.Inbound.TryTakeKey(out DtmfKey key))
                {
                    keys.Add(key.Character);
                }
            }

            Assert.True(pin == string.Concat(keys), $"seed {seed}");
            Assert.Equal(0, pair.Inbound.ReadStatistics().Restarts);

            void Send(byte[] datagram)
            {
                if (random.NextDouble() >= 0.1)
                {
                    pair.Receive(datagram);
                }
            }
        }
    }

    [Theory]
    [InlineData(AudioCodec.Pcma, 8000)]
    [InlineData(AudioCodec.Opus, 8000)]
    [InlineData(AudioCodec.Opus, 48000)]
    public void A_leg_tells_quick_presses_without_marker_or_end_apart_at_the_clock_that_was_agreed(AudioCodec codec, int clockRateHz)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        KeypadHabits habits = new() { HasMarker = false, EndPackets = 0, ClockRateHz = clockRateHz };
        Assert.Equal("5555", Hear(habits, "5555", new AudioFormat(codec, 8000), clockRateHz));
    }

    [Theory]
    [InlineData(AudioCodec.Pcma, 8000)]
    [InlineData(AudioCodec.Opus, 8000)]
    [InlineData(AudioCodec.Opus, 48000)]
    public void A_leg_puts_the_segments_of_a_press_together_at_the_clock_that_was_agreed(AudioCodec codec, int clockRateHz)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        KeypadHabits habits = new() { ToneMs = 1500, SegmentMs = 120, ClockRateHz = clockRateHz };
        Assert.Equal("77", Hear(habits, "77", new AudioFormat(codec, 8000), clockRateHz, losesTwoOf: 5));
    }

    [Fact]
    public void A_thousand_pins_with_loss_re_ordering_and_duplicates_together()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            string pin = Pin(random);
            List<KeyPacket> packets = new KeypadPhone(new KeypadHabits()).Press(pin);
            packets.RemoveAll(_ => random.NextDouble() < 0.1);
            packets.AddRange(packets.FindAll(_ => random.NextDouble() < 0.1));
            List<KeyPacket> arrived = [.. packets
                .Select(packet => packet with { SentAt = packet.SentAt + TimeSpan.FromMilliseconds(random.NextDouble() * 45) })
                .OrderBy(packet => packet.SentAt)];
            Assert.True(pin == Receive(arrived), $"seed {seed}");
        }
    }

    [Fact]
    public void Bursts_of_loss_that_leave_one_packet_of_a_press_leave_its_key()
    {
        List<KeyPacket> press = new KeypadPhone(new KeypadHabits()).Press("7");
        foreach (KeyPacket survivor in press)
        {
            Assert.Equal("7", Receive([survivor]));
        }
    }

    [Fact]
    public void The_same_key_twice_is_two_keys_even_when_every_end_is_lost()
    {
        List<KeyPacket> packets = new KeypadPhone(new KeypadHabits()).Press("5555555555");
        packets.RemoveAll(packet => packet.Event.IsEnd);
        Assert.Equal("5555555555", Receive(packets));
    }

    [Fact]
    public void A_gap_of_a_second_and_a_half_between_updates_is_one_press()
    {
        KeypadHabits slow = new() { ToneMs = 4000, UpdateMs = 1500, HasMarker = false };
        Assert.Equal("42", Receive(new KeypadPhone(slow).Press("42")));
    }

    [Fact]
    public void A_sender_whose_sequence_numbers_jump_back_keeps_its_keys()
    {
        List<KeyPacket> first = new KeypadPhone(new KeypadHabits()).Press("1");
        List<KeyPacket> second = [.. new KeypadPhone(new KeypadHabits()).Press("2").Select(packet => packet with
        {
            Header = packet.Header with { Sequence = packet.Header.Sequence + -20_000, Timestamp = packet.Header.Timestamp + 99_999 },
        })];
        Assert.Equal("12", Receive([.. first, .. second]));
    }

    private static string Pin(Random random) => random.Next(100_000_000, 1_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Keys through a leg without a voice; of every so many packets the last two are lost.</summary>
    private static string Hear(KeypadHabits habits, string pin, AudioFormat format, int clockRateHz, int losesTwoOf = int.MaxValue)
    {
        StreamPair pair = new(format, clockRateHz);
        List<char> keys = [];
        byte[] payload = new byte[TelephoneEvent.Length];
        foreach ((int i, KeyPacket packet) in new KeypadPhone(habits).Press(pin).Index())
        {
            pair.Now = packet.SentAt;
            packet.Event.Write(payload);
            if (i % losesTwoOf < losesTwoOf - 2)
            {
                pair.Receive(StreamPair.Packet(
                    packet.Header.Sequence.Value, packet.Header.Timestamp.Value, payload, type: StreamPair.Events, marker: packet.Header.Marker));
            }

            while (pair.Inbound.TryTakeKey(out DtmfKey key))
            {
                keys.Add(key.Character);
            }
        }

        return string.Concat(keys);
    }

    private static string Receive(IEnumerable<KeyPacket> packets, int clockRateHz = 8000)
    {
        TelephoneEventReceiver receiver = new() { ClockRateHz = clockRateHz };
        List<char> keys = [];
        foreach (KeyPacket packet in packets)
        {
            if (receiver.OnPacket(packet.Header, packet.Event, packet.SentAt, out char key))
            {
                keys.Add(key);
            }
        }

        return string.Concat(keys);
    }
}
