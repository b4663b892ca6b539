using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>The keys of a caller in the meeting, and what the caller is told there.</summary>
/// <remarks>
/// The meeting decides, the menu asks and says: a change of the microphone is spoken only when the meeting reports it, so that
/// nobody believes to be muted who is not. Without a pending question the menu has no deadline: the meeting bounds it.
/// </remarks>
internal sealed class MeetingMenu(IvrOptions options, Conversation conversation)
{
    private readonly StarKeys _keys = new(options);
    private CallerRole _role;
    private MicrophoneState _microphone;
    private bool _isRoomLocked;
    private TimeSpan _answerDue = TimeSpan.MaxValue;
    private bool _isAskedToUnmute;

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _keys.Deadline < _answerDue ? _keys.Deadline : _answerDue;

    /// <summary>The caller is in: says where, with how many, and what the microphone does.</summary>
    public void Begin(RoomBrief room, IEnumerable<Sentence> opening, DialogueInput.Admitted admitted, TimeSpan now)
    {
        _role = room.Role;
        _isRoomLocked = room.IsLocked;
        _microphone = admitted.Microphone;
        PromptId microphone = _microphone switch
        {
            MicrophoneState.Open => PromptId.EntryMicrophoneOpen,
            _ when _microphone.HasFlag(MicrophoneState.ClosedByLock) => PromptId.EntryMicrophoneLocked,
            _ => PromptId.EntryMicrophoneClosed,
        };
        conversation.Say(now, [.. opening, Count(admitted.OthersPresent), new Sentence(microphone)]);
    }

    /// <summary>Takes one key.</summary>
    public void OnKey(char key, TimeSpan now)
    {
        conversation.StopSpeaking();
        if (!_keys.TryTake(key, now, out (bool IsStar, char Key) command))
        {
            return;
        }

        switch (command)
        {
            case (false, '0') or (true, '6'):
                ToggleMicrophone(now);
                break;
            case (true, '*'):
                conversation.RepeatSlowly(now);
                break;
            case (true, '1'):
                SayHelp(now);
                break;
            case (true, '3'):
                Ask(new DialogueAction.AskCount(), now);
                break;
            case (true, '4'):
                conversation.TurnVolume(-1, now);
                break;
            case (true, '7'):
                conversation.TurnVolume(+1, now);
                break;
            case (true, '8'):
                conversation.Do(new DialogueAction.LeaveMeeting(DialogueEnd.CallerLeft));
                conversation.Farewell(DialogueEnd.CallerLeft, now, PromptId.YouLeave, PromptId.Goodbye);
                break;
            case (true, '2') when _role == CallerRole.Moderator:
                Ask(new DialogueAction.MuteAll(), now);
                break;
            case (true, '5') when _role == CallerRole.Moderator:
                Ask(new DialogueAction.SetRoomLock(!_isRoomLocked), now);
                break;
            default:
                conversation.Sound(now, PromptId.ErrorTone);
                break;
        }
    }

    /// <summary>The deadline has come: a star was left alone, or the meeting did not answer.</summary>
    public void OnTime(TimeSpan now)
    {
        if (now >= _answerDue)
        {
            _answerDue = TimeSpan.MaxValue;
            conversation.Say(now, PromptId.RequestFailed);
        }
        else if (_keys.TryExpire(now))
        {
            SayHelp(now);
        }
    }

    /// <summary>Something of the meeting concerns this caller.</summary>
    public void Hear(DialogueInput notice, TimeSpan now)
    {
        switch (notice)
        {
            case DialogueInput.MicrophoneChanged changed:
                OnMicrophoneChanged(changed, now);
                break;
            case DialogueInput.MicrophoneRefused refused:
                _answerDue = TimeSpan.MaxValue;
                _microphone = refused.State;
                conversation.Say(now, PromptId.RefusedMicrophonesLocked);      // nothing else refuses a key
                break;
            case DialogueInput.AskedToUnmute asked:
                _isAskedToUnmute = asked.IsAsked;
                if (asked.IsAsked)
                {
                    conversation.Say(now, PromptId.AskedToUnmute);
                }

                break;
            case DialogueInput.MeetingEndsSoon soon:
                conversation.Say(now, [Sentence.Minutes(PromptId.MeetingEndsSoon, soon.Remaining)]);
                break;
            case DialogueInput.Counted counted:
                _answerDue = TimeSpan.MaxValue;
                conversation.Say(now, [Count(counted.OthersPresent)]);
                break;
            case DialogueInput.AllMuted:
                _answerDue = TimeSpan.MaxValue;
                conversation.Say(now, PromptId.YouMutedAll);
                break;
            case DialogueInput.RoomLockChanged changed:
                _answerDue = TimeSpan.MaxValue;
                _isRoomLocked = changed.IsLocked;
                conversation.Say(now, changed.IsLocked ? PromptId.RoomLockedNow : PromptId.RoomUnlockedNow);
                break;
            default:
                break;
        }
    }

    /// <summary>How many others there are, in words.</summary>
    internal static Sentence Count(int others) => others switch
    {
        <= 0 => new Sentence(PromptId.NobodyElse),
        1 => new Sentence(PromptId.OneOther),
        _ => new Sentence(PromptId.ManyOthers) { Number = others },
    };

    private void ToggleMicrophone(TimeSpan now)
    {
        if (_microphone.HasFlag(MicrophoneState.ClosedByLock) && !_isAskedToUnmute)
        {
            conversation.Say(now, PromptId.RefusedMicrophonesLocked);
            return;
        }

        Ask(new DialogueAction.SetMicrophone(Open: _microphone != MicrophoneState.Open), now);
    }

    private void OnMicrophoneChanged(DialogueInput.MicrophoneChanged changed, TimeSpan now)
    {
        bool isOpen = changed.State == MicrophoneState.Open;
        _microphone = changed.State;
        _answerDue = changed.Cause == MicrophoneChange.Self ? TimeSpan.MaxValue : _answerDue;
        _isAskedToUnmute &= !isOpen;
        conversation.Say(now, (changed.Cause, isOpen) switch
        {
            (MicrophoneChange.Unlock, false) => PromptId.MicrophonesUnlocked,
            (_, true) => PromptId.MicrophoneOpen,
            (MicrophoneChange.Self, _) => PromptId.MicrophoneClosed,
            (MicrophoneChange.Lock, _) => PromptId.MicrophonesLocked,
            (MicrophoneChange.MuteAll, _) => PromptId.AllMutedByModerator,
            _ => PromptId.MutedByModerator,
        });
    }

    private void Ask(DialogueAction question, TimeSpan now)
    {
        _answerDue = now + options.ConfirmTimeout;
        conversation.Do(question);
    }

    private void SayHelp(TimeSpan now)
    {
        if (_role == CallerRole.Moderator)
        {
            conversation.Say(
                now, PromptId.HelpMicrophone, PromptId.HelpMuteAll, PromptId.HelpLockRoom, PromptId.HelpCount, PromptId.HelpVolume, PromptId.HelpLeave, PromptId.HelpRepeat);
        }
        else
        {
            conversation.Say(now, PromptId.HelpMicrophone, PromptId.HelpCount, PromptId.HelpVolume, PromptId.HelpLeave, PromptId.HelpRepeat);
        }
    }
}
