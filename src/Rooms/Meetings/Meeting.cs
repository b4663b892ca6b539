using System.Collections.Immutable;
using System.Diagnostics;

namespace PhoneBridge.Rooms.Meetings;

/// <summary>One live run of a room: commands and time go in, events and the next deadline come out.</summary>
/// <remarks>
/// Sans-IO and not thread safe: one owner runs it and calls <see cref="OnTime"/> when <see cref="Deadline"/> has come. All that
/// others may see is in <see cref="Snapshot"/>, which is the fold (<see cref="MeetingFold"/>) of the events returned so far.
/// States: NotStarted, Running, Ended; see docs/rooms.md for the picture.
/// </remarks>
public sealed class Meeting
{
    private readonly MeetingRules _rules;
    private readonly TimeSpan _origin;
    private readonly MeetingTimers _timers;
    private readonly Dictionary<ParticipantId, CallerTag> _callers = [];
    private readonly Dictionary<CallerTag, TimeSpan> _removed = [];
    private List<MeetingEvent> _events = [];
    private MeetingInstant _now;

    /// <summary>Opens a meeting that nobody has come to yet.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="room">The room; its settings hold until they change.</param>
    /// <param name="rules">What holds for every meeting.</param>
    /// <param name="now">The moment of opening.</param>
    public Meeting(MeetingId id, Room room, MeetingRules rules, MeetingTime now)
    {
        _rules = rules;
        _origin = now.Monotonic;
        _now = new MeetingInstant(TimeSpan.Zero, now.Wall);
        Snapshot = new MeetingSnapshot
        {
            Meeting = id,
            Room = room.Id,
            OpenedAt = now.Wall,
            Settings = room.Settings,
            AreMicrophonesLocked = room.Settings.MicsLocked,
        };
        _timers = new MeetingTimers(rules);
        _timers.Update(Snapshot, _now.Elapsed);
    }

    /// <summary>The meeting as it is. Replaced, never changed: may be handed to any thread.</summary>
    public MeetingSnapshot Snapshot { get; private set; }

    /// <summary>When <see cref="OnTime"/> must next be called, on the monotonic clock of the commands; null when it need not be.</summary>
    public TimeSpan? Deadline => Snapshot.State == MeetingState.Ended ? null : _origin + _timers.Next;

    /// <summary>Carries out what is due by now. Early calls do nothing.</summary>
    public MeetingStep OnTime(MeetingTime now)
    {
        Begin(now);
        return Finish(MeetingOutcome.Done);
    }

    /// <summary>Carries out what is due by now, and then the command.</summary>
    public MeetingStep Apply(MeetingCommand command, MeetingTime now)
    {
        Begin(now);
        return Finish(Snapshot.State == MeetingState.Ended ? MeetingOutcome.Ended : Decide(command));
    }

    private void Begin(MeetingTime now)
    {
        TimeSpan elapsed = now.Monotonic - _origin;
        _events = [];
        _now = new MeetingInstant(elapsed > _now.Elapsed ? elapsed : _now.Elapsed, now.Wall);
        RunTimers();
    }

    private MeetingStep Finish(MeetingOutcome outcome)
    {
        _timers.Update(Snapshot, _now.Elapsed);
        return new MeetingStep(outcome, _events);
    }

    private MeetingOutcome Decide(MeetingCommand command) => command switch
    {
        EnterMeeting c => Enter(c),
        LeaveMeeting c => Leave(c.Participant, c.Reason, c.By),
        ToggleMicrophone c => Toggle(c),
        ReportTalking c => Report(c),
        ReportHold c => Report(c),
        ReportDisturbance c => Duck(c.Participant, c.Sound, c.By),
        ReportLine c => Report(c),
        ReportDialOut c => Emit((revision, at) => new DialOutChanged(revision, at, c.By, c.Call, c.MaskedNumber, c.State, c.Result)),
        _ when !MayModerate(command.By) => MeetingOutcome.NotAllowed,
        StartMeeting c => Start(c.By),
        EndMeeting c => End(EndReason.ByModerator, c.By),
        SetModeratorMute c => SetMute(c),
        Unduck c => Duck(c.Participant, DisturbingSound.None, c.By),
        MuteAll c => CloseAll(c.By),
        LockMicrophones c => Lock(c),
        LockMeeting c when c.IsLocked == Snapshot.IsLocked => MeetingOutcome.Unchanged,
        LockMeeting c => Emit((revision, at) => new MeetingLockChanged(revision, at, c.By, c.IsLocked)),
        RenameParticipant c => Rename(c),
        RemoveParticipant c => Remove(c),
        ChangeSettings c => Change(c),
        _ => throw new UnreachableException(),
    };

    private bool MayModerate(Actor by) => by.Kind switch
    {
        ActorKind.Caller => by.Participant is { } id && Snapshot.Find(id) is { IsAdmitted: true, Role: Role.Moderator },
        _ => true,
    };

    // ---- the door ----

    private MeetingOutcome Enter(EnterMeeting c)
    {
        if (Snapshot.Find(c.Participant) is not null)
        {
            return MeetingOutcome.Unchanged;
        }

        if (c.Role != Role.Moderator)
        {
            if (c.Caller is { } tag && _removed.TryGetValue(tag, out TimeSpan until) && _now.Elapsed < until)
            {
                return MeetingOutcome.RefusedRemoved;
            }

            if (Snapshot.IsLocked)
            {
                return MeetingOutcome.RefusedLocked;
            }
        }

        string label = SpokenText.Clean(c.Label, _rules.MaxLabelLength);
        if (Snapshot.State == MeetingState.NotStarted && (c.Role == Role.Moderator || !Snapshot.Settings.RequireModerator))
        {
            Emit((revision, at) => new MeetingStarted(revision, at, c.By));
        }

        bool isRunning = Snapshot.State == MeetingState.Running;
        if (isRunning && (c.Role == Role.Moderator || HasFreeSeat))
        {
            Admit(c.Participant, c.Role, label, c.MaskedNumber, c.By);
        }
        else if (Snapshot.WaitingCount < _rules.MaxWaiting)
        {
            WaitReason reason = isRunning ? WaitReason.Full : WaitReason.NotStarted;
            Emit((revision, at) => new ParticipantWaiting(revision, at, c.By, c.Participant, c.Role, label, c.MaskedNumber, reason));
        }
        else
        {
            return MeetingOutcome.RefusedFull;
        }

        if (c.Caller is { } caller)
        {
            _callers[c.Participant] = caller;
        }

        // A moderator takes the first seat of a meeting; who waited comes in behind.
        FillSeats(c.By);
        return Snapshot.Find(c.Participant)!.IsAdmitted ? MeetingOutcome.Admitted : MeetingOutcome.Waiting;
    }

    private bool HasFreeSeat => Snapshot.AdmittedCount < Snapshot.Settings.MaxParticipants;

    private void Admit(ParticipantId id, Role role, string label, string? maskedNumber, Actor by)
    {
        MuteCauses mutes = MicrophoneRules.AtEntry(role, Snapshot.Settings.MuteOnEntry, Snapshot.AreMicrophonesLocked);
        Emit((revision, at) => new ParticipantAdmitted(revision, at, by, id, role, label, maskedNumber, mutes));
    }

    /// <summary>Lets in who waits, first come first, while there are seats; tells the rest what they wait for.</summary>
    private void FillSeats(Actor by)
    {
        if (Snapshot.State != MeetingState.Running || Snapshot.WaitingCount == 0)
        {
            return;
        }

        foreach (Participant waiting in Snapshot.Participants.Where(p => !p.IsAdmitted).ToArray())
        {
            if (HasFreeSeat)
            {
                Admit(waiting.Id, waiting.Role, waiting.Label, waiting.MaskedNumber, by);
            }
            else if (waiting.Waits != WaitReason.Full)
            {
                Emit((revision, at) => new WaitReasonChanged(revision, at, by, waiting.Id, WaitReason.Full));
            }
        }
    }

    private MeetingOutcome Leave(ParticipantId id, LeaveReason reason, Actor by)
    {
        if (Snapshot.Find(id) is not { } participant)
        {
            return MeetingOutcome.UnknownParticipant;
        }

        _callers.Remove(id);
        Emit((revision, at) => new ParticipantLeft(revision, at, by, id, reason, participant.IsAdmitted));
        FillSeats(Actor.Bridge);
        return MeetingOutcome.Done;
    }

    private MeetingOutcome Remove(RemoveParticipant c)
    {
        if (_callers.TryGetValue(c.Participant, out CallerTag tag))
        {
            // Only removed callers are in here, and each for minutes: sweeping at each removal bounds it.
            foreach (CallerTag rested in _removed.Where(r => r.Value <= _now.Elapsed).Select(r => r.Key).ToArray())
            {
                _removed.Remove(rested);
            }

            _removed[tag] = _now.Elapsed + _rules.RemovedRest;
        }

        return Leave(c.Participant, LeaveReason.Removed, c.By);
    }

    // ---- the meeting's life ----

    private MeetingOutcome Start(Actor by)
    {
        if (Snapshot.State != MeetingState.NotStarted)
        {
            return MeetingOutcome.Unchanged;
        }

        Emit((revision, at) => new MeetingStarted(revision, at, by));
        FillSeats(by);
        return MeetingOutcome.Done;
    }

    private MeetingOutcome End(EndReason reason, Actor by)
    {
        foreach (Participant participant in Snapshot.Participants)
        {
            Emit((revision, at) => new ParticipantLeft(revision, at, by, participant.Id, LeaveReason.MeetingEnded, participant.IsAdmitted));
        }

        _callers.Clear();
        _removed.Clear();
        return Emit((revision, at) => new MeetingEnded(revision, at, by, reason));
    }

    private MeetingOutcome Change(ChangeSettings c)
    {
        if (c.Settings == Snapshot.Settings)
        {
            return MeetingOutcome.Unchanged;
        }

        bool lockChanges = c.Settings.MicsLocked != Snapshot.Settings.MicsLocked;
        Emit((revision, at) => new SettingsChanged(revision, at, c.By, c.Settings));
        if (lockChanges)
        {
            Lock(new LockMicrophones(c.By, c.Settings.MicsLocked));
        }

        if (!c.Settings.RequireModerator && Snapshot.State == MeetingState.NotStarted && Snapshot.WaitingCount > 0)
        {
            Start(c.By);
        }

        FillSeats(c.By);
        return MeetingOutcome.Done;
    }

    private void RunTimers()
    {
        while (Snapshot.State != MeetingState.Ended && _timers.Next <= _now.Elapsed)
        {
            switch (_timers.TakeDue(Snapshot, _now.Elapsed))
            {
                case DueTimer.Ends e:
                    End(e.Reason, Actor.Bridge);
                    break;
                case DueTimer.Warns w:
                    Emit((revision, at) => new DurationWarning(revision, at, Actor.Bridge, w.Remaining));
                    break;
                case DueTimer.WaitsTooLong w:
                    Leave(w.Participant, LeaveReason.WaitedTooLong, Actor.Bridge);
                    break;
            }

            _timers.Update(Snapshot, _now.Elapsed);
        }
    }

    // ---- microphones ----

    private MeetingOutcome Toggle(ToggleMicrophone c)
    {
        if (Admitted(c.Participant, out MeetingOutcome refusal) is not { } participant)
        {
            return refusal;
        }

        MuteCauses after = MicrophoneRules.AfterKey(participant);
        return after == participant.Mutes ? MeetingOutcome.MicrophonesLocked : Mute([participant], _ => after, c.By);
    }

    private MeetingOutcome SetMute(SetModeratorMute c)
    {
        if (Admitted(c.Participant, out MeetingOutcome refusal) is not { } participant)
        {
            return refusal;
        }

        if (c.IsMuted)
        {
            return Mute([participant], p => MicrophoneRules.ClosedByModerator(p, Snapshot.AreMicrophonesLocked), c.By);
        }

        if (participant.Mutes == MuteCauses.None)
        {
            return MeetingOutcome.Unchanged;
        }

        // Asked again, the caller is told again: the first asking may have been missed.
        Emit((revision, at) => new UnmuteAskChanged(revision, at, c.By, c.Participant, true));
        return MeetingOutcome.CallerAsked;
    }

    private MeetingOutcome CloseAll(Actor by) => Mute(
        [.. Snapshot.Participants.Where(p => p is { IsAdmitted: true, Role: not Role.Moderator })],
        p => MicrophoneRules.ClosedByModerator(p, Snapshot.AreMicrophonesLocked),
        by);

    private MeetingOutcome Lock(LockMicrophones c)
    {
        bool isChanged = c.IsLocked != Snapshot.AreMicrophonesLocked;
        if (isChanged)
        {
            Emit((revision, at) => new MicrophoneLockChanged(revision, at, c.By, c.IsLocked));
        }

        // Locking again takes back the freedom of those who were asked one by one.
        MeetingOutcome muted = Mute(
            [.. Snapshot.Participants.Where(p => p.IsAdmitted && (!c.IsLocked || p.Role != Role.Moderator))],
            c.IsLocked ? MicrophoneRules.Locked : MicrophoneRules.Unlocked,
            c.By,
            withdrawsAsks: c.IsLocked);
        return isChanged ? MeetingOutcome.Done : muted;
    }

    /// <summary>Gives each the causes that a rule says; closing also withdraws what a moderator had asked.</summary>
    private MeetingOutcome Mute(Participant[] whom, Func<Participant, MuteCauses> rule, Actor by, bool withdrawsAsks = true)
    {
        ImmutableArray<MuteChange> changes =
            [.. whom.Select(p => new MuteChange(p.Id, p.Mutes, rule(p))).Where(change => change.Before != change.After)];
        int before = _events.Count;
        foreach (Participant asked in whom.Where(p => withdrawsAsks && p.IsAskedToUnmute && rule(p) != MuteCauses.None))
        {
            Emit((revision, at) => new UnmuteAskChanged(revision, at, by, asked.Id, false));
        }

        if (!changes.IsEmpty)
        {
            Emit((revision, at) => new MutesChanged(revision, at, by, changes));
        }

        return _events.Count > before ? MeetingOutcome.Done : MeetingOutcome.Unchanged;
    }

    // ---- the list ----

    private MeetingOutcome Rename(RenameParticipant c)
    {
        string label = SpokenText.Clean(c.Label, _rules.MaxLabelLength);
        return Snapshot.Find(c.Participant) switch
        {
            null => MeetingOutcome.UnknownParticipant,
            { } participant when participant.Label == label => MeetingOutcome.Unchanged,
            _ => Emit((revision, at) => new ParticipantRenamed(revision, at, c.By, c.Participant, label)),
        };
    }

    private MeetingOutcome Report(ReportTalking c) => Admitted(c.Participant, out MeetingOutcome refusal) switch
    {
        null => refusal,

        // The mixer's report may cross a mute on its way: who is not heard does not talk.
        { Mutes: not MuteCauses.None } or { IsOnHold: true } when c.IsTalking => MeetingOutcome.Unchanged,
        { } participant when participant.IsTalking == c.IsTalking => MeetingOutcome.Unchanged,
        _ => Emit((revision, at) => new TalkingChanged(revision, at, c.By, c.Participant, c.IsTalking)),
    };

    private MeetingOutcome Report(ReportHold c) => Snapshot.Find(c.Participant) switch
    {
        null => MeetingOutcome.UnknownParticipant,
        { } participant when participant.IsOnHold == c.IsOnHold => MeetingOutcome.Unchanged,
        _ => Emit((revision, at) => new HoldChanged(revision, at, c.By, c.Participant, c.IsOnHold)),
    };

    private MeetingOutcome Report(ReportLine c) => Snapshot.Find(c.Participant) switch
    {
        null => MeetingOutcome.UnknownParticipant,
        { } participant when participant.IsLineBad == c.IsBad => MeetingOutcome.Unchanged,
        { } participant => Emit((revision, at) => new LineChanged(revision, at, c.By, c.Participant, participant.Label, c.IsBad)),
    };

    private MeetingOutcome Duck(ParticipantId id, DisturbingSound sound, Actor by) => Snapshot.Find(id) switch
    {
        null => MeetingOutcome.UnknownParticipant,
        { } participant when participant.Disturbance == sound => MeetingOutcome.Unchanged,
        { } participant => Emit((revision, at) => new DuckChanged(revision, at, by, id, participant.Label, sound)),
    };

    private Participant? Admitted(ParticipantId id, out MeetingOutcome refusal)
    {
        Participant? participant = Snapshot.Find(id);
        refusal = participant is null ? MeetingOutcome.UnknownParticipant : MeetingOutcome.NotAdmitted;
        return participant is { IsAdmitted: true } ? participant : null;
    }

    private MeetingOutcome Emit(Func<long, MeetingInstant, MeetingEvent> make)
    {
        MeetingEvent happened = make(Snapshot.Revision + 1, _now);
        Snapshot = Snapshot.After(happened);
        _events.Add(happened);
        return MeetingOutcome.Done;
    }
}
