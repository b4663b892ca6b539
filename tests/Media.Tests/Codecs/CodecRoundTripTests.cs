using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Codecs;

public sealed class CodecRoundTripTests(ITestOutputHelper output)
{
    public static TheoryData<AudioFormat, double> Tones
    {
        get
        {
            TheoryData<AudioFormat, double> data = [];
            foreach (AudioFormat format in (AudioFormat[])[AudioFormat.Pcma, AudioFormat.Pcmu, AudioFormat.G722, AudioFormat.Opus(8000), AudioFormat.Opus(16000), AudioFormat.Opus()])
            {
                foreach (double frequency in (double[])[300, 1000, 3000, 6000, 10_000])
                {
                    if (frequency < format.SampleRateHz * 0.42)
                    {
                        data.Add(format, frequency);
                    }
                }
            }

            return data;
        }
    }

    [Theory] // RTP: profile of codecs
    [Trait("Req", "PCMA")]
    [Trait("Req", "PCMU")]
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    [MemberData(nameof(Tones))]
    public void A_tone_keeps_its_frequency_and_level(AudioFormat format, double frequency)
    {
        foreach (double level in (double[])[-12, -30])
        {
            // Bit rate enough for a bare tone at any place: Opus spends 28 kbit/s on the voice band.
            short[] pcm = Signals.Tone(frequency, TimeSpan.FromSeconds(1), level, format.SampleRateHz).Samples;
            short[] decoded = RoundTrip(format, pcm, new OpusSettings { BitrateBps = 64_000 });
            ReadOnlySpan<short> late = decoded.AsSpan(decoded.Length / 2);
            Assert.InRange(Goertzel.LevelDbov(late, frequency, format.SampleRateHz), level - 2, level + 2);
            Assert.InRange(Goertzel.LevelDbov(late, frequency * 0.7, format.SampleRateHz), -96, level - 20);
        }
    }

    [Theory]
    [Trait("Req", "PCMA")]
    [Trait("Req", "PCMU")]
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    [InlineData(AudioCodec.Pcma, 8000, 30)]
    [InlineData(AudioCodec.Pcmu, 8000, 30)]
    [InlineData(AudioCodec.G722, 16000, 25)]
    [InlineData(AudioCodec.Opus, 8000, 6)]
    [InlineData(AudioCodec.Opus, 16000, 6)]
    [InlineData(AudioCodec.Opus, 48000, 6)]
    public void Speech_comes_through_with_little_noise(AudioCodec codec, int rate, double leastSnrDb)
    {
        short[] speech = CodecSounds.Speech(rate, 4);
        short[] decoded = RoundTrip(new AudioFormat(codec, rate), speech, null);
        (double snr, int offset, _) = SignalToNoise.Measure(new Pcm(rate, speech[..(rate * 3)]), new Pcm(rate, decoded));
        output.WriteLine(FormattableString.Invariant($"{codec} {rate} Hz: {snr:0.0} dB, {1000.0 * offset / rate:0.0} ms late"));
        Assert.InRange(snr, leastSnrDb, 80);
        Assert.InRange(1000.0 * offset / rate, 0, 8);
    }

    [Fact] // RTP clock of G.722: RFC 3551 §4.5.2; of Opus: RFC 7587 §4.1
    [Trait("Req", "G722")]
    [Trait("Req", "OPUS")]
    public void Twenty_milliseconds_are_160_units_of_G_722_and_960_of_Opus()
    {
        byte[] payload = new byte[1275];
        foreach ((AudioFormat format, int units) in ((AudioFormat, int)[])[(AudioFormat.Pcma, 160), (AudioFormat.G722, 160), (AudioFormat.Opus(8000), 960), (AudioFormat.Opus(), 960)])
        {
            using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
            using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);
            int length = encoder.Encode(new short[format.SamplesPerFrame], payload);
            Assert.Equal(units, decoder.DurationOf(payload.AsSpan(0, length)));
            Assert.Equal(format.ClockRateHz / 50, units);
        }
    }

    [Fact]
    public void Formats_that_do_not_exist_are_refused()
    {
        foreach (AudioFormat format in (AudioFormat[])[new(AudioCodec.Pcma, 16000), new(AudioCodec.G722, 8000), new(AudioCodec.Opus, 44100), new((AudioCodec)99, 8000)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => AudioCodecs.CreateDecoder(format));
            Assert.Throws<ArgumentOutOfRangeException>(() => AudioCodecs.CreateEncoder(format));
        }

        Assert.False(AudioCodecs.IsAvailable((AudioCodec)99));
        Assert.True(AudioCodecs.IsAvailable(AudioCodec.G722));
    }

    [Fact]
    public void G_722_splits_a_sound_anywhere_and_refuses_half_a_pair()
    {
        short[] pcm = CodecSounds.Noise(2000, 5000, 3);
        using IAudioEncoder whole = AudioCodecs.CreateEncoder(AudioFormat.G722);
        using IAudioEncoder pieces = AudioCodecs.CreateEncoder(AudioFormat.G722);
        byte[] expected = new byte[1000];
        byte[] payload = new byte[1000];
        whole.Encode(pcm, expected);
        for (int at = 0; at < 2000; at += 80)
        {
            pieces.Encode(pcm.AsSpan(at, 80), payload.AsSpan(at / 2));
        }

        Assert.Equal(expected, payload);
        Assert.Throws<ArgumentException>(() => whole.Encode(pcm.AsSpan(0, 3), payload));
        Assert.Throws<ArgumentException>(() => whole.Encode(pcm.AsSpan(0, 320), payload.AsSpan(0, 159)));
    }

    private static short[] RoundTrip(AudioFormat format, short[] pcm, OpusSettings? settings)
    {
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format, settings);
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);
        byte[] payload = new byte[1275];
        short[] decoded = new short[pcm.Length];
        for (int at = 0; at + format.SamplesPerFrame <= pcm.Length; at += format.SamplesPerFrame)
        {
            int length = encoder.Encode(pcm.AsSpan(at, format.SamplesPerFrame), payload);
            Assert.Equal(format.SamplesPerFrame, decoder.Decode(payload.AsSpan(0, length), decoded.AsSpan(at)));
        }

        return decoded;
    }
}
