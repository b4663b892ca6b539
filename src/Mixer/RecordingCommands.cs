namespace PhoneBridge.Mixer;

/// <summary>
/// Records what is heard in a conference, or one of its legs by itself, from the next tick on; a recording of the same conference or
/// leg that still runs ends. Answered by <see cref="RecordingEnded"/> when it is over: stopped, or because what it recorded is gone.
/// </summary>
/// <param name="Id">A name that no recording had before.</param>
/// <param name="Conference">The conference; the command is counted and dropped when it has no leg.</param>
/// <param name="Leg">One leg of it, recorded by itself while it is heard; null: the mix of all.</param>
/// <param name="Target">Where to.</param>
public sealed record StartRecording(RecordingId Id, ConferenceId Conference, LegId? Leg, RecordingTarget Target) : MediaCommand;

/// <summary>Ends a recording; nothing that is said after this is in it. Answered by <see cref="RecordingEnded"/> when the file is complete.</summary>
/// <param name="Id">A recording that runs.</param>
public sealed record StopRecording(RecordingId Id) : MediaCommand;
