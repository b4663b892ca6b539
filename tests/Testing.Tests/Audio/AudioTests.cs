using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Tests.Audio;

public sealed class AudioTests
{
    [Theory]
    [InlineData(PhoneCodec.Pcma, 0xD5, 8)]       // the smallest positive step
    [InlineData(PhoneCodec.Pcma, 0xAA, 32256)]   // full scale, G.711 table 1a: 4032 of 4096
    [InlineData(PhoneCodec.Pcma, 0x2A, -32256)]
    [InlineData(PhoneCodec.Pcmu, 0xFF, 0)]
    [InlineData(PhoneCodec.Pcmu, 0x80, 32124)]   // full scale, G.711 table 2a: 8031 of 8192
    [InlineData(PhoneCodec.Pcmu, 0x00, -32124)]
    public void Known_code_words_decode_to_the_values_of_the_recommendation(PhoneCodec codec, byte code, short expected)
    {
        short[] pcm = new short[1];
        G711.Decode(codec, [code], pcm);
        Assert.Equal(expected, pcm[0]);
    }

    [Theory]
    [InlineData(PhoneCodec.Pcma)]
    [InlineData(PhoneCodec.Pcmu)]
    public void Coded_speech_level_noise_keeps_the_quality_of_the_codec(PhoneCodec codec)
    {
        Random random = new(7);
        Pcm noise = new(8000, [.. Enumerable.Range(0, 8000).Select(_ => (short)(3000 * (random.NextDouble() + random.NextDouble() - 1)))]);
        short[] decoded = new short[noise.Samples.Length];
        G711.Decode(codec, G711.Encode(codec, noise.Samples), decoded);
        (double snr, int offset, _) = SignalToNoise.Measure(noise, new Pcm(8000, decoded));
        Assert.Equal(0, offset);
        Assert.InRange(snr, 34, 42);
    }

    [Fact]
    public void A_tone_is_measured_at_its_level_and_its_neighbour_at_none()
    {
        Pcm tone = Signals.Tone(1000, TimeSpan.FromMilliseconds(20), levelDbov: -14);
        Assert.Equal(-14, Goertzel.LevelDbov(tone.Samples, 1000), tolerance: 0.2);
        Assert.True(Goertzel.LevelDbov(tone.Samples, 1200) < -50);
        Assert.Equal(-17, Goertzel.RmsDbov(tone.Samples), tolerance: 0.2);
    }

    [Fact]
    public void A_timeline_tells_which_tone_is_heard_when()
    {
        Pcm pcm = Signals.Join(
            Signals.Tone(440, TimeSpan.FromSeconds(1)),
            Signals.Silence(TimeSpan.FromSeconds(0.5)),
            Signals.Tone(700, TimeSpan.FromSeconds(1)));
        ToneTimeline timeline = ToneTimeline.Measure(pcm, [440, 700]);
        Assert.Equal([new TimeRange(TimeSpan.Zero, TimeSpan.FromSeconds(1))], timeline.Heard(440));
        Assert.Equal([new TimeRange(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5))], timeline.Heard(700));
        Assert.Equal(0, timeline.Share(440, new TimeRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5))));
    }

    [Fact]
    public void A_marker_is_found_to_the_sample_through_G711_under_a_tone()
    {
        short[] mix = Signals.Tone(300, TimeSpan.FromSeconds(2), levelDbov: -26).Samples;
        short[] chirp = Marker.Create().Samples;
        foreach (int place in new[] { 1234, 9000 })
        {
            for (int i = 0; i < chirp.Length; i++)
            {
                mix[place + i] += chirp[i];
            }
        }

        short[] decoded = new short[mix.Length];
        G711.Decode(PhoneCodec.Pcma, G711.Encode(PhoneCodec.Pcma, mix), decoded);
        Assert.Equal([1234, 9000], Marker.Find(new Pcm(8000, decoded)));
    }

    [Fact]
    public void Resampling_keeps_a_tone_and_removes_what_does_not_fit()
    {
        Pcm high = Signals.Resample(Signals.Tone(1000, TimeSpan.FromSeconds(1), -14, 22050), 8000);
        Assert.Equal(8000, high.Samples.Length);
        Assert.Equal(-14, Goertzel.LevelDbov(high.Samples.AsSpan(2000, 4000), 1000), tolerance: 0.2);
        Pcm gone = Signals.Resample(Signals.Tone(5000, TimeSpan.FromSeconds(1), -14, 22050), 8000);
        Assert.True(Goertzel.RmsDbov(gone.Samples.AsSpan(2000, 4000)) < -70);
    }

    [Fact]
    public void A_wave_file_comes_back_as_it_was_written()
    {
        string path = Path.GetTempFileName();
        try
        {
            Pcm pcm = Signals.Tone(440, TimeSpan.FromSeconds(0.1));
            WavFile.Write(path, pcm);
            Pcm read = WavFile.Read(path);
            Assert.Equal(8000, read.SampleRateHz);
            Assert.Equal(pcm.Samples, read.Samples);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
