using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests.Meetings;

[Trait("Req", "DLG14")]
public sealed class MeetingLifeTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public void All_are_warned_at_ten_and_two_minutes_and_the_meeting_then_ends()
    {
        MeetingBench bench = new();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        TimeSpan end = TimeSpan.FromMinutes(280);
        Assert.Equal(TestRooms.T0 + end - TimeSpan.FromMinutes(10), bench.Meeting.Deadline);
        Assert.Empty(bench.Wait(end - TimeSpan.FromMinutes(10) - Tick).Events);
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.IsType<DurationWarning>(Assert.Single(bench.Wait(Tick).Events)).Remaining);
        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<DurationWarning>(Assert.Single(bench.Wait(TimeSpan.FromMinutes(8)).Events)).Remaining);
        Assert.Empty(bench.Wait(TimeSpan.FromMinutes(2) - Tick).Events);
        Assert.Collection(
            bench.Wait(Tick).Events,
            e => Assert.Equal((moderator, LeaveReason.MeetingEnded), Left(e)),
            e => Assert.Equal(EndReason.MaxDuration, Assert.IsType<MeetingEnded>(e).Reason));
        Assert.Null(bench.Meeting.Deadline);
        Assert.Equal(MeetingOutcome.Ended, bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Moderator, "")).Outcome);
    }

    [Fact]
    public void A_short_meeting_is_not_warned_of_more_than_it_lasts()
    {
        MeetingBench bench = new(new RoomSettings { MaxDuration = TimeSpan.FromMinutes(5) });
        bench.Enter(Role.Moderator);
        Assert.Empty(bench.Wait(TimeSpan.FromMinutes(3) - Tick).Events);
        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<DurationWarning>(Assert.Single(bench.Wait(Tick).Events)).Remaining);
    }

    [Fact]
    public void A_late_wake_gives_only_the_warning_that_is_still_true()
    {
        MeetingBench bench = new();
        bench.Enter(Role.Moderator);
        Assert.Equal(
            TimeSpan.FromMinutes(2),
            Assert.IsType<DurationWarning>(Assert.Single(bench.Wait(TimeSpan.FromMinutes(279)).Events)).Remaining);
    }

    [Fact]
    public void A_lengthened_meeting_is_warned_anew()
    {
        MeetingBench bench = new(new RoomSettings { MaxDuration = TimeSpan.FromMinutes(30) });
        bench.Enter(Role.Moderator);
        bench.Wait(TimeSpan.FromMinutes(20));
        bench.Do(new ChangeSettings(MeetingBench.Desk, new RoomSettings { MaxDuration = TimeSpan.FromMinutes(60) }));
        bench.Wait(TimeSpan.FromMinutes(30));
        Assert.Equal(2, bench.Events.OfType<DurationWarning>().Count(w => w.Remaining == TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void What_was_due_comes_before_the_command_that_came_late()
    {
        MeetingBench bench = new();
        bench.Enter(Role.Moderator);
        bench.WaitWithoutWaking(TimeSpan.FromMinutes(281));
        MeetingStep step = bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, ""));
        Assert.Equal(MeetingOutcome.Ended, step.Outcome);
        Assert.IsType<MeetingEnded>(step.Events[^1]);
    }

    [Fact]
    public void The_meeting_goes_on_when_the_last_moderator_leaves()
    {
        MeetingBench bench = new();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        ParticipantId caller = bench.Enter();
        bench.Do(new LeaveMeeting(moderator, LeaveReason.HungUp));
        bench.Wait(TimeSpan.FromMinutes(30));
        Assert.Equal(MeetingState.Running, bench.Now.State);
        Assert.True(bench.EntersAtOnce());
        Assert.True(bench.Now.Find(caller)!.IsAdmitted);
    }

    [Fact]
    public void An_empty_meeting_ends_after_its_grace_and_a_return_within_it_saves_it()
    {
        MeetingBench bench = new();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        bench.Do(new LeaveMeeting(moderator, LeaveReason.LineLost));
        bench.Wait(TimeSpan.FromSeconds(59));
        ParticipantId back = bench.Enter();
        Assert.True(bench.Now.Find(back)!.IsAdmitted);
        bench.Wait(TimeSpan.FromSeconds(59));
        bench.Do(new LeaveMeeting(back, LeaveReason.LeftByKey));
        Assert.Empty(bench.Wait(TimeSpan.FromSeconds(60) - Tick).Events);
        Assert.Equal(EndReason.Empty, Assert.IsType<MeetingEnded>(Assert.Single(bench.Wait(Tick).Events)).Reason);
    }

    [Fact]
    public void A_meeting_started_by_the_api_waits_half_an_hour_for_the_first_one()
    {
        MeetingBench bench = new();
        bench.Do(new LeaveMeeting(bench.Enter(), LeaveReason.HungUp));
        bench.Wait(TimeSpan.FromSeconds(50));
        bench.Do(new StartMeeting(MeetingBench.Desk));
        bench.Wait(TimeSpan.FromMinutes(30) - Tick);
        Assert.Equal(MeetingState.Running, bench.Now.State);
        bench.Wait(Tick);
        Assert.Equal(MeetingState.Ended, bench.Now.State);
    }

    [Fact]
    public void Who_waited_as_long_as_the_room_allows_is_let_go()
    {
        MeetingBench bench = new();
        ParticipantId patient = bench.Enter();
        Assert.Equal(TestRooms.T0 + TimeSpan.FromMinutes(30), bench.Meeting.Deadline);
        MeetingStep step = bench.Wait(TimeSpan.FromMinutes(30));
        Assert.Equal((patient, LeaveReason.WaitedTooLong), Left(Assert.Single(step.Events)));
    }

    [Fact]
    public void The_moderator_ends_the_meeting_for_those_who_wait_too()
    {
        MeetingBench bench = new(new RoomSettings { MaxParticipants = 2 });
        ParticipantId moderator = bench.Enter(Role.Moderator);
        bench.Enter();
        bench.Enter();
        MeetingStep step = bench.Do(new EndMeeting(Actor.Caller(moderator)));
        Assert.Equal([true, true, false], step.Events.OfType<ParticipantLeft>().Select(l => l.WasAdmitted));
        Assert.Equal(EndReason.ByModerator, bench.Now.EndReason);
        Assert.Empty(bench.Now.Participants);
        Assert.Equal(0, bench.Now.AdmittedCount);
    }

    [Fact]
    public void Labels_are_cleaned_and_cut()
    {
        MeetingBench bench = new();
        ParticipantId id = bench.Enter(Role.Moderator);
        bench.Do(new RenameParticipant(MeetingBench.Desk, id, "  Anne\r\n\u202eMarie  " + new string('x', 100_000)));
        Assert.StartsWith("Anne Marie", bench.Now.Find(id)!.Label, StringComparison.Ordinal);
        Assert.Equal(80, bench.Now.Find(id)!.Label.Length);
        Assert.Equal(MeetingOutcome.UnknownParticipant, bench.Do(new RenameParticipant(MeetingBench.Desk, ParticipantId.NewRandom(), "x")).Outcome);
    }

    [Fact]
    public void A_clock_that_goes_back_makes_no_negative_times()
    {
        MeetingBench bench = new();
        bench.Wait(TimeSpan.FromSeconds(10));
        bench.WaitWithoutWaking(TimeSpan.FromSeconds(-5));
        ParticipantId id = bench.Enter();
        Assert.Equal(TimeSpan.FromSeconds(10), bench.Now.Find(id)!.ArrivedAt.Elapsed);
    }

    private static (ParticipantId, LeaveReason) Left(MeetingEvent happened)
    {
        ParticipantLeft left = Assert.IsType<ParticipantLeft>(happened);
        return (left.Participant, left.Reason);
    }
}
