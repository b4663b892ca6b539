using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>What is being said to one caller, in which language, and what the dialogue has decided in this turn.</summary>
/// <remarks>Shared by the machines of one call; owned by its <see cref="CallDialogue"/>.</remarks>
internal sealed class Conversation(IvrLanguage language, IvrOptions options)
{
    private List<DialogueAction> _actions = [];
    private long _playbackId;
    private TimeSpan _playbackEnds = TimeSpan.MaxValue;
    private Utterance? _lastSaid;
    private int _volume;

    /// <summary>Language of what is said next.</summary>
    public IvrLanguage Language { get; private set; } = language;

    /// <summary>Words or a tone are playing; music to wait by does not count.</summary>
    public bool IsSpeaking { get; private set; }

    /// <summary>Why the call is ending; null while it goes on.</summary>
    public DialogueEnd? Ending { get; private set; }

    /// <summary>When a playback whose end was never reported counts as ended.</summary>
    public TimeSpan Deadline => _playbackEnds;

    /// <summary>The actions of this turn, handed out once.</summary>
    public IReadOnlyList<DialogueAction> TakeActions()
    {
        List<DialogueAction> taken = _actions;
        _actions = [];
        return taken;
    }

    /// <summary>Adds an action to this turn.</summary>
    public void Do(DialogueAction action) => _actions.Add(action);

    /// <summary>Says sentences without blanks.</summary>
    public void Say(TimeSpan now, params ReadOnlySpan<PromptId> prompts) => Say(now, Utterance.Of(Language, prompts));

    /// <summary>Says sentences.</summary>
    public void Say(TimeSpan now, IReadOnlyList<Sentence> sentences) => Say(now, new Utterance(Language, sentences));

    /// <summary>Says the last words again, slowly. Says nothing when nothing was said yet.</summary>
    public void RepeatSlowly(TimeSpan now)
    {
        if (_lastSaid is not null)
        {
            Say(now, _lastSaid with { Language = Language, IsSlow = true });
        }
    }

    /// <summary>A tone; it is not what <c>**</c> repeats.</summary>
    public void Sound(TimeSpan now, PromptId tone) => Play(Utterance.Of(Language, tone), isLooped: false, now);

    /// <summary>Music until something else is said.</summary>
    public void PlayMusic(TimeSpan now) => Play(Utterance.Of(Language, PromptId.WaitingMusic), isLooped: true, now);

    /// <summary>Cuts the words off; music goes on.</summary>
    public void StopSpeaking()
    {
        if (IsSpeaking)
        {
            IsSpeaking = false;
            _playbackEnds = TimeSpan.MaxValue;
            _actions.Add(new DialogueAction.StopPlayback());
        }
    }

    /// <summary>Takes the end of a playback. False when it is not the one now speaking.</summary>
    public bool TryEnd(long playbackId)
    {
        if (!IsSpeaking || playbackId != _playbackId)
        {
            return false;
        }

        IsSpeaking = false;
        _playbackEnds = TimeSpan.MaxValue;
        return true;
    }

    /// <summary>True once when a playback is overdue: its end counts as come.</summary>
    public bool TryExpire(TimeSpan now) => now >= _playbackEnds && TryEnd(_playbackId);

    /// <summary>Changes the language; the last words keep, to be repeated in the new one.</summary>
    public void Choose(IvrLanguage language)
    {
        Language = language;
        _actions.Add(new DialogueAction.ChooseLanguage(language));
    }

    /// <summary>Turns the caller's volume by one step and says so; at the end of the range says that.</summary>
    public void TurnVolume(int step, TimeSpan now)
    {
        int wanted = _volume + step;
        if (Math.Abs(wanted) > options.VolumeSteps)
        {
            Say(now, step > 0 ? PromptId.LoudestReached : PromptId.QuietestReached);
            return;
        }

        _volume = wanted;
        _actions.Add(new DialogueAction.SetListenGain(_volume * options.VolumeStepDb));
        Say(now, step > 0 ? PromptId.Louder : PromptId.Quieter);
    }

    /// <summary>Says the last words; the call ends when they have been heard.</summary>
    public void Farewell(DialogueEnd reason, TimeSpan now, params ReadOnlySpan<PromptId> prompts) =>
        Farewell(reason, now, Utterance.Of(Language, prompts).Sentences);

    /// <summary>Says the last words; the call ends when they have been heard.</summary>
    public void Farewell(DialogueEnd reason, TimeSpan now, IReadOnlyList<Sentence> sentences)
    {
        Ending = reason;
        Say(now, sentences);
    }

    private void Say(TimeSpan now, Utterance utterance)
    {
        _lastSaid = utterance;
        Play(utterance, isLooped: false, now);
    }

    private void Play(Utterance utterance, bool isLooped, TimeSpan now)
    {

        IsSpeaking = !isLooped;
        _playbackEnds = isLooped ? TimeSpan.MaxValue : now + options.PlaybackLimit;
        _actions.Add(new DialogueAction.Play(++_playbackId, utterance, isLooped));
    }
}
