using System.Globalization;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.DialOut;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Meetings;

using MeetingMuteAll = PhoneBridge.Rooms.Meetings.MuteAll;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What a caller's dialogue asks for, done; and what the meeting tells the caller, said. Belongs to the control loop.</summary>
internal sealed class CallConversation(CallServices services, CallSession session, CallRoute route) : IMeetingSeat
{
    private readonly ParticipantId _participant = ParticipantId.NewRandom();
    private RoomOfPin? _room;
    private bool _isInside;
    private bool _isOnHold;
    private bool _isLineBad;
    private DisturbingSound _disturbance;
    private bool _isOver;
    private long _playback;

    /// <summary>Where the dialogue takes its inputs.</summary>
    public Action<DialogueInput> Inputs { get; set; } = _ => { };

    /// <inheritdoc/>
    public LegId Leg => session.Leg;

    /// <summary>Does what the dialogue asks for.</summary>
    public void CarryOut(DialogueAction action)
    {
        switch (action)
        {
            case DialogueAction.Play a:
                Run(PlayAsync(a));
                break;
            case DialogueAction.StopPlayback:
                _playback = 0;
                services.Media.Send(new StopPlayback(Leg));
                break;
            case DialogueAction.SubmitPin a:
                Run(SubmitAsync(a));
                break;
            case DialogueAction.AcceptInvitation when route.Invitation is { } invitation:
                Run(AcceptAsync(invitation));
                break;
            case DialogueAction.SetMicrophone a:
                Run(SetMicrophoneAsync(a.Open));
                break;
            case DialogueAction.AskCount:
                Inputs(new DialogueInput.Counted(Others(Meeting())));
                break;
            case DialogueAction.SetListenGain a:
                services.Media.Send(new SetGains(Leg, a.GainDb, 0));
                break;
            case DialogueAction.MuteAll:
                Run(MuteAllAsync());
                break;
            case DialogueAction.SetRoomLock a:
                Run(LockAsync(a.IsLocked));
                break;
            case DialogueAction.LeaveMeeting a:
                LeaveMeeting(ReasonOf(a.Why));
                break;
            case DialogueAction.HangUp a:
                session.HangUp(CallEnds.From(a.Reason));
                break;
            default:
                break;
        }
    }

    /// <summary>The mixer found that the caller began or ceased to talk.</summary>
    public void OnTalking(bool isTalking)
    {
        if (_isInside)
        {
            Send(new ReportTalking(_participant, isTalking));
        }
    }

    /// <summary>The caller's telephone put us on hold or took us back.</summary>
    public void OnHold(bool isOnHold)
    {
        _isOnHold = isOnHold;
        session.Sheet.Mark(isOnHold ? CallMarkKind.Held : CallMarkKind.Resumed);
        if (_isInside)
        {
            Send(new ReportHold(_participant, isOnHold));
        }
    }

    /// <summary>The mixer ducks the caller's line because of a disturbance, or hears it in full again.</summary>
    public void OnDisturbance(Disturbance disturbance)
    {
        _disturbance = (DisturbingSound)(int)disturbance;
        session.Sheet.Mark(CallMarkKind.Disturbed, disturbance);
        if (_isInside)
        {
            Send(new ReportDisturbance(_participant, _disturbance));
        }
    }

    /// <summary>The caller's line has turned bad, or is good again.</summary>
    public void OnLine(bool isBad)
    {
        _isLineBad = isBad;
        session.Sheet.Mark(isBad ? CallMarkKind.LineBad : CallMarkKind.LineGood);
        if (_isInside)
        {
            Send(new ReportLine(_participant, isBad));
        }
    }

    /// <summary>The call is over: the seat is free at once.</summary>
    /// <param name="hungUp">The caller did it; else the line was lost or we ended it.</param>
    public void Leave(bool hungUp)
    {
        LeaveMeeting(hungUp ? LeaveReason.HungUp : LeaveReason.LineLost);
        _isOver = true;
    }

    /// <inheritdoc/>
    public void OnAdmitted(ParticipantAdmitted admitted, MeetingSnapshot after)
    {
        session.Sheet.Mark(CallMarkKind.Admitted);
        Inputs(new DialogueInput.Admitted(Others(after), (MicrophoneState)(int)admitted.Mutes));
    }

    /// <inheritdoc/>
    public void OnMicrophone(MuteChange change, MutesChanged happened)
    {
        MicrophoneChange cause = CauseOf(change, happened);
        bool isOpen = change.After == Rooms.Meetings.MuteCauses.None;
        session.Sheet.Mark(isOpen ? CallMarkKind.Unmuted : CallMarkKind.Muted, cause);
        Inputs(new DialogueInput.MicrophoneChanged((MicrophoneState)(int)change.After, cause));
    }

    /// <inheritdoc/>
    public void OnUnmuteAsked(bool isAsked) =>
        Inputs(new DialogueInput.AskedToUnmute(isAsked));

    /// <inheritdoc/>
    public void OnWaiting(Rooms.Meetings.WaitReason reason)
    {
        session.Sheet.Mark(CallMarkKind.Waiting, reason);
        Inputs(new DialogueInput.MustWait((Ivr.Dialogues.WaitReason)(int)reason));
    }

    /// <inheritdoc/>
    public void OnLeft(LeaveReason reason)
    {
        _isInside = false;
        session.Sheet.Mark(CallMarkKind.Left, reason);
        switch (reason)
        {
            case LeaveReason.Removed:
                Inputs(new DialogueInput.Removed());
                break;
            case LeaveReason.MeetingEnded:
                Inputs(new DialogueInput.MeetingEnded());
                break;
            case LeaveReason.WaitedTooLong:
                Inputs(new DialogueInput.WaitOver());
                break;
            default:
                break;                          // the caller's own doing: nothing to tell
        }
    }

    /// <inheritdoc/>
    public void OnNotice(MeetingEvent notice)
    {
        switch (notice)
        {
            // Only those who may change the lock are told of it; the others have the meeting to listen to.
            case MeetingLockChanged e when _room?.Role == Role.Moderator:
                Inputs(new DialogueInput.RoomLockChanged(e.IsLocked));
                break;
            case DurationWarning e:
                Inputs(new DialogueInput.MeetingEndsSoon(e.Remaining));
                break;
            default:
                break;
        }
    }

    private async Task PlayAsync(DialogueAction.Play play)
    {
        _playback = play.PlaybackId;
        if (!services.Prompts.TryRender(play.Utterance, out IReadOnlyList<PcmClip> clips))
        {
            clips = await services.Prompts.RenderAsync(play.Utterance, CancellationToken.None).ConfigureAwait(true);
        }

        // It may have been stopped or replaced while it was being made.
        if (!_isOver && _playback == play.PlaybackId)
        {
            services.Media.Send(new PlayToLeg(Leg, play.PlaybackId, clips, play.IsLooped));
        }
    }

    private async Task SubmitAsync(DialogueAction.SubmitPin submit)
    {
        TimeSpan keyed = services.Loop.Now;
        session.Sheet.Mark(CallMarkKind.PinTried, submit.Attempt.ToString(CultureInfo.InvariantCulture));
        PinAnswer answer = await services.Rooms.FindByPinAsync(
            new GuessSource(route.CallerTag, route.Trunk.Name), Digits(submit.Pin), submit.Attempt).ConfigureAwait(true);
        services.Metrics.PinTried(answer.Opened is null ? PinOutcome.Wrong : PinOutcome.Right);
        if (_isOver)
        {
            return;
        }

        if (answer.Opened is not { } found)
        {
            session.Sheet.Mark(CallMarkKind.PinRefused);
            // The dialogue itself ends the call after its last try, with the reason; the brake may want it to end before.
            bool mayGoOn = answer.TriesLeft > 0 || submit.Attempt >= services.Dialogue.Tries;
            Inputs(mayGoOn
                ? new DialogueInput.PinRefused(submit.Attempt, PinRefusal.Wrong, answer.Delay)
                : new DialogueInput.PinRefused(submit.Attempt, PinRefusal.Throttled, TimeSpan.MaxValue));
            return;
        }

        _room = found;
        session.Sheet.Mark(CallMarkKind.PinAccepted, found.Role);
        MeetingSnapshot? live = Meeting();
        Inputs(new DialogueInput.PinAccepted(submit.Attempt, BriefOf(found, live?.IsLocked ?? false)));
        if (await EnterAsync(found).ConfigureAwait(true) == MeetingOutcome.Admitted)
        {
            services.Metrics.CallerJoined(services.Loop.Now - keyed);
        }
    }

    /// <summary>What the dialogue may say of a room.</summary>
    internal static RoomBrief BriefOf(RoomOfPin found, bool isLocked) => new(
        found.Room.Title, CallRoute.LanguageOf(found.Room.Settings.Language), (CallerRole)(int)found.Role, isLocked)
    {
        WaitLimit = found.Room.Settings.MaxWait,
        WaitReminder = found.Room.Settings.WaitingReminder,
    };

    private static string Digits(KeyedPin pin) => string.Create(pin.Length, pin, static (digits, pin) => pin.Reveal(digits));

    // An invitation is to a meeting that runs; nobody opens another one by it.
    private async Task AcceptAsync(Invitation invitation)
    {
        _room = new RoomOfPin(invitation.Room, Role.Participant);
        if (Meeting() is { State: MeetingState.Running })
        {
            await EnterAsync(_room).ConfigureAwait(true);
        }
        else
        {
            Inputs(new DialogueInput.MeetingEnded());
        }
    }

    private async Task<MeetingOutcome> EnterAsync(RoomOfPin found)
    {
        _isInside = true;
        EnterMeeting enter = new(
            _participant, found.Role, CallerLabels.For(route.LastDigits, found.Room.Settings.Language), route.MaskedNumber, route.CallerTag);
        MeetingReply reply = await services.Meetings.EnterAsync(found.Room.Id, enter, this).ConfigureAwait(true);
        switch (reply.Outcome)
        {
            case MeetingOutcome.Admitted or MeetingOutcome.Waiting:
                session.Sheet.OnEntered(found.Room.Id, found.Role);
                route.Invitation?.Advance(DialOutState.Joined);
                ReportEarlier();
                break;                          // the rest is told by the seat
            case var refused:
                _isInside = false;
                session.Sheet.Mark(CallMarkKind.NotAdmitted, refused);
                Inputs(new DialogueInput.AdmissionRefused(refused switch
                {
                    MeetingOutcome.RefusedLocked => AdmissionRefusal.RoomLocked,
                    MeetingOutcome.RefusedRemoved => AdmissionRefusal.RemovedBefore,
                    MeetingOutcome.RefusedFull => AdmissionRefusal.RoomFull,
                    _ => AdmissionRefusal.Unavailable,
                }));
                break;
        }

        return reply.Outcome;
    }

    // What was so before there was anybody to tell.
    private void ReportEarlier()
    {
        if (_isOnHold)
        {
            OnHold(true);
        }

        if (_isLineBad)
        {
            OnLine(true);
        }

        if (_disturbance != DisturbingSound.None)
        {
            Send(new ReportDisturbance(_participant, _disturbance));
        }
    }

    private async Task SetMicrophoneAsync(bool open)
    {
        if (Me() is not { } me)
        {
            return;
        }

        if (open == (me.Mutes == Rooms.Meetings.MuteCauses.None))
        {
            Inputs(new DialogueInput.MicrophoneChanged((MicrophoneState)(int)me.Mutes, MicrophoneChange.Self));
            return;
        }

        MeetingReply reply = await SendAsync(new ToggleMicrophone(_participant)).ConfigureAwait(true);
        if (reply.Outcome == MeetingOutcome.MicrophonesLocked && Me() is { } still)
        {
            Inputs(new DialogueInput.MicrophoneRefused((MicrophoneState)(int)still.Mutes));
        }
    }

    private async Task MuteAllAsync()
    {
        await SendAsync(new MeetingMuteAll(Actor.Caller(_participant))).ConfigureAwait(true);
        Inputs(new DialogueInput.AllMuted());
    }

    private async Task LockAsync(bool isLocked)
    {
        MeetingReply reply = await SendAsync(new LockMeeting(Actor.Caller(_participant), isLocked)).ConfigureAwait(true);
        if (reply.Outcome == MeetingOutcome.Unchanged)
        {
            Inputs(new DialogueInput.RoomLockChanged(isLocked));
        }
    }

    private static LeaveReason ReasonOf(DialogueEnd why) => why switch
    {
        DialogueEnd.WaitedTooLong => LeaveReason.WaitedTooLong,
        DialogueEnd.ServiceStopping => LeaveReason.BridgeStopping,
        DialogueEnd.CallTooLong => LeaveReason.MeetingEnded,
        _ => LeaveReason.LeftByKey,
    };

    private void LeaveMeeting(LeaveReason reason)
    {
        if (_isInside)
        {
            _isInside = false;
            Send(new LeaveMeeting(_participant, reason));
        }
    }

    private void Send(MeetingCommand command) => Run(SendAsync(command));

    private Task<MeetingReply> SendAsync(MeetingCommand command) => services.Meetings.SendOnLoopAsync(_room!.Room.Id, command);

    // The dialogue does not wait for its actions; a fault of one must still reach the loop's report.
    private static async void Run(Task task) => await task.ConfigureAwait(true);

    private MeetingSnapshot? Meeting() => _room is { } room ? services.Meetings.Find(room.Room.Id) : null;

    private Participant? Me() => Meeting()?.Find(_participant);

    private static int Others(MeetingSnapshot? meeting) => Math.Max(0, (meeting?.AdmittedCount ?? 1) - 1);

    private MicrophoneChange CauseOf(MuteChange change, MutesChanged happened)
    {
        if (happened.By.Participant == _participant)
        {
            return MicrophoneChange.Self;
        }

        if (((change.Before ^ change.After) & Rooms.Meetings.MuteCauses.Lock) != 0)
        {
            return change.After.HasFlag(Rooms.Meetings.MuteCauses.Lock) ? MicrophoneChange.Lock : MicrophoneChange.Unlock;
        }

        return happened.Changes.Length > 1 ? MicrophoneChange.MuteAll : MicrophoneChange.Moderator;
    }
}
