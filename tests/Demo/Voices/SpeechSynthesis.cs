using System.Globalization;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Demo.Voices;

/// <summary>Makes the callers' voices with espeak-ng.</summary>
public static class SpeechSynthesis
{
    /// <summary>Level of all voices [dBov]: the usual level of telephone speech.</summary>
    private const double SpeechDbov = -22;

    /// <summary>Speaks one text.</summary>
    /// <returns>8 kHz PCM without silence at its ends.</returns>
    /// <exception cref="InvalidOperationException">espeak-ng is not installed or failed.</exception>
    public static async Task<Pcm> SpeakAsync(Caller caller, string text, string folder)
    {
        string words = Path.Combine(folder, $"{Guid.NewGuid():N}.txt");
        string sound = Path.ChangeExtension(words, ".wav");
        await File.WriteAllTextAsync(words, text);
        await using OwnedProcess engine = OwnedProcess.Start(
            "espeak-ng",
            ["-v", caller.Voice, "-p", caller.Pitch.ToString(CultureInfo.InvariantCulture), "-s", "165", "-f", words, "-w", sound]);
        if (await engine.WaitForExitAsync(TimeSpan.FromSeconds(20)) != 0)
        {
            throw new InvalidOperationException($"espeak-ng failed: {engine.Tail(3)}");
        }

        return Trim(Signals.Normalise(Signals.Resample(WavFile.Read(sound), 8000), SpeechDbov));
    }

    private static Pcm Trim(Pcm pcm)
    {
        const int audible = 200;
        int first = Array.FindIndex(pcm.Samples, sample => Math.Abs((int)sample) > audible);
        int last = Array.FindLastIndex(pcm.Samples, sample => Math.Abs((int)sample) > audible);
        return first < 0 ? pcm : pcm with { Samples = pcm.Samples[first..(last + 1)] };
    }
}
