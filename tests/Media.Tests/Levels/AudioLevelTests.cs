using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Levels;

public sealed class AudioLevelTests
{
    [Fact]
    public void Vector_and_scalar_sums_agree_at_every_length()
    {
        Random random = new(20);
        for (int length = 0; length <= 400; length++)
        {
            short[] pcm = [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
            Assert.Equal(AudioLevel.SumOfSquaresScalar(pcm), AudioLevel.SumOfSquares(pcm));
        }
    }

    [Fact]
    public void The_most_negative_sample_everywhere_does_not_overflow_and_is_full_scale()
    {
        short[] pcm = new short[960];
        pcm.AsSpan().Fill(short.MinValue);
        Assert.Equal(960L << 30, AudioLevel.SumOfSquares(pcm));
        Assert.Equal(0, AudioLevel.MeasureDbov(pcm));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(-20)]
    [InlineData(-50)]
    public void A_sine_measures_what_its_generator_says(int level)
    {
        short[] pcm = new short[160];
        new ToneGenerator(1000, level).Write(pcm);
        Assert.Equal(level, AudioLevel.MeasureDbov(pcm));
        Assert.InRange(Goertzel.MeasureDbov(pcm, 1000), level - 0.2, level + 0.2);
    }

    [Fact]
    public void Silence_and_nothing_measure_minus_127()
    {
        Assert.Equal(AudioLevel.SilenceDbov, AudioLevel.MeasureDbov(new short[160]));
        Assert.Equal(AudioLevel.SilenceDbov, AudioLevel.MeasureDbov([]));
    }

    [Fact]
    public void A_tone_runs_on_over_frames_and_is_not_found_at_another_frequency()
    {
        short[] whole = new short[1600];
        short[] pieces = new short[1600];
        new ToneGenerator(440, -12).Write(whole);
        ToneGenerator tone = new(440, -12);
        for (int at = 0; at < 1600; at += 160)
        {
            tone.Add(pieces.AsSpan(at, 160));
        }

        Assert.Equal(whole, pieces);
        Assert.InRange(Goertzel.MeasureDbov(whole, 440), -12.2, -11.8);
        Assert.True(Goertzel.MeasureDbov(whole, 1000) < -60);
    }
}
