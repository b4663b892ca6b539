using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>The whole dialogue with one caller: inputs and the time go in, actions and the next deadline come out.</summary>
/// <remarks>
/// <para>Sans-IO and not thread safe: owned by the call's session, holds no clock, timer or socket.</para>
/// <code>
///  Answered --Started--> Entry --PinAccepted--> Admission --Admitted--> Meeting
///      |                   |                     |     ^                   |
///      |                   |                 MustWait  Admitted            |
///      |                   |                     v     |                   |
///      |                   |                     Waiting                   |
///      +--no media--+      +---------- reason ----+--------- reason -------+
///                   v                             v
///                 Ended  &lt;--goodbye heard--  Farewell
/// </code>
/// <para>Who was rung by the bridge is invited instead of asked for a PIN: Answered --Started--> Invited --key 1--> Admission.</para>
/// </remarks>
public sealed class CallDialogue
{
    private readonly IvrOptions _options;
    private readonly Conversation _conversation;
    private readonly EntryDialogue _entry;
    private readonly InvitationDialogue _invited;
    private readonly WaitingDialogue _waiting;
    private readonly MeetingMenu _meeting;
    private readonly KeyedPin? _knownPin;
    private Stage _stage = Stage.Answered;
    private TimeSpan _stageEnds;
    private RoomBrief? _room;

    /// <summary>A dialogue that begins when the call is answered.</summary>
    /// <param name="options">Times and counts.</param>
    /// <param name="language">Language of the dialled number.</param>
    /// <param name="knownPin">The PIN that the request URI carried; the caller is not asked then.</param>
    /// <param name="now">Monotonic time.</param>
    public CallDialogue(IvrOptions options, IvrLanguage language, KeyedPin? knownPin, TimeSpan now)
    {
        _options = options;
        _conversation = new Conversation(language, options);
        _entry = new EntryDialogue(options, _conversation);
        _invited = new InvitationDialogue(options, _conversation);
        _waiting = new WaitingDialogue(options, _conversation);
        _meeting = new MeetingMenu(options, _conversation);
        _knownPin = knownPin;
        _stageEnds = now + options.MediaTimeout;
    }

    private enum Stage
    {
        /// <summary>Answered, media not ready; keys are kept.</summary>
        Answered,

        /// <summary>The PIN is asked for and looked up.</summary>
        Entry,

        /// <summary>Asked to press 1.</summary>
        Invited,

        /// <summary>The PIN is right; the meeting has not said in, wait or no.</summary>
        Admission,

        /// <summary>Waits for the meeting to begin.</summary>
        Waiting,

        /// <summary>In the room's audio.</summary>
        Meeting,

        /// <summary>Hears the last words.</summary>
        Farewell,

        /// <summary>Hung up; nothing changes any more.</summary>
        Ended,
    }

    /// <summary>The room that the person is invited to, whom the bridge has rung; null for a caller, who is asked for the PIN.</summary>
    /// <remarks>Such a call rings first: the dialogue's time begins with <see cref="OnAnswered"/>.</remarks>
    public RoomBrief? Invitation
    {
        get;
        init
        {
            field = value;
            _stageEnds = value is null ? _stageEnds : TimeSpan.MaxValue;
        }
    }

    /// <summary>When <see cref="DialogueInput.TimePassed"/> must next be given, on the caller's monotonic clock.
    /// <see cref="TimeSpan.MaxValue"/> when only the meeting, a key or nothing more can come.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan stage = _stage switch
            {
                Stage.Answered or Stage.Admission => _stageEnds,
                Stage.Entry => _entry.Deadline,
                Stage.Invited => _invited.Deadline,
                Stage.Waiting => _waiting.Deadline,
                Stage.Meeting => _meeting.Deadline,
                _ => TimeSpan.MaxValue,
            };
            return _stage != Stage.Ended && _conversation.Deadline < stage ? _conversation.Deadline : stage;
        }
    }

    /// <summary>Language of what is said next.</summary>
    public IvrLanguage Language => _conversation.Language;

    /// <summary>Whether the caller is in the room's audio, as far as the dialogue knows.</summary>
    public bool IsInMeeting => _stage == Stage.Meeting;

    /// <summary>Whether the call was hung up: the dialogue takes no more inputs.</summary>
    public bool IsEnded => _stage == Stage.Ended;

    /// <summary>The call is answered: from here on media may be waited for.</summary>
    /// <param name="now">Monotonic time.</param>
    public void OnAnswered(TimeSpan now)
    {
        if (_stage == Stage.Answered)
        {
            _stageEnds = now + _options.MediaTimeout;
        }
    }

    /// <summary>Takes one input. What was due by <paramref name="now"/> is done first.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="now">Monotonic time; never earlier than in the call before.</param>
    /// <returns>What to do, in order; empty when nothing.</returns>
    public IReadOnlyList<DialogueAction> Apply(DialogueInput input, TimeSpan now)
    {
        if (now >= Deadline)
        {
            OnTime(now);
            FollowEnding();
        }

        if (_stage != Stage.Ended)
        {
            Take(input, now);
            FollowEnding();
        }

        return _conversation.TakeActions();
    }

    private void Take(DialogueInput input, TimeSpan now)
    {
        switch (_stage, input)
        {
            case (_, DialogueInput.TimePassed):
                break;                                          // done before every input
            case (Stage.Farewell, DialogueInput.PlaybackEnded ended):
                if (_conversation.TryEnd(ended.PlaybackId))
                {
                    HangUp(_conversation.Ending!.Value);
                }

                break;
            case (Stage.Farewell, _):
                break;                                          // the goodbye is heard to its end
            case (Stage.Answered, DialogueInput.ServiceStopping):
                HangUp(DialogueEnd.ServiceStopping);
                break;
            case (_, DialogueInput.ServiceStopping):
                LeaveIfInside(DialogueEnd.ServiceStopping);
                _conversation.Farewell(DialogueEnd.ServiceStopping, now, PromptId.ServiceStopping, PromptId.Goodbye);
                break;
            case (_, DialogueInput.CallTooLong):
                LeaveIfInside(DialogueEnd.CallTooLong);
                _conversation.Farewell(DialogueEnd.CallTooLong, now, PromptId.YouLeave, PromptId.Goodbye);
                break;
            case (Stage.Answered, DialogueInput.Started) when Invitation is { } invitation:
                _stage = Stage.Invited;
                _invited.Begin(invitation, now);
                break;
            case (Stage.Answered, DialogueInput.Started):
                _stage = Stage.Entry;
                _entry.Begin(_knownPin, now);
                break;
            case (_, DialogueInput.KeyPressed key):
                OnKey(key.Symbol, now);
                break;
            case (_, DialogueInput.PlaybackEnded ended) when _conversation.TryEnd(ended.PlaybackId):
                OnPlaybackEnded(now);
                break;
            case (Stage.Entry, DialogueInput.PinRefused refused):
                _entry.OnRefused(refused, now);
                break;
            case (Stage.Entry, DialogueInput.PinAccepted accepted) when _entry.TryAccept(accepted.Attempt):
                _room = accepted.Room;
                _stage = Stage.Admission;
                _stageEnds = now + _options.AdmissionTimeout;
                break;
            case (Stage.Admission or Stage.Waiting or Stage.Meeting, _):
                OnMeeting(input, now);
                break;
            default:
                break;                                          // too late or too early: it concerns a stage that is over
        }
    }

    private void OnMeeting(DialogueInput input, TimeSpan now)
    {
        switch (_stage, input)
        {
            case (Stage.Admission, DialogueInput.MustWait wait):
                _stage = Stage.Waiting;
                _waiting.Begin(TitleOf(_room!), _room!, wait.Reason, now);
                break;
            case (Stage.Waiting, DialogueInput.MustWait wait):
                _waiting.OnReason(wait.Reason, now);
                break;
            case (Stage.Admission or Stage.Waiting, DialogueInput.WaitOver):
                _conversation.Farewell(DialogueEnd.WaitedTooLong, now, PromptId.WaitedTooLong, PromptId.Goodbye);
                break;
            case (Stage.Admission or Stage.Waiting, DialogueInput.Admitted admitted):
                IEnumerable<Sentence> opening = _stage == Stage.Waiting ? [new Sentence(PromptId.MeetingBegins)] : TitleOf(_room!);
                _stage = Stage.Meeting;
                _meeting.Begin(_room!, opening, admitted, now);
                break;
            case (Stage.Admission or Stage.Waiting, DialogueInput.AdmissionRefused refused):
                Refuse(refused.Reason, now);
                break;
            case (_, DialogueInput.Removed):
                _conversation.Farewell(DialogueEnd.Removed, now, PromptId.Removed);
                break;
            case (_, DialogueInput.MeetingEnded):
                _conversation.Farewell(DialogueEnd.MeetingEnded, now, PromptId.MeetingEnded, PromptId.Goodbye);
                break;
            case (Stage.Meeting, _):
                _meeting.Hear(input, now);
                break;
            default:
                break;
        }
    }

    private void OnKey(char key, TimeSpan now)
    {
        if (key == '#' && _entry.TrySwallowHash(now))
        {
            return;
        }

        switch (_stage)
        {
            case Stage.Answered or Stage.Entry:
                _entry.OnKey(key, now);
                break;
            case Stage.Invited when _invited.OnKey(key):
                _room = Invitation;
                _stage = Stage.Admission;
                _stageEnds = now + _options.AdmissionTimeout;
                break;
            case Stage.Waiting:
                _waiting.OnKey(key, now);
                break;
            case Stage.Meeting:
                _meeting.OnKey(key, now);
                break;
            default:
                break;
        }
    }

    private void OnPlaybackEnded(TimeSpan now)
    {
        switch (_stage)
        {
            case Stage.Entry:
                _entry.OnPlaybackEnded(now);
                break;
            case Stage.Invited:
                _invited.OnPlaybackEnded(now);
                break;
            case Stage.Waiting:
                _waiting.OnPlaybackEnded(now);
                break;
            default:
                break;
        }
    }

    private void OnTime(TimeSpan now)
    {
        bool isOverdue = _conversation.TryExpire(now);
        switch (_stage)
        {
            case Stage.Answered when now >= _stageEnds:
                HangUp(DialogueEnd.NoMedia);
                return;
            case Stage.Farewell when isOverdue:
                HangUp(_conversation.Ending!.Value);
                return;
            case Stage.Admission when now >= _stageEnds:
                Refuse(AdmissionRefusal.Unavailable, now);
                return;
            case Stage.Entry:
                _entry.OnTime(now);
                break;
            case Stage.Invited:
                _invited.OnTime(now);
                break;
            case Stage.Waiting:
                _waiting.OnTime(now);
                break;
            case Stage.Meeting:
                _meeting.OnTime(now);
                break;
            default:
                break;
        }

        if (isOverdue && !_conversation.IsSpeaking && _conversation.Ending is null)
        {
            OnPlaybackEnded(now);
        }
    }

    /// <summary>Any machine may have said goodbye; the call follows.</summary>
    private void FollowEnding()
    {
        if (_conversation.Ending is not null && _stage is not (Stage.Farewell or Stage.Ended))
        {
            _stage = Stage.Farewell;
        }
    }

    private void Refuse(AdmissionRefusal reason, TimeSpan now)
    {
        (DialogueEnd end, PromptId prompt) = reason switch
        {
            AdmissionRefusal.RoomLocked => (DialogueEnd.RoomLocked, PromptId.RoomIsLocked),
            AdmissionRefusal.RoomFull => (DialogueEnd.RoomFull, PromptId.RoomIsFull),
            AdmissionRefusal.RemovedBefore => (DialogueEnd.Removed, PromptId.Removed),
            _ => (DialogueEnd.ServiceUnavailable, PromptId.ServiceUnavailable),
        };
        LeaveIfInside(end);
        _conversation.Farewell(end, now, prompt, PromptId.Goodbye);
    }

    private void LeaveIfInside(DialogueEnd why)
    {
        if (_stage is Stage.Admission or Stage.Waiting or Stage.Meeting)
        {
            _conversation.Do(new DialogueAction.LeaveMeeting(why));
        }
    }

    private void HangUp(DialogueEnd reason)
    {
        _stage = Stage.Ended;
        _conversation.Do(new DialogueAction.HangUp(reason));
    }

    private IEnumerable<Sentence> TitleOf(RoomBrief room)
    {
        if (string.IsNullOrWhiteSpace(room.Title))
        {
            return [];
        }

        IvrLanguage voice = room.TitleLanguage ?? _conversation.Language;
        return voice == _conversation.Language
            ? [new Sentence(PromptId.JoiningTitle) { Text = room.Title }]
            : [new Sentence(PromptId.JoiningRoom), new Sentence(PromptId.TitleAlone) { Text = room.Title, Voice = voice }];
    }
}
