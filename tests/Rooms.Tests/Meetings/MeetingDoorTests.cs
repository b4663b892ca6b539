using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests.Meetings;

public sealed class MeetingDoorTests
{
    [Fact]
    public void Participants_wait_outside_until_a_moderator_comes_in()
    {
        MeetingBench bench = new();
        ParticipantId early = bench.Enter();
        Assert.Equal(WaitReason.NotStarted, bench.Now.Find(early)!.Waits);
        Assert.Equal(0, bench.Now.AdmittedCount);

        ParticipantId moderator = ParticipantId.NewRandom();
        MeetingStep step = bench.Do(new EnterMeeting(moderator, Role.Moderator, "Mme Martin"));

        Assert.Equal(MeetingOutcome.Admitted, step.Outcome);
        Assert.Collection(
            step.Events,
            e => Assert.IsType<MeetingStarted>(e),
            e => Assert.Equal(moderator, Assert.IsType<ParticipantAdmitted>(e).Participant),
            e => Assert.Equal(early, Assert.IsType<ParticipantAdmitted>(e).Participant));
        Assert.All(bench.Now.Participants, p => Assert.True(p.IsAdmitted));
    }

    [Fact]
    public void The_api_starts_a_meeting_without_a_moderator_on_the_phone()
    {
        MeetingBench bench = new();
        ParticipantId early = bench.Enter();
        Assert.Equal(MeetingOutcome.Done, bench.Do(new StartMeeting(MeetingBench.Desk)).Outcome);
        Assert.True(bench.Now.Find(early)!.IsAdmitted);
        Assert.Equal(MeetingOutcome.Unchanged, bench.Do(new StartMeeting(MeetingBench.Desk)).Outcome);
        ParticipantId late = ParticipantId.NewRandom();
        Assert.Equal(MeetingOutcome.Admitted, bench.Do(new EnterMeeting(late, Role.Participant, "")).Outcome);
    }

    [Fact]
    public void A_waiting_caller_cannot_start_the_meeting()
    {
        MeetingBench bench = new();
        ParticipantId early = bench.Enter();
        Assert.Equal(MeetingOutcome.NotAllowed, bench.Do(new StartMeeting(Actor.Caller(early))).Outcome);
        Assert.Equal(MeetingState.NotStarted, bench.Now.State);
    }

    [Fact]
    public void Without_the_moderator_rule_the_first_caller_starts_the_meeting()
    {
        MeetingBench bench = new(new RoomSettings { RequireModerator = false });
        ParticipantId first = bench.Enter();
        Assert.True(bench.Now.Find(first)!.IsAdmitted);
        Assert.Equal(MeetingState.Running, bench.Now.State);
    }

    [Fact]
    public void Seats_go_first_come_first_served_and_moderators_are_never_refused()
    {
        MeetingBench bench = new(new RoomSettings { MaxParticipants = 2 });
        ParticipantId first = bench.Enter();
        ParticipantId second = bench.Enter();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        Assert.True(bench.Now.Find(moderator)!.IsAdmitted);
        Assert.True(bench.Now.Find(first)!.IsAdmitted);
        Assert.Equal(WaitReason.Full, bench.Now.Find(second)!.Waits);

        ParticipantId another = bench.Enter(Role.Moderator);
        Assert.True(bench.Now.Find(another)!.IsAdmitted);
        Assert.Equal(3, bench.Now.AdmittedCount);

        bench.Do(new LeaveMeeting(another, LeaveReason.HungUp));
        Assert.False(bench.Now.Find(second)!.IsAdmitted);
        bench.Do(new LeaveMeeting(first, LeaveReason.HungUp));
        Assert.True(bench.Now.Find(second)!.IsAdmitted);
    }

    [Fact]
    public void A_full_room_lets_wait_and_a_full_waiting_queue_refuses()
    {
        MeetingBench bench = new(new RoomSettings { MaxParticipants = 2 }, new MeetingRules { MaxWaiting = 1 });
        bench.Enter(Role.Moderator);
        bench.Enter();
        Assert.Equal(MeetingOutcome.Waiting, bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, "")).Outcome);
        Assert.Equal(MeetingOutcome.RefusedFull, bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, "")).Outcome);
    }

    [Fact]
    public void A_locked_meeting_refuses_participants_and_admits_moderators()
    {
        MeetingBench bench = new();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        Assert.Equal(MeetingOutcome.Done, bench.Do(new LockMeeting(Actor.Caller(moderator), true)).Outcome);
        MeetingStep refused = bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, ""));
        Assert.Equal(MeetingOutcome.RefusedLocked, refused.Outcome);
        Assert.Empty(refused.Events);
        Assert.True(bench.EntersAtOnce(Role.Moderator));
        bench.Do(new LockMeeting(MeetingBench.Desk, false));
        Assert.True(bench.EntersAtOnce());
    }

    [Fact]
    public void A_removed_number_is_refused_for_two_minutes_and_a_hidden_one_is_not()
    {
        MeetingBench bench = new();
        bench.Enter(Role.Moderator);
        CallerTag tag = new(1, 2);
        bench.Do(new RemoveParticipant(MeetingBench.Desk, bench.Enter(caller: tag)));
        bench.Do(new RemoveParticipant(MeetingBench.Desk, bench.Enter()));

        MeetingOutcome Knock(CallerTag? caller) =>
            bench.Do(new EnterMeeting(ParticipantId.NewRandom(), Role.Participant, "", null, caller)).Outcome;

        Assert.Equal(MeetingOutcome.RefusedRemoved, Knock(tag));
        Assert.Equal(MeetingOutcome.Admitted, Knock(null));
        Assert.Equal(MeetingOutcome.Admitted, Knock(new CallerTag(1, 3)));
        bench.Wait(TimeSpan.FromMinutes(2));
        Assert.Equal(MeetingOutcome.Admitted, Knock(tag));
    }

    [Fact]
    public void Settings_that_change_hold_for_those_who_wait_already()
    {
        MeetingBench bench = new(new RoomSettings { MaxParticipants = 2 });
        bench.Enter(Role.Moderator);
        bench.Enter();
        ParticipantId third = bench.Enter();
        Assert.False(bench.Now.Find(third)!.IsAdmitted);
        bench.Do(new ChangeSettings(MeetingBench.Desk, new RoomSettings { MaxParticipants = 3, MicsLocked = true }));
        Assert.Equal(MuteCauses.Lock, bench.MutesOf(third));

        MeetingBench closed = new();
        ParticipantId waiting = closed.Enter();
        closed.Do(new ChangeSettings(MeetingBench.Desk, new RoomSettings { RequireModerator = false }));
        Assert.True(closed.Now.Find(waiting)!.IsAdmitted);
    }

    [Fact]
    public void The_same_participant_entering_twice_changes_nothing()
    {
        MeetingBench bench = new();
        ParticipantId id = bench.Enter();
        MeetingStep again = bench.Do(new EnterMeeting(id, Role.Moderator, "?"));
        Assert.Equal(MeetingOutcome.Unchanged, again.Outcome);
        Assert.Empty(again.Events);
    }
}
