using PhoneBridge.Rooms.Guessing;

namespace PhoneBridge.Rooms.Tests.Guessing;

[Trait("Req", "PIN")]
public sealed class GuessBrakeTests
{
    private static readonly TimeSpan T0 = TimeSpan.FromHours(3);
    private readonly GuessBrake _brake = new(new GuessBrakeOptions());

    private static GuessSource From(int caller, string trunk = "carrier") => new(new CallerTag(7, (ulong)caller), trunk);

    private static GuessSource Hidden(string trunk = "carrier") => new(null, trunk);

    private GuessStep Wrong(GuessSource source, TimeSpan now, int tryOfCall = 1) =>
        _brake.Count(source, tryOfCall, GuessOutcome.Wrong, now);

    [Fact]
    public void A_call_has_three_tries_and_waits_2_4_and_8_s()
    {
        (double, int)[] answers = [.. Enumerable.Range(1, 4).Select(n => Wrong(From(1), T0, n)).Select(s => (s.Delay.TotalSeconds, s.TriesLeft))];
        Assert.Equal([(2, 2), (4, 1), (8, 0), (8, 0)], answers);
    }

    [Fact]
    public void What_was_not_looked_up_is_answered_like_a_wrong_one()
    {
        for (int n = 1; n <= 3; n++)
        {
            GuessStep wrong = Wrong(From(1), T0, n);
            GuessStep refused = _brake.Count(From(2), n, GuessOutcome.NotLookedUp, T0);
            Assert.Equal((wrong.Delay, wrong.TriesLeft), (refused.Delay, refused.TriesLeft));
            Assert.Null(refused.Record);
        }
    }

    [Fact]
    public void The_ninth_wrong_pin_in_an_hour_silences_a_number_for_a_day()
    {
        TimeSpan now = T0;
        for (int i = 0; i < 9; i++)
        {
            Assert.True(_brake.MayLookUp(From(1), now));
            Wrong(From(1), now);
            now += TimeSpan.FromMinutes(7);
        }

        TimeSpan last = now - TimeSpan.FromMinutes(7);
        Assert.False(_brake.MayLookUp(From(1), now));
        Assert.True(_brake.MayLookUp(From(2), now));
        Assert.False(_brake.MayLookUp(From(1), last + TimeSpan.FromHours(24) - TimeSpan.FromTicks(1)));
        Assert.True(_brake.MayLookUp(From(1), last + TimeSpan.FromHours(24)));
    }

    [Fact]
    public void Eight_an_hour_are_never_silenced()
    {
        for (int i = 0; i < 500; i++)
        {
            TimeSpan now = T0 + (i * TimeSpan.FromMinutes(7.5));
            Assert.True(_brake.MayLookUp(From(1), now));
            Wrong(From(1), now);
        }
    }

    [Fact]
    public void A_right_pin_gives_no_wrong_one_back_and_does_not_lift_the_quarantine()
    {
        for (int i = 0; i < 9; i++)
        {
            _brake.Count(From(1), 1, GuessOutcome.Right, T0);
            Wrong(From(1), T0);
        }

        Assert.False(_brake.MayLookUp(From(1), T0));
    }

    [Fact]
    public void Hidden_numbers_share_thirty_a_minute_over_all_trunks()
    {
        for (int i = 0; i < 30; i++)
        {
            Assert.True(_brake.MayLookUp(Hidden($"t{i % 3}"), T0));
            Wrong(Hidden($"t{i % 3}"), T0);
        }

        Assert.False(_brake.MayLookUp(Hidden("t9"), T0 + TimeSpan.FromSeconds(59)));
        Assert.True(_brake.MayLookUp(From(1, "t9"), T0));
        Assert.True(_brake.MayLookUp(Hidden("t9"), T0 + TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void A_trunk_has_sixty_a_minute_which_stop_strangers_and_not_known_callers()
    {
        _brake.Count(From(1000), 1, GuessOutcome.Right, T0);
        for (int i = 0; i < 60; i++)
        {
            Assert.True(_brake.MayLookUp(From(i), T0));
            Wrong(From(i), T0);
        }

        Assert.False(_brake.MayLookUp(From(2000), T0));
        Assert.True(_brake.MayLookUp(From(1000), T0));
        Assert.True(_brake.MayLookUp(From(2000, "other"), T0));
        Assert.True(_brake.MayLookUp(From(2000), T0 + TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void The_alarm_comes_above_120_a_minute_and_goes_with_the_minute()
    {
        for (int i = 0; i < 120; i++)
        {
            Wrong(From(i, $"t{i % 4}"), T0);
        }

        Assert.False(_brake.IsAlarmed(T0));
        Wrong(From(500, "t9"), T0);
        Assert.True(_brake.IsAlarmed(T0 + TimeSpan.FromSeconds(59)));
        Assert.False(_brake.IsAlarmed(T0 + TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void Nine_oclock_mistypes_do_not_raise_the_alarm()
    {
        for (int i = 0; i < 1000; i++)
        {
            _brake.Count(From(i), 1, GuessOutcome.Right, T0);
        }

        for (int i = 0; i < 200; i++)
        {
            Wrong(From(i, $"t{i % 5}"), T0);
        }

        Assert.False(_brake.IsAlarmed(T0));
        Wrong(From(1), T0);
        Assert.True(_brake.IsAlarmed(T0));
    }

    [Fact]
    public void During_the_alarm_strangers_have_one_try_and_known_callers_three()
    {
        _brake.Count(From(1), 1, GuessOutcome.Right, T0);
        for (int i = 0; i < 130; i++)
        {
            _brake.Count(Hidden(), 1, GuessOutcome.NotLookedUp, T0);
        }

        Assert.Equal(0, Wrong(From(2), T0).TriesLeft);
        Assert.Equal(2, Wrong(From(1), T0).TriesLeft);
    }

    [Fact]
    public void The_journal_makes_the_brake_what_it_was()
    {
        GuessBrake before = new(new GuessBrakeOptions());
        List<(TimeSpan At, GuessRecord Record)> journal = [];
        Random random = new(41);
        TimeSpan now = T0;
        for (int i = 0; i < 20_000; i++)
        {
            now += TimeSpan.FromSeconds(random.NextDouble() * 4);
            GuessSource source = random.Next(8) == 0 ? Hidden() : From(random.Next(400), $"t{random.Next(3)}");
            GuessOutcome outcome = !before.MayLookUp(source, now) ? GuessOutcome.NotLookedUp
                : random.Next(10) == 0 ? GuessOutcome.Right : GuessOutcome.Wrong;
            if (before.Count(source, 1, outcome, now).Record is { } record)
            {
                journal.Add((now, record));
            }
        }

        // The new process has another monotonic clock, which begins near zero.
        GuessBrake after = new(new GuessBrakeOptions());
        TimeSpan restart = TimeSpan.FromSeconds(5);
        foreach ((TimeSpan at, GuessRecord record) in journal)
        {
            after.Restore(record, now - at, restart);
        }

        int refused = 0;
        foreach (TimeSpan later in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.FromHours(2), TimeSpan.FromHours(23) })
        {
            for (int caller = 0; caller < 400; caller++)
            {
                bool expected = before.MayLookUp(From(caller, "t1"), now + later);
                refused += expected ? 0 : 1;
                Assert.Equal(expected, after.MayLookUp(From(caller, "t1"), restart + later));
            }
        }

        Assert.InRange(refused, 100, 1500);
    }

    [Fact]
    public void A_clock_that_went_back_restores_a_line_as_of_now()
    {
        for (int i = 0; i < 9; i++)
        {
            _brake.Restore(new GuessRecord(GuessRecordKind.Wrong, From(1)), TimeSpan.FromHours(-5), T0);
        }

        Assert.False(_brake.MayLookUp(From(1), T0 + TimeSpan.FromHours(23)));
        Assert.True(_brake.MayLookUp(From(1), T0 + TimeSpan.FromHours(24)));
    }
}
