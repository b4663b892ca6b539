namespace PhoneBridge.Mixer.Recording;

/// <summary>Something that can be recorded: a conference, or one leg by itself. Belongs to its loop.</summary>
internal interface IRecorded
{
    /// <summary>Where its frames go, while it is recorded.</summary>
    RecordingTap? Tap { get; set; }
}
