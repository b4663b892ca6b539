using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Streams;

public sealed class ResynchronisationTests
{
    private readonly Line _line = new();

    public ResynchronisationTests() => _line.Run(5);

    [Theory]
    [Trait("Req", "RTP3")]
    [InlineData(30_000)]
    [InlineData(-30_000)]
    [InlineData(4_000)]
    [InlineData(-500)]
    public void After_a_jump_of_the_sequence_numbers_one_packet_is_lost(int jump)
    {
        _line.Sequence = (_line.Sequence + jump) & 0xFFFF;
        Assert.True(_line.Run(5).Count(kind => kind != FrameKind.Voice) <= 2);
        Assert.Equal(0, _line.Inbound.PlayoutDelayMs);
    }

    [Theory]
    [Trait("Req", "RTP3")]
    [InlineData(8_000)]
    [InlineData(-8_000)]
    [InlineData(3_000)]
    [InlineData(1_000_000_000)]
    [InlineData(-160)]
    [InlineData(1L << 31)]
    [InlineData(-1_000_000_000)]
    public void After_a_jump_of_the_timestamps_nothing_is_lost(long jump)
    {
        _line.Timestamp += jump;
        Assert.True(_line.Run(5).Count(kind => kind != FrameKind.Voice) <= 1);
        Assert.Equal(0, _line.Inbound.PlayoutDelayMs);
    }

    [Theory]
    [Trait("Req", "RTP3")]
    [InlineData(160)]
    [InlineData(480)]
    public void A_small_step_of_the_timestamps_is_a_pause_that_is_over_soon(long jump)
    {
        _line.Timestamp += jump;
        int torn = _line.Run(5).Count(kind => kind != FrameKind.Voice);
        Assert.True(torn <= 4, $"{torn} frames");
        Assert.True(_line.Inbound.PlayoutDelayMs <= 22, $"{_line.Inbound.PlayoutDelayMs} ms");
    }

    [Fact]
    [Trait("Req", "RTP3")]
    public void Both_at_once_as_from_a_transfer()
    {
        for (int i = 1; i <= 20; i++)
        {
            _line.Sequence = i * 7919 & 0xFFFF;
            _line.Timestamp = i * 104_729L;
            IReadOnlyList<FrameKind> kinds = _line.Run(1);
            Assert.True(kinds.Count(kind => kind != FrameKind.Voice) <= 2);
        }
    }

    [Fact]
    [Trait("Req", "RTP4")]
    public void A_new_source_takes_over_at_its_second_packet_and_the_old_one_is_ignored()
    {
        StreamPair pair = new();
        short[] low = Tone(500);
        short[] high = Tone(2000);
        for (int i = 0; i < 50; i++)
        {
            pair.Receive(StreamPair.Packet(i, i * 160, StreamPair.Encode(low), ssrc: 1));
            pair.Read(out _);
        }

        Assert.Equal(InboundOutcome.Unconfirmed, pair.Receive(StreamPair.Packet(9000, 5_000_000, StreamPair.Encode(high), ssrc: 2)));
        pair.Receive(StreamPair.Packet(50, 50 * 160, StreamPair.Encode(low), ssrc: 1));
        pair.Read(out _);
        short[] frame = [];
        for (int i = 1; i < 50; i++)
        {
            Assert.Equal(InboundOutcome.Voice, pair.Receive(StreamPair.Packet(9000 + i, 5_000_000 + (i * 160), StreamPair.Encode(high), ssrc: 2)));
            Assert.Equal(InboundOutcome.ReplacedSource, pair.Receive(StreamPair.Packet(50 + i, (50 + i) * 160, StreamPair.Encode(low), ssrc: 1)));
            pair.Read(out frame);
        }

        Assert.InRange(Goertzel.MeasureDbov(frame, 2000), -21, -19);
        Assert.True(Goertzel.MeasureDbov(frame, 500) < -50);
        Assert.Equal(2u, pair.Inbound.Ssrc);
    }

    [Fact]
    [Trait("Req", "RTP4")]
    public void Single_packets_of_foreign_sources_disturb_nothing()
    {
        StreamPair pair = new();
        Random random = new(4);
        short[] low = Tone(500);
        pair.Receive(StreamPair.Packet(0, 0, StreamPair.Encode(low), ssrc: 1));
        pair.Read(out _);
        for (int i = 1; i < 500; i++)
        {
            pair.Receive(StreamPair.Packet(random.Next(65536), random.Next(), StreamPair.Encode(Tone(2000)), ssrc: (uint)random.Next(2, 100)));
            pair.Receive(StreamPair.Packet(i, i * 160, StreamPair.Encode(low), ssrc: 1));
            Assert.Equal(FrameKind.Voice, pair.Read(out short[] frame));
            Assert.True(Goertzel.MeasureDbov(frame, 2000) < -50);
        }
    }

    [Fact]
    [Trait("Req", "RTP13")]
    public void A_pause_of_minutes_is_silence_without_a_drone_and_the_next_word_is_heard_at_once()
    {
        _line.IsPaused = true;
        IReadOnlyList<FrameKind> kinds = _line.Run(600);
        Assert.True(kinds.Count(kind => kind == FrameKind.Concealed) <= 3); // 60 ms fade-out
        Assert.All(kinds.Skip(5), kind => Assert.Equal(FrameKind.Silence, kind));
        Assert.All(_line.LastFrame, sample => Assert.Equal(0, sample));
        _line.IsPaused = false;
        kinds = _line.Run(2);
        Assert.True(kinds.Count(kind => kind != FrameKind.Voice) <= 1);
        Assert.Equal(0, _line.MaxDelayMs);
    }

    [Fact]
    [Trait("Req", "RTP13")]
    public void After_a_pause_without_timestamps_the_next_word_is_heard_at_once_too()
    {
        long timestamp = _line.Timestamp;
        _line.IsPaused = true;
        _line.Run(30);
        _line.IsPaused = false;
        _line.Timestamp = timestamp;
        Assert.True(_line.Run(2).Count(kind => kind != FrameKind.Voice) <= 1);
        Assert.Equal(0, _line.MaxDelayMs);
    }

    private static short[] Tone(double frequency)
    {
        short[] pcm = new short[160];
        new ToneGenerator(frequency, -20).Write(pcm);
        return pcm;
    }
}
