using System.Collections.Concurrent;
using PhoneBridge.Media.Resampling;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Media.Tests.Concealment;

/// <summary>Real speech: the recordings of the Debian packages asterisk-core-sounds-fr-wav and asterisk-core-sounds-en-wav.</summary>
internal static class Speech
{
    private const string Folder = "/usr/share/asterisk/sounds";

    private static readonly string[] Recordings =
    [
        "fr_CA_f_June/conf-adminmenu.wav", "fr_CA_f_June/conf-getpin.wav", "fr_CA_f_June/conf-onlyperson.wav",
        "en_US_f_Allison/conf-adminmenu.wav", "en_US_f_Allison/conf-getpin.wav", "en_US_f_Allison/conf-onlyperson.wav",
    ];

    // Read and resampled once for all tests, which do not write to it.
    private static readonly ConcurrentDictionary<int, Lazy<short[]>> ByRate = new();

    public static bool IsThere => Recordings.All(name => File.Exists(Path.Combine(Folder, name)));

    /// <summary>All recordings in one.</summary>
    public static short[] Read(int sampleRateHz) => ByRate.GetOrAdd(sampleRateHz, rate => new Lazy<short[]>(() => Load(rate))).Value;

    private static short[] Load(int sampleRateHz)
    {
        List<short> speech = [];
        foreach (string name in Recordings)
        {
            Assert.Equal(WavError.None, WavReader.TryRead(File.ReadAllBytes(Path.Combine(Folder, name)), out WavAudio? audio));
            speech.AddRange(sampleRateHz == audio!.SampleRateHz ? audio.Samples.ToArray() : new Resampler(audio.SampleRateHz, sampleRateHz).Convert(audio.Samples.Span));
        }

        return [.. speech];
    }
}
