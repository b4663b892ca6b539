using System.Collections.Concurrent;
using PhoneBridge.Media.Resampling;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>Sounds that the codecs are tried on.</summary>
internal static class CodecSounds
{
    private const string Prompts = "/usr/share/asterisk/sounds";

    // Long sentences of a woman; fetched once, since resampling is most of the work.
    private static readonly string[] Sentences = ["demo-instruct", "demo-congrats", "vm-options", "tt-monkeys"];
    private static readonly Lazy<short[]> Wide = new(() => Widen([.. Sentences.SelectMany(Read)]));

    private static readonly ConcurrentDictionary<(int SampleRateHz, int Seconds, int From), Lazy<short[]>> Parts = new();

    /// <summary>Speech at 16 kHz, some 40 s. The prompts end at 4 kHz; their mirror image above, 20 dB down, stands in for what wideband has there.</summary>
    public static short[] Speech16 => Wide.Value;

    /// <summary>Speech at a rate [Hz], of a length [s], from a place in the recording on [s].</summary>
    public static short[] Speech(int sampleRateHz, int seconds, int from = 0) =>
        [.. Parts.GetOrAdd((sampleRateHz, seconds, from), part => new Lazy<short[]>(() => Cut(part))).Value];

    /// <summary>White noise, not beyond a peak.</summary>
    public static short[] Noise(int length, int peak, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(-peak, peak + 1))];
    }

    /// <summary>A sine from 20 Hz to a frequency, rising evenly.</summary>
    public static short[] Sweep(int length, double topHz, double amplitude, int sampleRateHz)
    {
        double phase = 0;
        short[] pcm = new short[length];
        for (int i = 0; i < length; i++)
        {
            pcm[i] = (short)Math.Round(amplitude * Math.Sin(phase));
            phase += 2 * Math.PI * (20 + ((topHz - 20) * i / length)) / sampleRateHz;
        }

        return pcm;
    }

    private static short[] Cut((int SampleRateHz, int Seconds, int From) part) =>
        new Resampler(16000, part.SampleRateHz).Convert([.. Speech16.Skip(part.From * 16000).Take(part.Seconds * 16000)]);

    private static short[] Read(string name)
    {
        string? file = Directory.Exists(Prompts)
            ? Directory.GetFiles(Prompts, $"{name}.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        Assert.True(file is not null, $"No prompt {name}: install the Debian package asterisk-core-sounds-fr-wav.");
        return WavFile.Read(file).Samples;
    }

    private static short[] Widen(short[] narrow)
    {
        short[] wide = new Resampler(8000, 16000).Convert(narrow);
        return [.. wide.Select((sample, i) => (short)Math.Clamp(i % 2 == 0 ? sample * 1.1 : sample * 0.9, short.MinValue, short.MaxValue))];
    }
}
