using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>The recorded voices of Debian's asterisk-core-sounds packages, read from their folder. Any thread.</summary>
public sealed class RecordedVoices(string folder)
{
    private static readonly (IvrLanguage Language, string Package)[] Packages =
    [
        (IvrLanguage.French, "asterisk-core-sounds-fr-wav"),
        (IvrLanguage.English, "asterisk-core-sounds-en-wav"),
    ];

    /// <summary>The packages whose voice is not there; empty when all is well.</summary>
    public IReadOnlyList<string> MissingPackages() =>
        [.. Packages.Where(package => !File.Exists(PathOf(package.Language, "digits/0"))).Select(package => package.Package)];

    /// <summary>Puts the pieces of one sentence together.</summary>
    /// <returns>Samples at the prompts' rate, not yet levelled; null when a piece is missing or no WAV.</returns>
    public async Task<short[]?> ReadAsync(SentenceVoicing.Recordings recordings, CancellationToken cancellation)
    {
        List<short> samples = [];
        foreach (RecordedPiece piece in recordings.Pieces)
        {
            string path = PathOf(recordings.Language, piece.Name);
            if (!File.Exists(path))
            {
                return null;
            }

            byte[] file;
            try
            {
                file = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            if (WavReader.TryRead(file, out WavAudio? audio) != WavError.None)
            {
                return null;
            }

            ReadOnlySpan<short> pcm = PromptAudio.Resample(audio!.Samples.Span, audio.SampleRateHz);
            int used = piece.Until is { } until ? Math.Min(pcm.Length, PromptAudio.Samples(until)) : pcm.Length;
            samples.AddRange(PromptAudio.Trim(pcm[..used]));
            samples.AddRange(new short[PromptAudio.Samples(piece.PauseAfter)]);
        }

        return [.. samples];
    }

    private string PathOf(IvrLanguage language, string name) =>
        Path.Combine(folder, language == IvrLanguage.French ? "fr_CA_f_June" : "en_US_f_Allison", name + ".wav");
}
