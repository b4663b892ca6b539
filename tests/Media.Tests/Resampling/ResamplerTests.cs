using PhoneBridge.Media.Resampling;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Resampling;

public sealed class ResamplerTests
{
    public static TheoryData<int, int> Ratios => new()
    {
        { 22050, 8000 }, { 16000, 8000 }, { 44100, 8000 }, { 48000, 8000 }, { 11025, 8000 }, { 8000, 16000 }, { 8000, 48000 }, { 44101, 8000 },
    };

    [Theory]
    [MemberData(nameof(Ratios))]
    public void Tones_of_the_telephone_band_keep_their_pitch_and_level(int from, int to)
    {
        Resampler resampler = new(from, to);
        foreach (int pitch in (int[])[300, 1000, 2000, 3300])
        {
            short[] pcm = new short[from];
            new ToneGenerator(pitch, -12, from).Write(pcm);
            short[] converted = resampler.Convert(pcm);
            Assert.Equal(to, converted.Length, 1.0);
            int tenth = to / 10;
            ReadOnlySpan<short> middle = converted.AsSpan(tenth, 8 * tenth);
            Assert.InRange(Goertzel.MeasureDbov(middle, pitch, to), -12.2, -11.8);
        }
    }

    [Theory]
    [InlineData(22050, 4700)]
    [InlineData(22050, 6000)]
    [InlineData(44100, 7000)]
    [InlineData(48000, 9000)]
    [InlineData(16000, 5000)]
    public void What_8_kHz_cannot_carry_is_gone_and_not_folded_back(int from, int pitch)
    {
        short[] pcm = new short[from];
        new ToneGenerator(pitch, -6, from).Write(pcm);
        short[] converted = new Resampler(from, 8000).Convert(pcm);
        int loudest = converted.AsSpan(800, 6400).ToArray().Max(sample => Math.Abs((int)sample));
        Assert.True(loudest <= 8, $"residue {loudest}"); // 16 000 went in: 65 dB down
    }

    [Fact]
    public void The_start_stays_where_it_was()
    {
        short[] pcm = new short[22050];
        pcm[11025] = 30000;
        short[] converted = new Resampler(22050, 8000).Convert(pcm);
        Assert.Equal(4000, Array.IndexOf(converted, converted.Max()));
    }

    [Fact]
    public void Steady_level_is_kept_and_loud_edges_saturate()
    {
        short[] pcm = new short[16000];
        pcm.AsSpan().Fill(12000);
        Assert.All(new Resampler(16000, 8000).Convert(pcm)[200..^200], sample => Assert.InRange(sample, 11990, 12010));
        pcm.AsSpan(8000).Fill(short.MinValue);
        pcm.AsSpan(0, 8000).Fill(short.MaxValue);
        Assert.All(new Resampler(16000, 8000).Convert(pcm)[200..3900], sample => Assert.True(sample > 30000));
    }

    [Fact]
    public void Nothing_gives_nothing_and_strange_rates_are_refused()
    {
        Assert.Empty(new Resampler(22050, 8000).Convert([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(0, 8000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(8000, 200_000));
    }
}
