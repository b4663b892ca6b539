using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>A caller with the right PIN waits for the meeting to begin: music, a spoken reminder, an announced end.</summary>
/// <remarks>The caller is not in the room's audio. Ends by admission, by the caller, or when the wait is over.</remarks>
internal sealed class WaitingDialogue(IvrOptions options, Conversation conversation)
{
    private readonly StarKeys _keys = new(options);
    private WaitReason _reason;
    private TimeSpan _waitEnds;
    private TimeSpan _reminderEvery;
    private TimeSpan _warningDue;
    private TimeSpan _reminderDue;

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan next = _keys.Deadline < _waitEnds ? _keys.Deadline : _waitEnds;
            next = _warningDue < next ? _warningDue : next;
            return !conversation.IsSpeaking && _reminderDue < next ? _reminderDue : next;
        }
    }

    /// <summary>Says why and how long, then plays music.</summary>
    /// <param name="title">What is said of the room first.</param>
    /// <param name="room">Its own limits, where it has some.</param>
    /// <param name="reason">What is waited for.</param>
    /// <param name="now">Monotonic time.</param>
    public void Begin(IEnumerable<Sentence> title, RoomBrief room, WaitReason reason, TimeSpan now)
    {
        _reason = reason;
        TimeSpan limit = room.WaitLimit ?? options.WaitLimit;
        _reminderEvery = room.WaitReminder ?? options.WaitReminder;
        _waitEnds = now + limit;
        _warningDue = options.WaitWarning < limit ? _waitEnds - options.WaitWarning : TimeSpan.MaxValue;
        _reminderDue = now + _reminderEvery;
        conversation.Say(now,
        [
            .. title,
            new Sentence(Why),
            Sentence.Minutes(PromptId.WaitLimit, limit),
            new Sentence(PromptId.HelpLeave),
        ]);
    }

    /// <summary>The caller waits for something else now.</summary>
    public void OnReason(WaitReason reason, TimeSpan now)
    {
        if (_reason != reason)
        {
            _reason = reason;
            conversation.Say(now, Why);
        }
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
            case (true, '*'):
                conversation.RepeatSlowly(now);
                break;
            case (true, '1'):
                SayHelp(now);
                break;
            case (true, '4'):
                conversation.TurnVolume(-1, now);
                break;
            case (true, '7'):
                conversation.TurnVolume(+1, now);
                break;
            case (true, '8'):
                conversation.Do(new DialogueAction.LeaveMeeting(DialogueEnd.CallerLeft));
                conversation.Farewell(DialogueEnd.CallerLeft, now, PromptId.Goodbye);
                break;
            default:
                conversation.Sound(now, PromptId.ErrorTone);
                break;
        }
    }

    /// <summary>What was being said has been heard: music again.</summary>
    public void OnPlaybackEnded(TimeSpan now)
    {
        _reminderDue = now + _reminderEvery;
        conversation.PlayMusic(now);
    }

    /// <summary>The deadline has come.</summary>
    public void OnTime(TimeSpan now)
    {
        if (now >= _waitEnds)
        {
            conversation.Do(new DialogueAction.LeaveMeeting(DialogueEnd.WaitedTooLong));
            conversation.Farewell(DialogueEnd.WaitedTooLong, now, PromptId.WaitedTooLong, PromptId.Goodbye);
        }
        else if (now >= _warningDue)
        {
            _warningDue = TimeSpan.MaxValue;
            conversation.Say(now, [Sentence.Minutes(PromptId.WaitEndsSoon, options.WaitWarning)]);
        }
        else if (_keys.TryExpire(now))
        {
            SayHelp(now);
        }
        else if (!conversation.IsSpeaking && now >= _reminderDue)
        {
            _reminderDue = now + _reminderEvery;
            conversation.Say(now, Reminder);
        }
    }

    private PromptId Why => _reason == WaitReason.Full ? PromptId.WaitForSeat : PromptId.WaitForModerator;

    private PromptId Reminder => _reason == WaitReason.Full ? PromptId.StillFull : PromptId.StillWaiting;

    private void SayHelp(TimeSpan now) =>
        conversation.Say(now, Reminder, PromptId.HelpVolume, PromptId.HelpLeave, PromptId.HelpRepeat);
}
