using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>What the shell of a dialogue has to do, in the order given. A closed set.</summary>
public abstract record DialogueAction
{
    private DialogueAction()
    {
    }

    /// <summary>Plays to the caller alone; replaces what is playing.</summary>
    /// <param name="PlaybackId">Rises with each playback of the call; comes back in <see cref="DialogueInput.PlaybackEnded"/>.</param>
    /// <param name="Utterance">What is said.</param>
    /// <param name="IsLooped">Starts again at its end, until replaced or stopped.</param>
    public sealed record Play(long PlaybackId, Utterance Utterance, bool IsLooped) : DialogueAction;

    /// <summary>Silences what is playing to the caller.</summary>
    public sealed record StopPlayback : DialogueAction;

    /// <summary>Looks the PIN up; answered by <see cref="DialogueInput.PinAccepted"/> or <see cref="DialogueInput.PinRefused"/>.</summary>
    /// <param name="Attempt">Number of this look-up in the call, from 1.</param>
    /// <param name="Pin">The secret; prints as ***.</param>
    public sealed record SubmitPin(int Attempt, KeyedPin Pin) : DialogueAction;

    /// <summary>Who was rung takes the invitation: enters the room; answered as the door answers a right PIN.</summary>
    public sealed record AcceptInvitation : DialogueAction;

    /// <summary>Asks the meeting to open or close the caller's own microphone; answered by
    /// <see cref="DialogueInput.MicrophoneChanged"/> or <see cref="DialogueInput.MicrophoneRefused"/>.</summary>
    /// <param name="Open">True to open.</param>
    public sealed record SetMicrophone(bool Open) : DialogueAction;

    /// <summary>Asks how many others are there; answered by <see cref="DialogueInput.Counted"/>.</summary>
    public sealed record AskCount : DialogueAction;

    /// <summary>Sets how loud the caller hears the room and the prompts.</summary>
    /// <param name="GainDb">Gain against normal [dB].</param>
    public sealed record SetListenGain(double GainDb) : DialogueAction;

    /// <summary>Moderator: mutes everybody else; answered by <see cref="DialogueInput.AllMuted"/>.</summary>
    public sealed record MuteAll : DialogueAction;

    /// <summary>Moderator: locks or unlocks the room; answered by <see cref="DialogueInput.RoomLockChanged"/>.</summary>
    /// <param name="IsLocked">True to lock.</param>
    public sealed record SetRoomLock(bool IsLocked) : DialogueAction;

    /// <summary>Takes the caller out of the meeting or the waiting line at once; a goodbye follows.</summary>
    /// <param name="Why">As the call will end.</param>
    public sealed record LeaveMeeting(DialogueEnd Why) : DialogueAction;

    /// <summary>The caller chose a language.</summary>
    /// <param name="Language">In force from the next prompt on.</param>
    public sealed record ChooseLanguage(IvrLanguage Language) : DialogueAction;

    /// <summary>Ends the call. Always the last action of a dialogue.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record HangUp(DialogueEnd Reason) : DialogueAction;
}
