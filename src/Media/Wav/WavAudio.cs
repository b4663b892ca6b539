namespace PhoneBridge.Media.Wav;

/// <summary>Sound read from a WAV file, mixed down to one channel.</summary>
/// <param name="Samples">16-bit samples.</param>
/// <param name="SampleRateHz">Sample rate [Hz], 1000 to 192 000.</param>
public sealed record WavAudio(ReadOnlyMemory<short> Samples, int SampleRateHz);

/// <summary>Why a file could not be read.</summary>
public enum WavError : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>Not RIFF/WAVE, or cut off before the sound.</summary>
    NotWav,

    /// <summary>Not 16-bit PCM with one or two channels, or a sample rate outside 1000 to 192 000 Hz.</summary>
    UnsupportedFormat,

    /// <summary>More sound than the caller allows.</summary>
    TooLong,
}
