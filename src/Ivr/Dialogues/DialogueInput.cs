using System.Text;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>What can happen to a call's dialogue. A closed set.</summary>
public abstract record DialogueInput
{
    private DialogueInput()
    {
    }

    /// <summary>Media is ready in both directions: the caller can hear.</summary>
    public sealed record Started : DialogueInput;

    /// <summary>The caller pressed a key; one press is reported once.</summary>
    /// <param name="Symbol">0-9, *, #; A-D and all else count as unknown keys.</param>
    public sealed record KeyPressed(char Symbol) : DialogueInput
    {
        /// <summary>Prints no key: it may be a digit of a PIN.</summary>
        protected override bool PrintMembers(StringBuilder builder)
        {
            builder.Append("***");
            return true;
        }
    }

    /// <summary>A playback came to its end or was cut off. Looped playbacks report nothing.</summary>
    /// <param name="PlaybackId">The id given by <see cref="DialogueAction.Play"/>; an older id changes nothing.</param>
    public sealed record PlaybackEnded(long PlaybackId) : DialogueInput;

    /// <summary>The deadline has come.</summary>
    public sealed record TimePassed : DialogueInput;

    /// <summary>The PIN is right.</summary>
    /// <param name="Attempt">The number given by <see cref="DialogueAction.SubmitPin"/>; an older answer changes nothing.</param>
    /// <param name="Room">What may be said of the room.</param>
    public sealed record PinAccepted(int Attempt, RoomBrief Room) : DialogueInput;

    /// <summary>The PIN opens nothing.</summary>
    /// <param name="Attempt">The number given by <see cref="DialogueAction.SubmitPin"/>.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Delay">Pause before the caller hears of it (wrong), or before the PIN may be looked up (braked).</param>
    public sealed record PinRefused(int Attempt, PinRefusal Reason, TimeSpan Delay) : DialogueInput;

    /// <summary>The caller is in the room's audio now.</summary>
    /// <param name="OthersPresent">How many others are in the meeting. 0 or more.</param>
    /// <param name="Microphone">The caller's own microphone.</param>
    public sealed record Admitted(int OthersPresent, MicrophoneState Microphone) : DialogueInput;

    /// <summary>The caller waits outside of the meeting; given again when the reason changes.</summary>
    /// <param name="Reason">What for.</param>
    public sealed record MustWait(WaitReason Reason) : DialogueInput;

    /// <summary>The meeting keeps the caller waiting no longer.</summary>
    public sealed record WaitOver : DialogueInput;

    /// <summary>The room does not take the caller in, although the PIN is right.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record AdmissionRefused(AdmissionRefusal Reason) : DialogueInput;

    /// <summary>Answer to <see cref="DialogueAction.AskCount"/>.</summary>
    /// <param name="OthersPresent">How many others are in the meeting. 0 or more.</param>
    public sealed record Counted(int OthersPresent) : DialogueInput;

    /// <summary>The caller's microphone changed, by whomever, and the mixer has obeyed.</summary>
    /// <param name="State">As it is now.</param>
    /// <param name="Cause">Who or what changed it.</param>
    public sealed record MicrophoneChanged(MicrophoneState State, MicrophoneChange Cause) : DialogueInput;

    /// <summary>The meeting did not open the microphone that the caller's key asked for.</summary>
    /// <param name="State">As it is now.</param>
    public sealed record MicrophoneRefused(MicrophoneState State) : DialogueInput;

    /// <summary>The moderator asks the caller to open the microphone; only the caller's key opens it.</summary>
    /// <param name="IsAsked">False: the request was withdrawn, which is not spoken.</param>
    public sealed record AskedToUnmute(bool IsAsked) : DialogueInput;

    /// <summary>The meeting reaches its longest duration soon.</summary>
    /// <param name="Remaining">Until then.</param>
    public sealed record MeetingEndsSoon(TimeSpan Remaining) : DialogueInput;

    /// <summary>The room was locked or unlocked against newcomers.</summary>
    /// <param name="IsLocked">As it is now.</param>
    public sealed record RoomLockChanged(bool IsLocked) : DialogueInput;

    /// <summary>To the moderator whose key asked for it: all others are muted.</summary>
    public sealed record AllMuted : DialogueInput;

    /// <summary>The moderator removed the caller, who is out of the audio already.</summary>
    public sealed record Removed : DialogueInput;

    /// <summary>The meeting has ended.</summary>
    public sealed record MeetingEnded : DialogueInput;

    /// <summary>The bridge stops: goodbye to everybody.</summary>
    public sealed record ServiceStopping : DialogueInput;

    /// <summary>The call has lasted as long as any call may.</summary>
    public sealed record CallTooLong : DialogueInput;
}
