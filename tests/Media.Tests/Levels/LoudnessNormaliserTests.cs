using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Levels;

public sealed class LoudnessNormaliserTests
{
    [Theory]
    [InlineData(-35)]
    [InlineData(-6)]
    public void Speech_with_pauses_gets_the_target_in_its_spoken_parts(double level)
    {
        short[] pcm = new short[16000];
        new ToneGenerator(500, level).Write(pcm.AsSpan(4000, 6000));
        LoudnessNormaliser.Normalise(pcm, 8000, -20);
        Assert.InRange(LoudnessNormaliser.MeasureActiveDbov(pcm, 8000), -20.5, -19.5);
        Assert.All(pcm[..3900], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void Peaks_are_never_clipped()
    {
        short[] pcm = new short[8000];
        new ToneGenerator(500, -40).Write(pcm);
        pcm[77] = 30000;
        LoudnessNormaliser.Normalise(pcm, 8000, -10);
        Assert.InRange(pcm[77], 30000, 31200);
    }

    [Fact]
    public void Silence_stays_silence()
    {
        short[] pcm = new short[800];
        Assert.Equal(0, LoudnessNormaliser.Normalise(pcm, 8000));
        Assert.All(pcm, sample => Assert.Equal(0, sample));
    }
}
