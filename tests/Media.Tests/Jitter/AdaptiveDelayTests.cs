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
    [InlineData(50)]
    [InlineData(-50)]
    [InlineData(300)]
    [InlineData(-300)]
    public void Clock_drift_over_a_long_meeting_neither_adds_delay_nor_tears_the_sound(double ppm)
    {
        Line line = new() { DriftPpm = ppm };
        IReadOnlyList<FrameKind> kinds = line.Run(30 * 60);
        Assert.True(line.MaxDelayMs <= 40, $"{line.MaxDelayMs} ms");

        // A slow clock leaves a frame missing every 20 ms of drift: 0.54 s in half an hour are 27 frames at 300 ppm.
        int torn = kinds.Count(kind => kind != FrameKind.Voice);
        Assert.True(torn <= (ppm > 0 ? 2 : 4 + (Math.Abs(ppm) * 30 * 60 / 20_000 * 1.5)), $"{torn} frames");
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

    private static double Level(Line line) => Goertzel.MeasureDbov(line.LastFrame, 1000);
}
