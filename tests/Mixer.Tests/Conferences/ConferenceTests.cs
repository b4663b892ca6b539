using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Conferences;

[Trait("Req", "MUTE")]
public sealed class ConferenceTests : IDisposable
{
    private readonly LoopRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Everybody_hears_the_others_and_nobody_hears_himself()
    {
        Line[] lines = [_rig.Call(450, 1), _rig.Call(850, 1, AudioFormat.Pcmu), _rig.Call(1250, 1), _rig.Call(1650, 1, AudioFormat.Pcmu)];
        _rig.Run(500);

        foreach (Line listener in lines)
        {
            foreach (Line talker in lines)
            {
                if (listener == talker)
                {
                    Assert.True(listener.Phone.HearsNothingOf(talker.Phone), $"{listener.Id} hears itself");
                }
                else
                {
                    Assert.InRange(listener.Phone.LevelOf(talker.Phone.ToneHz), -20.5, -19.5);
                }
            }
        }
    }

    [Fact]
    public void Two_conferences_do_not_hear_each_other()
    {
        Line[] red = [_rig.Call(450, 1), _rig.Call(850, 1)];
        Line[] blue = [_rig.Call(1250, 2), _rig.Call(1650, 2)];
        Line alone = _rig.Call(2050);
        _rig.Run(500);

        Assert.True(red[0].Phone.Hears(red[1].Phone));
        Assert.True(blue[1].Phone.Hears(blue[0].Phone));
        Assert.All(red, line => Assert.All([.. blue, alone], other => Assert.True(line.Phone.HearsNothingOf(other.Phone))));
        Assert.All(blue, line => Assert.All([.. red, alone], other => Assert.True(line.Phone.HearsNothingOf(other.Phone))));
        Assert.All(alone.Phone.Heard, sample => Assert.InRange(sample, -8, 8));      // A-law has no zero
    }

    [Fact]
    public void All_who_only_listen_share_one_encoded_frame_a_codec()
    {
        Line talker = _rig.Call(450, 1);
        for (int i = 0; i < 30; i++)
        {
            _rig.Call(1000 + (50 * i), 1, i % 2 == 0 ? AudioFormat.Pcma : AudioFormat.Pcmu).Phone.Talks = false;
        }

        _rig.Run(1000);         // the phones' first packets are long past
        long before = talker.Leg.Conference!.Streams.Encodings;
        _rig.Run(20 * 50);
        Assert.Equal(2 * 50, talker.Leg.Conference!.Streams.Encodings - before);
        Assert.True(_rig.Call(3000, 1).Leg.Quality is not null);
        Assert.True(talker.Leg.IsHeard);
    }

    [Fact]
    public void A_muted_leg_is_heard_by_none_from_the_tick_on_that_the_answer_names()
    {
        Line talker = _rig.Call(450, 1), one = _rig.Call(850, 1), other = _rig.Call(1250, 1, AudioFormat.Pcmu);
        _rig.Run(500);
        _rig.Send(new SetMute(talker.Id, MuteCauses.Moderator, Token: 77));
        int steps = 0;
        while (!_rig.Events.Contains(new MuteApplied(talker.Id, MuteCauses.Moderator, 77)))
        {
            _rig.Step();
            Assert.True(++steps <= 21, "not obeyed within a tick");
        }

        int from = one.Phone.Heard.Count - MediaEngine.SamplesPerFrame;     // the tick that is over is silent already
        _rig.Run(200);
        Assert.True(one.Phone.LevelOf(450, from, frames: 11) < -55);
        Assert.True(other.Phone.HearsNothingOf(talker.Phone));
        Assert.True(one.Phone.Hears(other.Phone));
        Assert.True(talker.Phone.Hears(one.Phone));
        Assert.Contains(new TalkingChanged(talker.Id, false), _rig.Events);

        _rig.Send(new SetMute(talker.Id, MuteCauses.None, Token: 78));
        _rig.Run(200);
        Assert.True(one.Phone.Hears(talker.Phone));
    }

    [Fact]
    public void One_cause_that_holds_is_enough()
    {
        Line talker = _rig.Call(450, 1, mutes: MuteCauses.Self | MuteCauses.Lock), one = _rig.Call(850, 1);
        _rig.Run(300);
        Assert.True(one.Phone.HearsNothingOf(talker.Phone));
        _rig.Send(new SetMute(talker.Id, MuteCauses.Lock, 1));
        _rig.Run(300);
        Assert.True(one.Phone.HearsNothingOf(talker.Phone));
        _rig.Send(new SetMute(talker.Id, MuteCauses.None, 2));
        _rig.Run(300);
        Assert.True(one.Phone.Hears(talker.Phone));
    }

    [Fact]
    public void Many_are_muted_in_one_tick_with_one_answer()
    {
        Line[] lines = [.. Enumerable.Range(0, 8).Select(i => _rig.Call(400 + (200 * i), 1))];
        _rig.Run(500);
        _rig.Send(new SetMutes(new ConferenceId(1), [.. lines.Skip(1).Select(line => new LegMute(line.Id, MuteCauses.Lock))], 5));
        _rig.Run(21);
        Assert.Single(_rig.Events.OfType<MutesApplied>(), new MutesApplied(new ConferenceId(1), 5));
        Assert.Empty(_rig.Events.OfType<MuteApplied>());
        _rig.Run(200);
        Assert.All(lines.Skip(1), muted => Assert.All(lines, line => Assert.True(line.Phone.HearsNothingOf(muted.Phone))));
        Assert.All(lines.Skip(1), line => Assert.True(line.Phone.Hears(lines[0].Phone)));
    }

    [Fact]
    public void Mutes_of_a_conference_that_is_not_there_are_answered_all_the_same()
    {
        Line alone = _rig.Call(450);
        _rig.Send(new SetMutes(new ConferenceId(9), [new LegMute(alone.Id, MuteCauses.Self), new LegMute(new LegId(999), MuteCauses.Self)], 5));
        _rig.Run(1);
        Assert.Contains(new MutesApplied(new ConferenceId(9), 5), _rig.Events);
        Assert.Equal(MuteCauses.Self, alone.Leg.Mutes);
        Assert.Equal(1, _rig.Router.CommandsDropped);
    }

    [Fact]
    public void Talk_gain_changes_what_the_others_hear_and_listen_gain_what_the_leg_hears()
    {
        Line talker = _rig.Call(450, 1), soft = _rig.Call(850, 1), plain = _rig.Call(1250, 1);
        _rig.Send(new SetGains(talker.Id, ListenDb: 0, TalkDb: 6));
        _rig.Send(new SetGains(soft.Id, ListenDb: -10, TalkDb: 0));
        _rig.Run(500);
        Assert.InRange(plain.Phone.LevelOf(450), -14.5, -13.5);
        Assert.InRange(soft.Phone.LevelOf(450), -24.5, -23.5);
        Assert.InRange(soft.Phone.LevelOf(1250), -30.5, -29.5);
        Assert.True(talker.Phone.HearsNothingOf(talker.Phone));
    }

    [Fact]
    public void A_sound_played_to_the_conference_is_heard_by_all_and_ends_by_itself()
    {
        Line[] lines = [_rig.Call(450, 1), _rig.Call(850, 1)];
        _rig.Run(300);
        _rig.Send(new PlayToConference(new ConferenceId(1), Clips.Tone(2000, milliseconds: 250)));
        _rig.Run(200);
        Assert.All(lines, line => Assert.InRange(line.Phone.LevelOf(2000), -20.5, -19.5));
        Assert.True(lines[0].Phone.Hears(lines[1].Phone));
        _rig.Run(200);
        Assert.All(lines, line => Assert.True(line.Phone.LevelOf(2000) < -55));
    }

    [Fact]
    public void The_ninth_sound_at_a_time_is_dropped_and_counted()
    {
        _rig.Call(450, 1);
        for (int i = 0; i < 9; i++)
        {
            _rig.Send(new PlayToConference(new ConferenceId(1), Clips.Tone(2000, milliseconds: 100)));
        }

        _rig.Send(new PlayToConference(new ConferenceId(2), Clips.Tone(2000, milliseconds: 100)));
        _rig.Run(20);
        Assert.Equal(1, _rig.Loops[0].Counters.SoundsDropped);
        Assert.Equal(1, _rig.Router.CommandsDropped);
    }

    [Fact]
    public void Who_leaves_neither_hears_nor_is_heard_and_an_empty_conference_is_gone()
    {
        Line one = _rig.Call(450, 1), other = _rig.Call(850, 1);
        _rig.Run(300);
        _rig.Send(new LeaveConference(one.Id));
        _rig.Run(300);
        Assert.True(one.Phone.HearsNothingOf(other.Phone));
        Assert.True(other.Phone.HearsNothingOf(one.Phone));
        Assert.Equal(1, _rig.Router.Conferences);
        _rig.Send(new CloseLeg(other.Id));
        _rig.Run(20);
        Assert.Equal(0, _rig.Router.Conferences);
        Assert.Equal(1, _rig.Loops[0].Legs);
    }

    [Fact]
    public void Talking_is_told_when_it_begins_and_when_it_ends()
    {
        Line talker = _rig.Call(450, 1);
        talker.Phone.Talks = false;
        _rig.Run(500);
        Assert.Empty(_rig.Events.OfType<TalkingChanged>());
        talker.Phone.Talks = true;
        _rig.Run(100);
        Assert.Equal([new TalkingChanged(talker.Id, true)], _rig.Events.OfType<TalkingChanged>());
        talker.Phone.Talks = false;
        _rig.Run(1000);
        Assert.Equal([new TalkingChanged(talker.Id, true), new TalkingChanged(talker.Id, false)], _rig.Events.OfType<TalkingChanged>());
    }

    [Theory]
    [InlineData(LegDirection.ReceiveOnly)]
    [InlineData(LegDirection.Inactive)]
    [InlineData(LegDirection.SendOnly)]
    public void A_leg_on_hold_is_not_heard_and_sent_to_only_as_the_direction_says(LegDirection direction)
    {
        Line held = _rig.Call(450, 1), other = _rig.Call(850, 1);
        _rig.Run(300);
        _rig.Send(new ConfigureLeg(held.Id, held.Phone.Media with { Direction = direction }));
        _rig.Run(40);
        int received = held.Phone.PacketsReceived;
        _rig.Run(400);
        Assert.True(other.Phone.HearsNothingOf(held.Phone));
        Assert.Equal(direction == LegDirection.SendOnly ? received + 20 : received, held.Phone.PacketsReceived);

        _rig.Send(new ConfigureLeg(held.Id, held.Phone.Media));
        _rig.Run(300);
        Assert.True(other.Phone.Hears(held.Phone));
        Assert.True(held.Phone.Hears(other.Phone));
    }
}
