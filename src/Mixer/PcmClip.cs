namespace PhoneBridge.Mixer;

/// <summary>A piece of recorded or synthesised sound, 16-bit linear mono. Shared by all legs that play it; never changed.</summary>
/// <param name="Samples">The samples.</param>
/// <param name="SampleRateHz">Sample rate [Hz]; must be the mixing rate (<see cref="MediaEngine.SampleRateHz"/>) to be played.</param>
public sealed record PcmClip(ReadOnlyMemory<short> Samples, int SampleRateHz)
{
    /// <summary>How long the clip sounds.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds((double)Samples.Length / SampleRateHz);
}
