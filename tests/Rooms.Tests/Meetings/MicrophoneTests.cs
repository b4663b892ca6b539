using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests.Meetings;

[Trait("Req", "MUTE")]
public sealed class MicrophoneTests
{
    private readonly MeetingBench _bench = new();
    private readonly ParticipantId _moderator;
    private readonly ParticipantId _caller;

    public MicrophoneTests()
    {
        _moderator = _bench.Enter(Role.Moderator);
        _caller = _bench.Enter();
    }

    private MeetingOutcome Toggle() => _bench.Do(new ToggleMicrophone(_caller)).Outcome;

    private MeetingStep SetMute(bool isMuted) => _bench.Do(new SetModeratorMute(MeetingBench.Desk, _caller, isMuted));

    [Fact]
    public void The_key_closes_and_opens()
    {
        Toggle();
        Assert.Equal(MuteCauses.Self, _bench.MutesOf(_caller));
        Toggle();
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_caller));
    }

    [Fact]
    public void A_muted_caller_opens_again_by_key_when_microphones_are_not_locked()
    {
        MeetingStep step = SetMute(true);
        MutesChanged changed = Assert.IsType<MutesChanged>(Assert.Single(step.Events));
        Assert.Equal(MeetingBench.Desk, changed.By);
        Assert.Equal(new MuteChange(_caller, MuteCauses.None, MuteCauses.Moderator), Assert.Single(changed.Changes));
        Assert.Equal(MeetingOutcome.Unchanged, SetMute(true).Outcome);
        Assert.Equal(MeetingOutcome.Done, Toggle());
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_caller));
    }

    [Fact]
    public void Unmuting_asks_the_caller_and_opens_nothing_itself()
    {
        SetMute(true);
        MeetingStep asked = SetMute(false);
        Assert.Equal(MeetingOutcome.CallerAsked, asked.Outcome);
        Assert.True(Assert.IsType<UnmuteAskChanged>(Assert.Single(asked.Events)).IsAsked);
        Assert.Equal(MuteCauses.Moderator, _bench.MutesOf(_caller));
        Toggle();
        Participant open = _bench.Now.Find(_caller)!;
        Assert.Equal(MuteCauses.None, open.Mutes);
        Assert.False(open.IsAskedToUnmute);
        Assert.Equal(MeetingOutcome.Unchanged, SetMute(false).Outcome);
    }

    [Fact]
    public void A_locked_microphone_stays_closed_until_the_caller_is_asked()
    {
        _bench.Do(new LockMicrophones(Actor.Caller(_moderator), true));
        Assert.Equal(MuteCauses.Lock, _bench.MutesOf(_caller));
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_moderator));
        Assert.Equal(MeetingOutcome.MicrophonesLocked, Toggle());
        SetMute(false);
        Assert.Equal(MeetingOutcome.Done, Toggle());
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_caller));

        SetMute(true);
        Assert.Equal(MuteCauses.Moderator | MuteCauses.Lock, _bench.MutesOf(_caller));
        Assert.Equal(MeetingOutcome.MicrophonesLocked, Toggle());
    }

    [Fact]
    public void Locking_again_takes_back_what_was_granted_and_what_was_asked()
    {
        _bench.Do(new LockMicrophones(MeetingBench.Desk, true));
        SetMute(false);
        Toggle();
        ParticipantId second = _bench.Enter();
        _bench.Do(new SetModeratorMute(MeetingBench.Desk, second, false));
        Assert.Equal(MeetingOutcome.Done, _bench.Do(new LockMicrophones(MeetingBench.Desk, true)).Outcome);
        Assert.Equal(MuteCauses.Lock, _bench.MutesOf(_caller));
        Assert.False(_bench.Now.Find(second)!.IsAskedToUnmute);
        Assert.Equal(MeetingOutcome.MicrophonesLocked, _bench.Do(new ToggleMicrophone(second)).Outcome);
    }

    [Fact]
    public void Lifting_the_lock_opens_no_microphone()
    {
        _bench.Do(new LockMicrophones(MeetingBench.Desk, true));
        _bench.Do(new LockMicrophones(MeetingBench.Desk, false));
        Assert.Equal(MuteCauses.Moderator, _bench.MutesOf(_caller));
        Toggle();
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_caller));
    }

    [Fact]
    public void Mute_all_closes_everyone_but_moderators_in_one_event()
    {
        ParticipantId second = _bench.Enter();
        MeetingStep step = _bench.Do(new MuteAll(Actor.Caller(_moderator)));
        MutesChanged changed = Assert.IsType<MutesChanged>(Assert.Single(step.Events));
        Assert.Equal([_caller, second], changed.Changes.Select(c => c.Participant));
        Assert.Equal(MuteCauses.None, _bench.MutesOf(_moderator));
        Assert.Equal(MeetingOutcome.Unchanged, _bench.Do(new MuteAll(Actor.Caller(_moderator))).Outcome);
    }

    [Fact]
    public void A_participant_has_no_moderators_keys()
    {
        Actor caller = Actor.Caller(_caller);
        MeetingCommand[] forbidden =
        [
            new MuteAll(caller), new LockMicrophones(caller, true), new LockMeeting(caller, true), new EndMeeting(caller),
            new SetModeratorMute(caller, _moderator, true), new RemoveParticipant(caller, _moderator),
            new RenameParticipant(caller, _moderator, "x"), new ChangeSettings(caller, new RoomSettings { MaxParticipants = 9 }),
        ];
        Assert.All(forbidden, command =>
        {
            MeetingStep step = _bench.Do(command);
            Assert.Equal(MeetingOutcome.NotAllowed, step.Outcome);
            Assert.Empty(step.Events);
        });
    }

    [Theory]
    [InlineData(false, false, MuteCauses.None)]
    [InlineData(true, false, MuteCauses.Self)]
    [InlineData(false, true, MuteCauses.Lock)]
    [InlineData(true, true, MuteCauses.Self | MuteCauses.Lock)]
    public void Admission_carries_the_microphones_state_from_waiting_too(bool muteOnEntry, bool locked, MuteCauses expected)
    {
        MeetingBench bench = new(new RoomSettings { MuteOnEntry = muteOnEntry, MicsLocked = locked });
        ParticipantId waited = bench.Enter();
        ParticipantId moderator = bench.Enter(Role.Moderator);
        ParticipantId late = bench.Enter();
        ParticipantAdmitted[] admissions = [.. bench.Events.OfType<ParticipantAdmitted>()];
        Assert.Equal(
            [(moderator, MuteCauses.None), (waited, expected), (late, expected)],
            admissions.Select(a => (a.Participant, a.Mutes)));
        Assert.Empty(bench.Events.OfType<MutesChanged>());
    }

    [Fact]
    public void Who_is_muted_or_on_hold_does_not_talk()
    {
        _bench.Do(new ReportTalking(_caller, true));
        Assert.True(_bench.Now.Find(_caller)!.IsTalking);
        SetMute(true);
        Assert.False(_bench.Now.Find(_caller)!.IsTalking);
        Assert.Empty(_bench.Do(new ReportTalking(_caller, true)).Events);
        Toggle();
        _bench.Do(new ReportTalking(_caller, true));
        _bench.Do(new ReportHold(_caller, true));
        Assert.False(_bench.Now.Find(_caller)!.IsTalking);
        Assert.True(_bench.Now.Find(_caller)!.IsOnHold);
    }

    [Fact]
    public void A_waiting_caller_has_no_microphone()
    {
        MeetingBench closed = new();
        ParticipantId waiting = closed.Enter();
        Assert.Equal(MeetingOutcome.NotAdmitted, closed.Do(new ToggleMicrophone(waiting)).Outcome);
        Assert.Equal(MeetingOutcome.NotAdmitted, closed.Do(new ReportTalking(waiting, true)).Outcome);
        Assert.Equal(MeetingOutcome.UnknownParticipant, closed.Do(new ToggleMicrophone(ParticipantId.NewRandom())).Outcome);
    }
}
