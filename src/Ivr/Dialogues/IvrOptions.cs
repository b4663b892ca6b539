namespace PhoneBridge.Ivr.Dialogues;

/// <summary>Times and counts of the dialogue with a caller. All times are positive.</summary>
public sealed record IvrOptions
{
    /// <summary>Digits of a PIN; the last one submits it. 1 to <see cref="KeyedPin.MaxLength"/>.</summary>
    public int PinLength { get; init; } = 9;

    /// <summary>What is said in place of the welcome, in the language that the call begins in; null for the welcome itself. Written by people.</summary>
    public string? Greeting { get; init; }

    /// <summary>Tries before the call ends.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>From the end of the prompt to the first key; raise it (30 s) for callers who need longer.</summary>
    public TimeSpan FirstKeyTimeout { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>From one key to the next.</summary>
    public TimeSpan InterKeyTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>One whole try, its prompts included.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>All of PIN entry, from the first sound to the right PIN.</summary>
    public TimeSpan EntryTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>A # that comes this soon after a complete PIN belongs to it.</summary>
    public TimeSpan HashSwallow { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one PIN look-up may take; then it is tried once more.</summary>
    public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest delay of the guessing brake that a caller is kept on the line for.</summary>
    public TimeSpan LongestBrake { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From a right PIN to admission, waiting or refusal.</summary>
    public TimeSpan AdmissionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the answer to the first sign that media is ready.</summary>
    public TimeSpan MediaTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No playback lasts longer; guards against an end of playback that is never reported.</summary>
    public TimeSpan PlaybackLimit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Music between two reminders while waiting.</summary>
    public TimeSpan WaitReminder { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait for a meeting to begin.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long before the end of the wait it is announced.</summary>
    public TimeSpan WaitWarning { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A star followed by nothing for this long asks for the menu.</summary>
    public TimeSpan StarTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the meeting may take to confirm what a key asked for.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the end of an invitation to its next repeat.</summary>
    public TimeSpan InvitationPause { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often an invitation is repeated before the call ends.</summary>
    public int InvitationRepeats { get; init; } = 2;

    /// <summary>One step of the caller's volume [dB].</summary>
    public double VolumeStepDb { get; init; } = 4;

    /// <summary>Steps to either side of the middle.</summary>
    public int VolumeSteps { get; init; } = 3;
}
