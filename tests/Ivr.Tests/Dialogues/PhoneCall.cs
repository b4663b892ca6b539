using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Tests.Dialogues;

/// <summary>One caller on virtual time: feeds the dialogue, carries playbacks out in a fixed time, keeps every action.</summary>
internal sealed class PhoneCall
{
    public static readonly TimeSpan T0 = TimeSpan.FromHours(7);
    public static readonly RoomBrief Room = new("Réunion de rentrée", IvrLanguage.French, CallerRole.Participant);
    public static readonly RoomBrief ModeratedRoom = Room with { Role = CallerRole.Moderator };

    private readonly CallDialogue _dialogue;
    private long _playing;

    public PhoneCall(IvrOptions? options = null, IvrLanguage language = IvrLanguage.French, KeyedPin? pin = null, RoomBrief? invitation = null)
    {
        _dialogue = new CallDialogue(options ?? new IvrOptions(), language, pin, T0) { Invitation = invitation };
        Now = T0;
    }

    public TimeSpan Now { get; private set; }

    public CallDialogue Dialogue => _dialogue;

    public List<DialogueAction> Last { get; private set; } = [];

    public List<DialogueAction> All { get; } = [];

    public int Attempt => All.OfType<DialogueAction.SubmitPin>().Last().Attempt;

    public IReadOnlyList<Sentence> LastSentences => All.OfType<DialogueAction.Play>().Last().Utterance.Sentences;

    public IReadOnlyList<PromptId> LastSaid => [.. LastSentences.Select(sentence => sentence.Prompt)];

    /// <summary>What the last input made the dialogue say; empty when it said nothing.</summary>
    public IReadOnlyList<PromptId> Said => [.. Last.OfType<DialogueAction.Play>().SelectMany(play => play.Utterance.Sentences).Select(sentence => sentence.Prompt)];

    public DialogueEnd? End => All.OfType<DialogueAction.HangUp>().SingleOrDefault()?.Reason;

    public static KeyedPin Pin(string digits) => KeyedPin.TryRead(digits, out KeyedPin pin) ? pin : throw new ArgumentException("not a PIN", nameof(digits));

    public PhoneCall Give(DialogueInput input)
    {
        Last = [.. _dialogue.Apply(input, Now)];
        All.AddRange(Last);
        foreach (DialogueAction.Play play in Last.OfType<DialogueAction.Play>())
        {
            _playing = play.PlaybackId;
        }

        return this;
    }

    public PhoneCall Start() => Give(new DialogueInput.Started());

    public PhoneCall Key(char key) => Give(new DialogueInput.KeyPressed(key));

    /// <summary>Keys in 200 ms steps.</summary>
    public PhoneCall Keys(string keys)
    {
        foreach (char key in keys)
        {
            Now += TimeSpan.FromMilliseconds(200);
            Key(key);
        }

        return this;
    }

    /// <summary>The caller has heard what was being said.</summary>
    public PhoneCall Heard()
    {
        Now += TimeSpan.FromSeconds(3);
        return Give(new DialogueInput.PlaybackEnded(_playing));
    }

    /// <summary>Time goes by; the shell wakes the dialogue at each deadline on the way.</summary>
    public PhoneCall Wait(double seconds)
    {
        TimeSpan until = Now + TimeSpan.FromSeconds(seconds);
        while (_dialogue.Deadline <= until && !_dialogue.IsEnded)
        {
            Now = _dialogue.Deadline > Now ? _dialogue.Deadline : Now;
            Give(new DialogueInput.TimePassed());
        }

        Now = until;
        return this;
    }

    /// <summary>Waits like <see cref="Wait"/>, and hears everything that is said meanwhile at once.</summary>
    public PhoneCall WaitAndHear(double seconds)
    {
        TimeSpan until = Now + TimeSpan.FromSeconds(seconds);
        while (_dialogue.Deadline <= until && !_dialogue.IsEnded)
        {
            Now = _dialogue.Deadline > Now ? _dialogue.Deadline : Now;
            Give(new DialogueInput.TimePassed());
            if (Last.OfType<DialogueAction.Play>().Any(play => !play.IsLooped))
            {
                Give(new DialogueInput.PlaybackEnded(_playing));
            }
        }

        Now = until;
        return this;
    }

    public PhoneCall Accept(RoomBrief? room = null) => Give(new DialogueInput.PinAccepted(Attempt, room ?? Room));

    public PhoneCall Wrong(double delaySeconds = 0) =>
        Give(new DialogueInput.PinRefused(Attempt, PinRefusal.Wrong, TimeSpan.FromSeconds(delaySeconds)));

    public PhoneCall Admit(int others = 3, MicrophoneState microphone = MicrophoneState.Open) =>
        Give(new DialogueInput.Admitted(others, microphone));

    /// <summary>A caller who is in, has heard the entry, and whose PIN's # is long past.</summary>
    public static PhoneCall InMeeting(MicrophoneState microphone = MicrophoneState.Open, RoomBrief? room = null) =>
        new PhoneCall().Start().Keys("123456789").Accept(room).Admit(3, microphone).Heard().Wait(5);

    public static PhoneCall InWaiting(IvrOptions? options = null) =>
        new PhoneCall(options).Start().Keys("123456789").Accept().Give(new DialogueInput.MustWait(WaitReason.NotStarted)).Heard();
}
