using System.Globalization;

namespace PhoneBridge.Mixer;

/// <summary>Names one recording for the life of the process; given by whoever starts it, never used twice.</summary>
/// <param name="Value">Any number that no other recording of this process ever had.</param>
public readonly record struct RecordingId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"recording {Value}");
}

/// <summary>Kinds of file that a recording can be.</summary>
public enum RecordingFormat : byte
{
    /// <summary>Opus in Ogg (RFC 7845): about 11 MB an hour.</summary>
    OggOpus,

    /// <summary>16-bit PCM: 58 MB an hour at 8 kHz, 346 MB at 48 kHz. Goes on in a further file (name-2.wav) after 4 GiB.</summary>
    Wav,
}

/// <summary>Where a recording goes.</summary>
/// <param name="Path">The file; it must not be there yet, its folder must.</param>
/// <param name="Format">What kind of file.</param>
/// <param name="SampleRateHz">Rate of the sound that is recorded [Hz]: 8000, 16000 or 48000, the one that the conference is mixed at or the leg is decoded to.</param>
public sealed record RecordingTarget(string Path, RecordingFormat Format, int SampleRateHz);
