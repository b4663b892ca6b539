using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Jitter;

[Trait("Req", "RTP11")]
public sealed class AdaptiveDelayTests
{
    [Theory]
    [Trait("Req", "RTP1")]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(35)]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(100)]
    public void On_a_clean_line_of_any_packet_length_nothing_is_concealed_and_one_packet_waits_at_most(double ptime)
    {
        Line line = new() { PtimeMs = ptime };
        line.Run(1);
        Assert.DoesNotContain(line.Run(60), kind => kind != FrameKind.Voice);
        Assert.True(line.MaxDelayMs <= (ptime <= 20 ? 0 : ptime), $"{line.MaxDelayMs} ms");
    }

    [Fact]
    [Trait("Req", "RTP1")]
    public void The_packet_length_may_change_in_mid_call()
    {
        Line line = new();
        foreach (double ptime in (double[])[20, 30, 10, 60, 20, 5, 40])
        {
            line.PtimeMs = ptime;
            IReadOnlyList<FrameKind> kinds = line.Run(10);
            int concealed = kinds.Count(kind => kind != FrameKind.Voice);
            Assert.True(concealed <= 4, $"ptime {ptime}: {concealed} frames");
            Assert.DoesNotContain(kinds.Skip(10), kind => kind != FrameKind.Voice);
            Assert.True(Level(line) is > -21 and < -19);
        }
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(40, 2)]
    [InlineData(80, 3)]
    [InlineData(150, 4)]
    public void The_delay_grows_with_the_jitter_and_little_is_lost(double jitter, int seed)
    {
        Line line = new(seed) { JitterMs = jitter };
        line.Run(5);
        IReadOnlyList<FrameKind> kinds = line.Run(60);
        double concealed = kinds.Count(kind => kind != FrameKind.Voice) / (double)kinds.Count;
        Assert.True(concealed < 0.01, $"{concealed:P2} concealed, seed {seed}");
        Assert.True(line.MaxDelayMs <= jitter + 60, $"{line.MaxDelayMs} ms, seed {seed}");
    }

    [Fact]
    public void Packets_that_come_about_the_time_of_the_tick_cost_one_frame_once()
    {
        Line line = new(6, readPhaseMs: 2) { JitterMs = 4 };
        line.Run(1);
        Assert.DoesNotContain(line.Run(120), kind => kind != FrameKind.Voice);
        Assert.True(line.MaxDelayMs <= 20, $"{line.MaxDelayMs} ms");
    }

    [Fact]
    public void One_late_packet_in_a_thousand_does_not_make_the_delay_swing()
    {
        Line line = new(7) { DetourShare = 0.001, DetourMs = 21 };
        IReadOnlyList<FrameKind> kinds = line.Run(1200);
        int concealed = kinds.Count(kind => kind != FrameKind.Voice);

        // 60 late packets; without the delay's memory each of them would be heard.
        Assert.True(concealed <= 25, $"{concealed} frames");
        Assert.True(line.MaxDelayMs <= 41, $"{line.MaxDelayMs} ms");
    }

    [Fact]
    public void When_the_line_gets_better_the_delay_is_back_under_40_ms_within_5_s_and_gone_in_the_end()
    {
        Line line = new(5) { JitterMs = 120 };
        line.Run(20);
        Assert.True(line.MaxDelayMs > 60, $"{line.MaxDelayMs} ms");
        line.JitterMs = 0;
        Assert.DoesNotContain(line.Run(5).Skip(10), kind => kind != FrameKind.Voice);
        Assert.True(line.Inbound.PlayoutDelayMs <= 40, $"{line.Inbound.PlayoutDelayMs} ms");
        line.Run(1000);
        Assert.True(line.Inbound.PlayoutDelayMs <= 2, $"{line.Inbound.PlayoutDelayMs} ms");
    }

    [Theory]
    [InlineData(150)]
    [InlineData(500)]
    [InlineData(3000)]
    public void After_a_stall_the_delay_is_bounded_and_shrinks_again_without_a_gap(double stall)
    {
        Line line = new();
        line.Run(5);
        line.StalledUntil = line.NowMs + stall;
        line.Run((stall / 1000) + 0.1);
        Assert.True(line.MaxDelayMs <= 200, $"{line.MaxDelayMs} ms");
        Assert.DoesNotContain(line.Run(5), kind => kind != FrameKind.Voice);
        Assert.True(line.Inbound.PlayoutDelayMs <= 40, $"{line.Inbound.PlayoutDelayMs} ms");
        Assert.True(Level(line) is > -21 and < -19);
    }

    [Theory]
    [InlineData(50, 20)]
    [InlineData(-50, 20)]
    [InlineData(300, 5)]
    [InlineData(-300, 5)]
    public void Clock_drift_neither_adds_delay_nor_tears_the_sound_while_frames_of_it_come_together(double ppm, int minutes)
    {
        Line line = new() { DriftPpm = ppm };
        IReadOnlyList<FrameKind> kinds = line.Run(minutes * 60);
        Assert.True(line.MaxDelayMs <= 40, $"{line.MaxDelayMs} ms");
        Assert.DoesNotContain(kinds.Skip(50), kind => kind != FrameKind.Voice);
    }

    [Fact]
    public void Packets_that_often_come_after_their_followers_are_waited_for()
    {
        Line line = new(8) { DetourShare = 0.05, DetourMs = 35 };
        line.Run(20);
        IReadOnlyList<FrameKind> kinds = line.Run(60);
        int concealed = kinds.Count(kind => kind != FrameKind.Voice);
        Assert.True(concealed <= kinds.Count / 200, $"{concealed} of {kinds.Count}");
        Assert.True(line.MaxDelayMs <= 80, $"{line.MaxDelayMs} ms");
    }

    [Fact]
    public void Duplicates_change_nothing()
    {
        Line line = new(9) { DuplicateShare = 0.5 };
        Assert.DoesNotContain(line.Run(20).Skip(1), kind => kind != FrameKind.Voice);
        Assert.True(line.Inbound.ReadStatistics().PacketsDuplicate > 400);
        Assert.Equal(0, line.Inbound.PlayoutDelayMs);
    }

    [Fact]
    public void Every_lost_packet_is_concealed_once_and_no_more()
    {
        Line line = new(10) { LossShare = 0.05 };
        IReadOnlyList<FrameKind> kinds = line.Run(100);
        long lost = line.Sent - line.Inbound.ReadStatistics().PacketsReceived;
        Assert.InRange(kinds.Count(kind => kind == FrameKind.Concealed), lost - 3, lost + 3);
        Assert.Equal(0, line.MaxDelayMs);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void A_bad_line_of_everything_at_once_stays_within_bounds(int seed)
    {
        Line line = new(seed) { LossShare = 0.1, JitterMs = 100, DuplicateShare = 0.02, DetourShare = 0.05, DetourMs = 60, DriftPpm = 80 };
        line.Run(10);
        IReadOnlyList<FrameKind> kinds = line.Run(120);
        double concealed = kinds.Count(kind => kind != FrameKind.Voice) / (double)kinds.Count;

        // A lost packet lies across two frames once the play point is no longer on a packet's edge.
        Assert.True(concealed < 2 * 0.1, $"{concealed:P2}, seed {seed}");
        Assert.True(line.MaxDelayMs <= 200, $"{line.MaxDelayMs} ms, seed {seed}");
    }

    [Theory]
    [InlineData("uniform", 0.5)]
    [InlineData("uniform", 7)]
    [InlineData("uniform", 13)]
    [InlineData("uniform", 19)]
    [InlineData("normal", 0.5)]
    [InlineData("normal", 7)]
    [InlineData("normal", 13)]
    [InlineData("normal", 19)]
    public void With_jitter_of_30_ms_the_added_delay_is_at_most_25_ms_more_than_nineteen_of_twenty_packets_need(string kind, double phase)
    {
        Random random = new(7);
        double Draw() => kind == "uniform"
            ? 30 * random.NextDouble()
            : Math.Abs(15 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        double p95 = Enumerable.Range(0, 20_000).Select(_ => Draw()).Order().ElementAt(19_000);

        // The read is itself up to 20 ms behind the packet that it waits for: this is in the added delay.
        Line line = new(6, phase) { Way = Draw };
        line.Run(5);
        List<double> delays = [];
        List<FrameKind> kinds = [];
        for (int i = 0; i < 60 * 50; i++)
        {
            kinds.AddRange(line.Run(0.02));
            delays.Add(line.AddedDelayMs);
        }

        double torn = kinds.Count(heard => heard != FrameKind.Voice) / (double)kinds.Count;
        Assert.True(delays.Average() <= p95 + 25, $"{delays.Average():F1} ms on average, p95 of the jitter {p95:F1} ms");
        Assert.True(torn < 0.01, $"{torn:P2} concealed");
    }

    [Theory]
    [InlineData(25, false)]
    [InlineData(45, false)]
    [InlineData(25, true)]
    public void What_a_single_hiccup_leaves_on_a_clean_line_is_gone_within_5_s(double late, bool knowsArrivalsAtReads)
    {
        Line line = new() { KnowsArrivalsAtReads = knowsArrivalsAtReads };
        line.Run(20);
        line.StalledUntil = line.NowMs + late;
        line.Run(0.5);
        Assert.True(line.MaxDelayMs >= 20, $"{line.MaxDelayMs} ms");
        Assert.DoesNotContain(line.Run(4.5), kind => kind != FrameKind.Voice);
        Assert.True(line.Inbound.PlayoutDelayMs <= 2, $"{line.Inbound.PlayoutDelayMs} ms");
    }

    [Fact]
    public void Sound_without_a_period_keeps_no_delay_for_ever()
    {
        Line line = new() { SaysNoise = true };
        line.Run(20);
        line.StalledUntil = line.NowMs + 25;
        line.Run(0.5);
        Assert.True(line.MaxDelayMs >= 20, $"{line.MaxDelayMs} ms");
        line.Run(7);
        Assert.True(line.Inbound.PlayoutDelayMs <= 2, $"{line.Inbound.PlayoutDelayMs} ms");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_leg_that_is_told_only_at_which_read_a_packet_was_there_plays_on(double ppm)
    {
        Line line = new(4) { KnowsArrivalsAtReads = true, DriftPpm = ppm, JitterMs = 3 };
        line.Run(5);
        IReadOnlyList<FrameKind> kinds = line.Run(600);
        int torn = kinds.Count(kind => kind != FrameKind.Voice);
        Assert.True(torn <= 20, $"{torn} frames");
        Assert.True(line.MaxDelayMs <= 60, $"{line.MaxDelayMs} ms");
    }

    [Fact]
    public void A_line_that_has_always_been_near_the_tick_is_given_no_delay()
    {
        Line line = new(3, readPhaseMs: 0.8) { JitterMs = 0.3 };
        line.Run(1);
        Assert.DoesNotContain(line.Run(120), kind => kind != FrameKind.Voice);
        Assert.Equal(0, line.MaxDelayMs);
    }

    [Theory]
    [InlineData(AudioCodec.G722)]
    [InlineData(AudioCodec.Opus)]
    public void Wideband_is_no_different(AudioCodec codec)
    {
        AudioFormat format = codec == AudioCodec.G722 ? AudioFormat.G722 : AudioFormat.Opus(16000);
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        Line line = new(5, format: format);
        line.Run(1);
        Assert.DoesNotContain(line.Run(20), kind => kind != FrameKind.Voice);
        Assert.Equal(0, line.MaxDelayMs);
        line.StalledUntil = line.NowMs + 180;
        line.Run(0.3);
        Assert.DoesNotContain(line.Run(5), kind => kind != FrameKind.Voice);
        Assert.True(line.Inbound.PlayoutDelayMs <= 22, $"{line.Inbound.PlayoutDelayMs} ms");
        line.JitterMs = 40;
        line.Run(5);
        IReadOnlyList<FrameKind> kinds = line.Run(60);
        Assert.True(kinds.Count(kind => kind != FrameKind.Voice) < kinds.Count / 100);
        Assert.InRange(line.MaxDelayMs, 20, 90);
    }

    private static double Level(Line line) => Goertzel.MeasureDbov(line.LastFrame, 1000);
}
