namespace PhoneBridge.Benchmarks.Load;

/// <summary>All sounds of one load in its codec.</summary>
/// <param name="codec">The codec.</param>
/// <param name="talkers">Makes the sound of a talker by its number, at a sample rate; null: a voice with pause and marker.</param>
internal sealed class LoadVoices(LoadCodec codec, Func<int, int, short[]>? talkers = null)
{
    private const int Voices = 12;

    private readonly LoadVoice[] _talkers =
    [
        .. Enumerable.Range(0, Voices).Select(i => talkers is null
            ? LoadVoice.Encode(codec, Marked(codec, LoadSound.Voice(i, codec.Format.SampleRateHz)), hasMarker: true)
            : LoadVoice.Encode(codec, talkers(i, codec.Format.SampleRateHz), hasMarker: false)),
    ];

    /// <summary>The codec.</summary>
    public LoadCodec Codec => codec;

    /// <summary>What a caller sends who does not talk.</summary>
    public LoadVoice Silence { get; } = LoadVoice.Encode(codec, LoadSound.Silence(codec.Format.SampleRateHz), hasMarker: false);

    /// <summary>A talker's voice.</summary>
    /// <param name="number">Any number; there are twelve voices.</param>
    public LoadVoice Talker(int number) => _talkers[number % Voices];

    private static short[] Marked(LoadCodec codec, short[] voice) => codec.IsG711
        ? LoadSound.WithPeak(voice, codec.Format.SampleRateHz)
        : LoadSound.WithBurst(voice, codec.Format.SampleRateHz);
}
