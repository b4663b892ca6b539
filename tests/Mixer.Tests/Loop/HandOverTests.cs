using CsCheck;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Loop;

public sealed class HandOverTests
{
    // Conferences spread over the loops by load, so that a leg that wanders between eight of them changes its loop again and again.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_leg_that_wanders_between_loops_neither_loses_nor_doubles_a_frame(int seed)
    {
        Random random = new(seed);
        using LoopRig rig = new(loops: 4, orderSeed: seed);
        for (int conference = 1; conference <= 8; conference++)
        {
            rig.Call(300 + (50 * conference), conference);
        }

        Line wanderer = rig.Call(2500, 1);
        wanderer.Phone.KeepsHeaders = true;
        HashSet<object?> owners = [];
        int moves = 0, start = -1;
        for (int ms = 0; ms < 20_000; ms++)
        {
            if (random.Next(40) == 0)
            {
                rig.Send(new JoinConference(wanderer.Id, new ConferenceId(random.Next(1, 9)), MuteCauses.None));
                moves++;
            }

            rig.Step();
            owners.Add(wanderer.Leg.Owner);
            start = start < 0 && wanderer.Phone.PacketsReceived > 0 ? ms : start;
        }

        owners.Remove(null);
        Assert.Equal(4, owners.Count);
        Assert.True(moves > 300);
        List<RtpHeader> headers = wanderer.Phone.Headers;
        for (int i = 1; i < headers.Count; i++)
        {
            Assert.Equal(1, headers[i].Sequence - headers[i - 1].Sequence);
            Assert.Equal(160, headers[i].Timestamp - headers[i - 1].Timestamp);
            Assert.Equal(headers[0].Ssrc, headers[i].Ssrc);
        }

        // Each move may shift the phase by up to half a frame one way or the other, and never by a frame.
        Assert.InRange(headers.Count * 20, (20_000 - start) * 0.9, (20_000 - start) * 1.1);
        Assert.Equal(0, wanderer.Leg.Owner!.Counters.CaughtUp);
    }

    [Fact]
    public void Commands_of_a_leg_keep_their_order_across_loops() => Gen.Select(Gen.Int[0, 10_000], Gen.Int[1, 4].Array[1, 60]).Sample((seed, actions) =>
    {
        using LoopRig rig = new(loops: 3, orderSeed: seed);
        for (int conference = 1; conference <= 6; conference++)
        {
            rig.Call(300 + (50 * conference), conference);
        }

        Line line = rig.Call(2500);
        Random random = new(seed);
        List<long> tokens = [];
        MuteCauses last = MuteCauses.None;
        foreach (int action in actions)
        {
            if (action == 1)
            {
                last = (MuteCauses)random.Next(8);
                rig.Send(new JoinConference(line.Id, new ConferenceId(random.Next(1, 7)), last));
            }
            else if (action == 4)
            {
                rig.Step();
            }
            else
            {
                last = (MuteCauses)random.Next(8);
                tokens.Add(tokens.Count);
                rig.Send(new SetMute(line.Id, last, tokens.Count - 1));
            }
        }

        rig.Run(60);
        Assert.Equal(tokens, rig.Events.OfType<MuteApplied>().Select(e => e.Token));
        Assert.Equal(last, line.Leg.Mutes);
    }, iter: 200);

    [Fact]
    public void Mutes_of_a_conference_reach_a_leg_that_is_still_on_its_way()
    {
        using LoopRig rig = new(loops: 2);
        Line here = rig.Call(450, 1), there = rig.Call(850, 2);
        rig.Run(100);
        Assert.NotSame(here.Leg.Owner, there.Leg.Owner);
        rig.Send(new JoinConference(here.Id, new ConferenceId(2), MuteCauses.None));
        rig.Send(new SetMutes(new ConferenceId(2), [new LegMute(here.Id, MuteCauses.Lock)], 1));
        rig.Run(400);
        Assert.Equal(MuteCauses.Lock, here.Leg.Mutes);
        Assert.Same(there.Leg.Owner, here.Leg.Owner);
        Assert.True(there.Phone.HearsNothingOf(here.Phone));
        Assert.True(here.Phone.Hears(there.Phone));
    }

    [Fact]
    public void A_leg_closed_right_after_it_was_sent_to_another_loop_is_closed_once()
    {
        using LoopRig rig = new(loops: 2);
        rig.Call(450, 1);
        Line line = rig.Call(850, 2);
        rig.Run(100);
        rig.Send(new JoinConference(line.Id, new ConferenceId(1), MuteCauses.None));
        rig.Send(new CloseLeg(line.Id));
        rig.Send(new SetMute(line.Id, MuteCauses.None, 5));
        rig.Run(100);
        Assert.Single(rig.Events.OfType<LegClosed>());
        Assert.Equal(1, rig.Router.CommandsDropped);
        Assert.Equal(1, rig.Loops.Sum(loop => loop.Legs));
        Assert.Equal(1, rig.Router.Conferences);
    }

    [Fact]
    public void Periods_that_were_missed_are_left_out_of_the_timestamps()
    {
        using LoopRig rig = new();
        Line line = rig.Call(450, 1);
        line.Phone.KeepsHeaders = true;
        rig.Run(200);
        rig.Miss(periods: 5);
        rig.Run(200);
        int jumps = 0;
        for (int i = 1; i < line.Phone.Headers.Count; i++)
        {
            Assert.Equal(1, line.Phone.Headers[i].Sequence - line.Phone.Headers[i - 1].Sequence);
            int step = line.Phone.Headers[i].Timestamp - line.Phone.Headers[i - 1].Timestamp;
            jumps += step == 6 * 160 ? 1 : 0;
            Assert.True(step is 160 or 6 * 160);
        }

        Assert.Equal(1, jumps);
    }

    [Fact]
    public void A_loop_that_is_late_and_catches_up_loses_nothing()
    {
        using LoopRig rig = new();
        Line line = rig.Call(450, 1), other = rig.Call(850, 1);
        line.Phone.KeepsHeaders = true;
        rig.Run(300);
        rig.Lateness = TimeSpan.FromMilliseconds(39);
        rig.Run(100);
        rig.Lateness = TimeSpan.Zero;
        rig.Run(300);
        for (int i = 1; i < line.Phone.Headers.Count; i++)
        {
            Assert.Equal(160, line.Phone.Headers[i].Timestamp - line.Phone.Headers[i - 1].Timestamp);
        }

        Assert.True(line.Phone.Hears(other.Phone, frames: 25));
    }
}
