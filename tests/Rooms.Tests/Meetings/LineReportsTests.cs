using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests.Meetings;

/// <summary>What the mixer reports of someone's line, and what a moderator may do about it.</summary>
public sealed class LineReportsTests
{
    private readonly MeetingBench _bench = new();
    private readonly ParticipantId _moderator;
    private readonly ParticipantId _caller;

    public LineReportsTests()
    {
        _moderator = _bench.Enter(Role.Moderator);
        _caller = _bench.Enter();
    }

    [Fact]
    public void A_disturbance_is_told_once_with_the_name_in_the_list_and_shows_until_it_is_over()
    {
        _bench.Do(new RenameParticipant(MeetingBench.Desk, _caller, "Anne"));
        DuckChanged told = Assert.IsType<DuckChanged>(Assert.Single(_bench.Do(new ReportDisturbance(_caller, DisturbingSound.Music)).Events));
        Assert.Equal((ActorKind.Bridge, _caller, "Anne", DisturbingSound.Music), (told.By.Kind, told.Participant, told.Label, told.Sound));
        Assert.Equal(DisturbingSound.Music, _bench.Now.Find(_caller)!.Disturbance);
        Assert.Equal(MeetingOutcome.Unchanged, _bench.Do(new ReportDisturbance(_caller, DisturbingSound.Music)).Outcome);
        Assert.Single(_bench.Do(new ReportDisturbance(_caller, DisturbingSound.None)).Events);
        Assert.Equal(DisturbingSound.None, _bench.Now.Find(_caller)!.Disturbance);
    }

    [Fact]
    public void A_moderator_or_the_desk_has_a_ducked_line_heard_again_and_others_may_not()
    {
        _bench.Do(new ReportDisturbance(_caller, DisturbingSound.Tone));
        Assert.Equal(MeetingOutcome.NotAllowed, _bench.Do(new Unduck(Actor.Caller(_caller), _caller)).Outcome);
        DuckChanged lifted = Assert.IsType<DuckChanged>(Assert.Single(_bench.Do(new Unduck(MeetingBench.Desk, _caller)).Events));
        Assert.Equal((MeetingBench.Desk, DisturbingSound.None), (lifted.By, lifted.Sound));
        Assert.Equal(MeetingOutcome.Unchanged, _bench.Do(new Unduck(MeetingBench.Desk, _caller)).Outcome);

        _bench.Do(new ReportDisturbance(_caller, DisturbingSound.Noise));
        Assert.Equal(MeetingOutcome.Done, _bench.Do(new Unduck(Actor.Caller(_moderator), _caller)).Outcome);
    }

    [Fact]
    public void A_line_that_turns_bad_and_good_is_told_at_each_turn()
    {
        Assert.True(Assert.IsType<LineChanged>(Assert.Single(_bench.Do(new ReportLine(_caller, true)).Events)).IsBad);
        Assert.Equal(MeetingOutcome.Unchanged, _bench.Do(new ReportLine(_caller, true)).Outcome);
        Assert.True(_bench.Now.Find(_caller)!.IsLineBad);
        Assert.False(Assert.IsType<LineChanged>(Assert.Single(_bench.Do(new ReportLine(_caller, false)).Events)).IsBad);
    }

    [Fact]
    public void Of_one_who_is_not_there_nothing_is_told()
    {
        ParticipantId stranger = ParticipantId.NewRandom();
        foreach (MeetingCommand command in (MeetingCommand[])[
            new ReportDisturbance(stranger, DisturbingSound.Tone), new Unduck(MeetingBench.Desk, stranger), new ReportLine(stranger, true)])
        {
            MeetingStep step = _bench.Do(command);
            Assert.Equal((MeetingOutcome.UnknownParticipant, 0), (step.Outcome, step.Events.Count));
        }
    }

    [Fact]
    public void What_was_reported_while_waiting_is_there_after_admission()
    {
        MeetingBench bench = new(new RoomSettings { RequireModerator = true });
        ParticipantId waiting = bench.Enter();
        bench.Do(new ReportDisturbance(waiting, DisturbingSound.Noise));
        bench.Do(new ReportLine(waiting, true));
        bench.Enter(Role.Moderator);
        Participant admitted = bench.Now.Find(waiting)!;
        Assert.Equal((true, DisturbingSound.Noise, true), (admitted.IsAdmitted, admitted.Disturbance, admitted.IsLineBad));
    }
}
