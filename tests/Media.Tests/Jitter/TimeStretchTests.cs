using PhoneBridge.Media.Jitter;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Jitter;

[Trait("Req", "RTP11")]
public sealed class TimeStretchTests
{
    private const float Good = 0.7f;

    [Theory]
    [InlineData(100)]
    [InlineData(160)]
    [InlineData(440)]
    public void Whole_periods_leave_a_voice(double pitch)
    {
        short[] pcm = Voice(pitch, 280);
        int removed = TimeStretch.Shorten(pcm, 20, 120, Good);
        double periods = removed * pitch / 8000;
        Assert.Equal(Math.Round(periods), periods, 0.08);
        Assert.True(removed >= 20);
        short[] original = Voice(pitch, 280);
        Assert.Equal(original[(removed + 40)..], pcm[40..(280 - removed)]);
        Assert.True(Steepest(pcm.AsSpan(0, 280 - removed)) < 1.3 * Steepest(original));
    }

    [Fact]
    public void Noise_is_left_alone_and_silence_gives_all_it_may()
    {
        Random random = new(5);
        short[] noise = [.. Enumerable.Range(0, 280).Select(_ => (short)random.Next(-9000, 9000))];
        short[] copy = (short[])noise.Clone();
        Assert.Equal(0, TimeStretch.Shorten(noise, 20, 120, Good));
        Assert.Equal(copy, noise);
        Assert.Equal(97, TimeStretch.Shorten(new short[280], 20, 97, Good));
    }

    [Theory]
    [InlineData(280, 19)]
    [InlineData(100, 120)]
    [InlineData(0, 120)]
    public void Too_little_sound_or_too_little_to_cut_changes_nothing(int length, int longest) =>
        Assert.Equal(0, TimeStretch.Shorten(new short[length], 20, longest, Good));

    [Theory]
    [InlineData(100, 8000)]
    [InlineData(160, 8000)]
    [InlineData(440, 8000)]
    [InlineData(160, 16000)]
    [InlineData(160, 48000)]
    public void Whole_periods_are_said_twice_and_nothing_is_lost(double pitch, int rate)
    {
        int frame = rate / 50;
        int longest = rate * 15 / 1000;
        short[] original = Voice(pitch, frame, rate);
        short[] pcm = [.. original, .. new short[longest]];
        int added = TimeStretch.Lengthen(pcm, frame, rate / 400, longest, Good);
        double periods = added * pitch / rate;
        Assert.Equal(Math.Round(periods), periods, 0.08);
        Assert.InRange(added, rate / 400, longest);
        Assert.Equal(original[..added], pcm[..added]);
        int seam = rate / 200;
        Assert.Equal(original[seam..], pcm[(added + seam)..(added + frame)]);
        Assert.True(Steepest(pcm.AsSpan(0, frame + added)) < 1.3 * Steepest(original));
    }

    [Fact]
    public void Noise_is_lengthened_only_when_time_is_short()
    {
        Random random = new(5);
        short[] noise = [.. Enumerable.Range(0, 280).Select(_ => (short)random.Next(-9000, 9000))];
        short[] copy = (short[])noise.Clone();
        Assert.Equal(0, TimeStretch.Lengthen(noise, 160, 20, 120, Good));
        Assert.Equal(copy, noise);
        Assert.InRange(TimeStretch.Lengthen(noise, 160, 20, 120, float.MinValue), 20, 120);
        Assert.Equal(0, TimeStretch.Lengthen(noise, 100, 20, 120, float.MinValue));
    }

    [Fact]
    public void While_the_delay_shrinks_no_click_is_heard()
    {
        Line line = new();
        line.Run(2);
        line.StalledUntil = line.NowMs + 180;
        line.Run(0.3);
        List<short> heard = [];
        for (int i = 0; i < 200; i++)
        {
            line.Run(0.02);
            heard.AddRange(line.LastFrame);
        }

        Assert.True(line.Inbound.PlayoutDelayMs <= 40);
        short[] tone = new short[8000];
        new ToneGenerator(1000, -20).Write(tone);
        Assert.True(Steepest([.. heard]) < 1.3 * Steepest(tone));
        Assert.InRange(AudioLevel.MeasureDbov([.. heard]), -21, -19);
    }

    private static short[] Voice(double pitch, int length, int rate = 8000)
    {
        short[] pcm = new short[length];
        for (int harmonic = 1; harmonic <= 5; harmonic++)
        {
            new ToneGenerator(pitch * harmonic, -18 - (4 * harmonic), rate).Add(pcm);
        }

        return pcm;
    }

    private static int Steepest(ReadOnlySpan<short> pcm)
    {
        int steepest = 0;
        for (int i = 1; i < pcm.Length; i++)
        {
            steepest = Math.Max(steepest, Math.Abs(pcm[i] - pcm[i - 1]));
        }

        return steepest;
    }
}
