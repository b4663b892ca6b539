using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Resampling;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Brings what voices give into the form that is played: one rate, one loudness, no dead air at the ends. Pure; any thread.</summary>
internal static class PromptAudio
{
    /// <summary>Rate of every prompt [Hz].</summary>
    public const int SampleRateHz = 8000;

    /// <summary>Loudness of speech while there is any [dBov].</summary>
    public const double SpeechDbov = LoudnessNormaliser.PromptDbov;

    /// <summary>The longest sentence; a title of long numbers could be spoken for minutes.</summary>
    public static readonly TimeSpan LongestSentence = TimeSpan.FromSeconds(7.7);

    private static readonly TimeSpan CutFade = TimeSpan.FromMilliseconds(80);

    private const int FrameSamples = SampleRateHz / 100;
    private const int SilentBelowDbov = -48;
    private const int EdgeFrames = 3;                   // 30 ms are kept, so that no consonant is clipped

    /// <summary>Converts to the prompts' rate.</summary>
    public static short[] Resample(ReadOnlySpan<short> pcm, int fromHz) => new Resampler(fromHz, SampleRateHz).Convert(pcm);

    /// <summary>Cuts the silence at both ends, but for 30 ms.</summary>
    public static ReadOnlySpan<short> Trim(ReadOnlySpan<short> pcm)
    {
        int frames = pcm.Length / FrameSamples;
        int first = 0;
        while (first < frames && IsSilent(pcm, first))
        {
            first++;
        }

        int last = frames - 1;
        while (last > first && IsSilent(pcm, last))
        {
            last--;
        }

        if (first == frames)
        {
            return [];
        }

        int start = Math.Max(0, first - EdgeFrames) * FrameSamples;
        int end = Math.Min(pcm.Length, (last + 1 + EdgeFrames) * FrameSamples);
        return pcm[start..end];
    }

    /// <summary>Cuts what is longer than <see cref="LongestSentence"/>, faded out.</summary>
    public static short[] Cut(short[] pcm)
    {
        int end = Samples(LongestSentence);
        if (pcm.Length <= end)
        {
            return pcm;
        }

        short[] cut = pcm[..end];
        int fade = Samples(CutFade);
        for (int i = 0; i < fade; i++)
        {
            cut[^(i + 1)] = (short)(cut[^(i + 1)] * i / fade);
        }

        return cut;
    }

    /// <summary>Length of a time in samples.</summary>
    public static int Samples(TimeSpan time) => (int)(time.TotalSeconds * SampleRateHz);

    private static bool IsSilent(ReadOnlySpan<short> pcm, int frame) =>
        AudioLevel.MeasureDbov(pcm.Slice(frame * FrameSamples, FrameSamples)) < SilentBelowDbov;
}
