using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>From the greeting to the right PIN, or to a polite end: prompts, tries, look-ups and brakes.</summary>
/// <remarks>
/// <code>
///            keys            answer wrong            pause over
///  Asking ---------> Checking ----------> Pausing ----------------> Asking   (at most three times)
///                     |  ^  answer: braked
///                     |  +--- Braked (waits, then looks the same PIN up)
///                     +--> accepted: the entry is over
/// </code>
/// </remarks>
internal sealed class EntryDialogue(IvrOptions options, Conversation conversation)
{
    private static readonly TimeSpan ShortestBrake = TimeSpan.FromSeconds(1);

    private readonly PinEntry _entry = new(options);
    private readonly TypeAhead _typedAhead = new();
    private readonly IvrLanguage _firstLanguage = conversation.Language;
    private State _state = State.NotBegun;
    private TimeSpan _entryEnds = TimeSpan.MaxValue;
    private TimeSpan _stateEnds = TimeSpan.MaxValue;
    private KeyedPin _pin;
    private int _attempt;
    private int _firstAttempt;
    private TimeSpan _hashSwallowEnds = TimeSpan.MinValue;
    private int _failedTries;
    private bool _hasLookedUpTwice;

    private enum State
    {
        /// <summary>The caller cannot hear yet; keys are kept.</summary>
        NotBegun,

        /// <summary>The caller is asked, or keys.</summary>
        Asking,

        /// <summary>The PIN is being looked up.</summary>
        Checking,

        /// <summary>The brake holds this PIN's look-up back.</summary>
        Braked,

        /// <summary>The brake holds the answer "wrong" back.</summary>
        Pausing,

        /// <summary>The PIN was right, or the call ends.</summary>
        Over,
    }

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _state switch
    {
        State.Asking => Earlier(_entryEnds, _entry.Deadline),
        State.Checking => _stateEnds,
        State.Braked or State.Pausing => Earlier(_entryEnds, _stateEnds),
        _ => TimeSpan.MaxValue,
    };

    /// <summary>The caller can hear: greets, unless keys have come already or the PIN is known.</summary>
    public void Begin(KeyedPin? knownPin, TimeSpan now)
    {
        _entryEnds = now + options.EntryTimeout;
        if (knownPin is { } pin)
        {
            LookUp(pin, now);
            return;
        }

        Ask(now);
        IvrLanguage dialled = conversation.Language;
        ReplayTypedAhead(now);
        if (_state == State.Asking && _entry.Count == 0 && conversation.Language == dialled)
        {
            Greet(now);                                         // nothing of use was typed ahead
        }
    }

    /// <summary>Takes one key.</summary>
    public void OnKey(char key, TimeSpan now)
    {
        switch (_state)
        {
            case State.NotBegun or State.Pausing:
                _typedAhead.Add(key);
                break;
            case State.Asking:
                conversation.StopSpeaking();                    // barge-in
                OnEntryStep(_entry.OnKey(key, now), now);
                break;
            default:
                break;                                          // a key too many while the PIN is looked up belongs to no try
        }
    }

    /// <summary>True once for a # that closes a PIN which its last digit has submitted already.</summary>
    public bool TrySwallowHash(TimeSpan now)
    {
        bool isSwallowed = now < _hashSwallowEnds;
        _hashSwallowEnds = TimeSpan.MinValue;
        return isSwallowed;
    }

    /// <summary>What was being said has been heard.</summary>
    public void OnPlaybackEnded(TimeSpan now)
    {
        if (_state == State.Asking)
        {
            _entry.PromptEnded(now);
        }
    }

    /// <summary>The deadline has come.</summary>
    public void OnTime(TimeSpan now)
    {
        if (_state is State.Asking or State.Braked or State.Pausing && now >= _entryEnds)
        {
            End(DialogueEnd.EntryTimeOver, PromptId.EntryTimeOver, now);
            return;
        }

        switch (_state)
        {
            case State.Asking:
                OnEntryStep(_entry.OnTime(now), now);
                break;
            case State.Checking when now >= _stateEnds:
                OnUnavailable(now);
                break;
            case State.Braked when now >= _stateEnds:
                SubmitPin(now);
                break;
            case State.Pausing when now >= _stateEnds:
                SayWrong(now);
                break;
            default:
                break;
        }
    }

    /// <summary>The PIN opens nothing, or was not looked up. The answer to an older question changes nothing.</summary>
    public void OnRefused(DialogueInput.PinRefused refused, TimeSpan now)
    {
        if (!IsAnswer(refused.Attempt))
        {
            return;
        }

        TimeSpan delay = refused.Delay < TimeSpan.Zero ? TimeSpan.Zero : refused.Delay;
        switch (refused.Reason)
        {
            case PinRefusal.Wrong when delay == TimeSpan.Zero:
                SayWrong(now);
                break;
            case PinRefusal.Wrong:
                Hold(State.Pausing, Earlier(delay, options.LongestBrake), now);
                break;
            case PinRefusal.Throttled when delay > options.LongestBrake:
                End(DialogueEnd.Throttled, PromptId.Throttled, now);
                break;
            case PinRefusal.Throttled:
                Hold(State.Braked, delay < ShortestBrake ? ShortestBrake : delay, now);
                break;
            default:
                OnUnavailable(now);
                break;
        }
    }

    /// <summary>The PIN is right. False for the answer to an older question.</summary>
    public bool TryAccept(int attempt)
    {
        if (!IsAnswer(attempt))
        {
            return false;
        }

        _state = State.Over;
        _pin = default;
        return true;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private bool IsAnswer(int attempt) => _state == State.Checking && attempt >= _firstAttempt && attempt <= _attempt;

    private Sentence PinLength(PromptId prompt) => new(prompt) { Number = options.PinLength };

    private void OnEntryStep(PinStep step, TimeSpan now)
    {
        switch (step.Kind)
        {
            case PinStepKind.Submit:
                _hashSwallowEnds = now + options.HashSwallow;
                LookUp(step.Pin, now);
                break;
            case PinStepKind.Cleared:
                conversation.Say(now, PromptId.EnterPin);
                break;
            case PinStepKind.RepeatSlowly:
                conversation.RepeatSlowly(now);
                break;
            case PinStepKind.ChooseLanguage:
                conversation.Choose(step.Language);
                Ask(now);
                conversation.Say(now, [new Sentence(PromptId.EnterPin), PinLength(PromptId.EnterPinKeys)]);
                break;
            case PinStepKind.UnknownKey:
                conversation.Sound(now, PromptId.ErrorTone);
                break;
            case PinStepKind.Remind when _entry.Count == 0:
                conversation.Say(now, [new Sentence(PromptId.NothingKeyed), new Sentence(PromptId.EnterPin), PinLength(PromptId.EnterPinKeys)]);
                break;
            case PinStepKind.Remind:
                conversation.Say(now, PromptId.PinUnfinished);
                break;
            case PinStepKind.TooShort:
                FailTry(now, PinLength(PromptId.PinTooShort));
                break;
            case PinStepKind.TimedOut:
                FailTry(now, _entry.Count == 0 ? new Sentence(PromptId.PinMissing) : PinLength(PromptId.PinTooShort));
                break;
            default:
                break;
        }
    }

    private void Greet(TimeSpan now)
    {
        IvrLanguage other = conversation.Language == IvrLanguage.French ? IvrLanguage.English : IvrLanguage.French;
        conversation.Say(now,
        [
            Welcome(),
            new Sentence(PromptId.EnterPin),
            PinLength(PromptId.EnterPinKeys),
            new Sentence(PromptId.ChooseThisLanguage) { Voice = other },
        ]);
    }

    // The operator's words are of one language: whoever has chosen the other one gets ours.
    private Sentence Welcome() => options.Greeting is { } greeting && conversation.Language == _firstLanguage
        ? new Sentence(PromptId.OwnWelcome) { Text = greeting }
        : new Sentence(PromptId.Welcome);

    private void Ask(TimeSpan now)
    {
        _state = State.Asking;
        _entry.Begin(now);
    }

    private void ReplayTypedAhead(TimeSpan now)
    {
        char[] keys = _typedAhead.Take();
        foreach (char key in keys)
        {
            OnKey(key, now);
        }

        Array.Clear(keys);
    }

    private void LookUp(KeyedPin pin, TimeSpan now)
    {
        conversation.StopSpeaking();
        _pin = pin;
        _hasLookedUpTwice = false;
        _firstAttempt = _attempt + 1;                           // a late answer about the PIN before is none about this one
        SubmitPin(now);
    }

    private void SubmitPin(TimeSpan now)
    {
        _state = State.Checking;
        _stateEnds = now + options.LookupTimeout;
        conversation.Do(new DialogueAction.SubmitPin(++_attempt, _pin));
    }

    private void Hold(State state, TimeSpan delay, TimeSpan now)
    {
        _state = state;
        _stateEnds = now + delay;
        if (delay >= options.LookupTimeout)
        {
            conversation.Say(now, PromptId.OneMoment);          // never a silent line
        }
    }

    private void OnUnavailable(TimeSpan now)
    {
        if (_hasLookedUpTwice)
        {
            End(DialogueEnd.ServiceUnavailable, PromptId.ServiceUnavailable, now);
            return;
        }

        _hasLookedUpTwice = true;
        conversation.Say(now, PromptId.OneMoment);
        SubmitPin(now);
    }

    private void SayWrong(TimeSpan now)
    {
        FailTry(
            now,
            new Sentence(PromptId.PinWrong),
            new Sentence(PromptId.YouKeyed),
            new Sentence(PromptId.KeyedDigits) { Digits = _pin });
        ReplayTypedAhead(now);
    }

    private void FailTry(TimeSpan now, params ReadOnlySpan<Sentence> reasons)
    {
        _failedTries++;
        if (_failedTries >= options.Tries)
        {
            _typedAhead.Clear();
            _pin = default;
            _state = State.Over;
            conversation.Farewell(DialogueEnd.TooManyTries, now, [reasons[0], new Sentence(PromptId.TooManyTries), new Sentence(PromptId.Goodbye)]);
            return;
        }

        Ask(now);
        conversation.Say(now, [.. reasons, new Sentence(PromptId.TryAgain), new Sentence(PromptId.EnterPin)]);
        _pin = default;
    }

    private void End(DialogueEnd reason, PromptId prompt, TimeSpan now)
    {
        _state = State.Over;
        _pin = default;
        _entry.Clear();
        _typedAhead.Clear();
        conversation.Farewell(reason, now, prompt, PromptId.Goodbye);
    }
}
