using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Legs;

public sealed class PlaybackTests : IDisposable
{
    private readonly LoopRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    [Trait("Req", "RTP5")]
    public void A_leg_in_no_conference_sends_silence_every_packet_time()
    {
        Line line = _rig.Open(450);
        _rig.Run(200);
        Assert.Equal(0, line.Phone.PacketsReceived);
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media));
        _rig.Run(1000);
        Assert.Equal(50, line.Phone.PacketsReceived);
        Assert.All(line.Phone.Heard, sample => Assert.InRange(sample, -8, 8));
    }

    [Theory]
    [InlineData(10, 100)]
    [InlineData(20, 50)]
    [InlineData(30, 33)]
    [InlineData(60, 16)]
    [InlineData(25, 50)]
    [Trait("Req", "RTP1")]
    public void Packets_are_as_long_as_the_peer_wants(int ptimeMs, int packetsASecond)
    {
        Line line = _rig.Open(450);
        _rig.Send(new ConfigureLeg(line.Id, line.Phone.Media with { PtimeMs = ptimeMs }));
        _rig.Run(1000);
        Assert.InRange(line.Phone.PacketsReceived, packetsASecond - 1, packetsASecond);
    }

    [Fact]
    public void Clips_follow_each_other_without_a_gap_and_the_end_is_told_in_the_tick_of_the_last_sample()
    {
        Line line = _rig.Call(450);
        _rig.Run(100);
        int from = line.Phone.Heard.Count;
        _rig.Send(new PlayToLeg(line.Id, 7, [Clips.OfSamples(1000, 1000), Clips.OfSamples(1000, 0), Clips.OfSamples(1000, 601)], Loop: false));
        while (!_rig.Events.OfType<PlaybackEnded>().Any())
        {
            _rig.Step();
        }

        Assert.Equal([new PlaybackEnded(line.Id, 7, Completed: true)], _rig.Events.OfType<PlaybackEnded>());
        int heard = line.Phone.Heard.Count - from;
        Assert.Equal(11 * 160, heard);          // 1601 samples need 11 frames
        short[] voice = [.. line.Phone.Heard.Skip(from).Take(1601)];
        int longestQuiet = 0, quiet = 0;
        foreach (short sample in voice)
        {
            quiet = Math.Abs((int)sample) < 100 ? quiet + 1 : 0;
            longestQuiet = Math.Max(longestQuiet, quiet);
        }

        Assert.True(longestQuiet <= 2, "no gap between clips");
        Assert.All(line.Phone.Heard.Skip(from + 1602), sample => Assert.InRange(sample, -8, 8));
    }

    [Fact]
    public void A_loop_goes_on_until_it_is_stopped()
    {
        Line line = _rig.Call(450);
        _rig.Send(new PlayToLeg(line.Id, 7, [Clips.Tone(1000, 70)], Loop: true));
        _rig.Run(3000);
        Assert.True(line.Phone.LevelOf(1000) > -22);
        Assert.Empty(_rig.Events.OfType<PlaybackEnded>());
        _rig.Send(new StopPlayback(line.Id));
        _rig.Run(200);
        Assert.Equal([new PlaybackEnded(line.Id, 7, Completed: false)], _rig.Events.OfType<PlaybackEnded>());
        Assert.True(line.Phone.LevelOf(1000) < -55);
    }

    [Fact]
    public void A_playback_replaces_the_one_before()
    {
        Line line = _rig.Call(450);
        _rig.Send(new PlayToLeg(line.Id, 1, [Clips.Tone(1000, 5000)], Loop: false));
        _rig.Run(100);
        _rig.Send(new PlayToLeg(line.Id, 2, [Clips.Tone(2000, 100)], Loop: false));
        _rig.Run(300);
        Assert.Equal(
            [new PlaybackEnded(line.Id, 1, Completed: false), new PlaybackEnded(line.Id, 2, Completed: true)],
            _rig.Events.OfType<PlaybackEnded>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_playback_of_nothing_ends_at_the_next_tick(bool loop)
    {
        Line line = _rig.Call(450);
        _rig.Run(100);
        _rig.Send(new PlayToLeg(line.Id, 1, [], loop));
        _rig.Run(20);
        Assert.Equal([new PlaybackEnded(line.Id, 1, Completed: true)], _rig.Events.OfType<PlaybackEnded>());
    }

    [Fact]
    public void A_prompt_lies_over_the_ducked_conference_for_its_listener_alone()
    {
        Line listener = _rig.Call(450, 1), talker = _rig.Call(850, 1), other = _rig.Call(1250, 1);
        _rig.Run(300);
        _rig.Send(new PlayToLeg(listener.Id, 1, [Clips.Tone(2000, 1000)], Loop: false));
        _rig.Run(500);
        Assert.InRange(listener.Phone.LevelOf(2000), -21, -19);
        Assert.InRange(listener.Phone.LevelOf(850), -40, -36);
        Assert.True(listener.Phone.HearsNothingOf(listener.Phone));
        Assert.True(other.Phone.LevelOf(2000) < -55);
        Assert.True(talker.Phone.Hears(listener.Phone));
        _rig.Run(700);
        Assert.True(listener.Phone.Hears(talker.Phone));
    }

    [Fact]
    public void A_clip_at_another_rate_is_refused_where_it_is_sent()
    {
        Line line = _rig.Call(450);
        Assert.Throws<ArgumentException>(() => _rig.Send(new PlayToLeg(line.Id, 1, [new PcmClip(new short[10], 16_000)], Loop: false)));
    }

    [Fact]
    public void A_closed_leg_ends_its_playback_before_it_is_gone()
    {
        Line line = _rig.Call(450);
        _rig.Send(new PlayToLeg(line.Id, 1, [Clips.Tone(2000, 1000)], Loop: false));
        _rig.Run(100);
        _rig.Send(new CloseLeg(line.Id));
        _rig.Run(20);
        int received = line.Phone.PacketsReceived;
        _rig.Run(200);
        Assert.Equal([new PlaybackEnded(line.Id, 1, Completed: false), new LegClosed(line.Id)], _rig.Events.TakeLast(2));
        Assert.Equal(received, line.Phone.PacketsReceived);
        Assert.Equal(0, _rig.Loops[0].Legs);
    }
}
