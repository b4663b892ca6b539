namespace PhoneBridge.Mixer;

/// <summary>What can be wrong with a recording. The conference is never touched by it.</summary>
public enum RecordingFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The disk takes longer than the recording can wait: what did not fit is silence in the file.</summary>
    SlowDisk,

    /// <summary>No room on the disk, or in the quota.</summary>
    DiskFull,

    /// <summary>The disk refused to write for another reason.</summary>
    WriteFailed,

    /// <summary>The file could not be made: it is there already, its folder is not, or it is not ours to write.</summary>
    CannotCreate,

    /// <summary>The file was taken away while it was written.</summary>
    FileRemoved,

    /// <summary>What came was not sound of the rate that was asked for.</summary>
    WrongRate,

    /// <summary>This machine has no Opus (libopus is not installed).</summary>
    CodecMissing,

    /// <summary>A defect of ours.</summary>
    Defect,
}

/// <summary>A recording loses sound, or will if its disk stays as it is. Told once a recording, when it starts; it goes on as soon as it can.</summary>
/// <param name="Recording">The recording.</param>
/// <param name="LostMs">Sound lost so far [ms]; 0 when it may still be saved.</param>
/// <param name="Fault">Why.</param>
public sealed record RecordingTrouble(RecordingId Recording, long LostMs, RecordingFault Fault) : MediaEvent;

/// <summary>A recording is over, and its file closed.</summary>
/// <param name="Recording">The recording.</param>
/// <param name="LostMs">Sound that is not in the file [ms]: silence in its place, or the end cut off.</param>
/// <param name="Fault">Why it ended; none when it was stopped or what it recorded is gone.</param>
public sealed record RecordingEnded(RecordingId Recording, long LostMs, RecordingFault Fault) : MediaEvent;
