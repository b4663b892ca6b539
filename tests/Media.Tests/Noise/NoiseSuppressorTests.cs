using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Noise;
using PhoneBridge.Media.Resampling;
using PhoneBridge.Media.Tests.Levels;

namespace PhoneBridge.Media.Tests.Noise;

public sealed class NoiseSuppressorTests
{
    private const string NoLibrary = "libspeexdsp1 is not installed";

    public static bool HasLibrary => SpeexLibrary.IsAvailable;

    [Theory(SkipUnless = nameof(HasLibrary), Skip = NoLibrary)]
    [InlineData(8000)]
    [InlineData(16000)]
    public void Pauses_become_quieter_by_more_than_8_dB_and_speech_keeps_its_level(int rate)
    {
        // 2 s of noise, 8 s of speech over it, 2 s of noise, 15 dB apart.
        short[] clean = new short[12 * 8000];
        Prompts.Speech(8, -23).CopyTo(clean, 2 * 8000);
        if (rate == 16000)
        {
            clean = new Resampler(8000, 16000).Convert(clean);
        }

        short[] noisy = Prompts.Add(clean, Prompts.Noise(clean.Length, -43, 1));
        short[] output = [.. noisy];
        using NoiseSuppressor suppressor = new(rate);
        for (int at = 0; at < output.Length; at += rate / 50)
        {
            suppressor.Process(output.AsSpan(at, rate / 50));
        }

        double pauseBefore = Level(noisy.AsSpan(11 * rate, rate)), pauseAfter = Level(output.AsSpan(11 * rate, rate));
        double speechBefore = LoudnessNormaliser.MeasureActiveDbov(clean.AsSpan(3 * rate, 7 * rate), rate);
        double speechAfter = LoudnessNormaliser.MeasureActiveDbov(output.AsSpan(3 * rate, 7 * rate), rate);
        TestContext.Current.TestOutputHelper?.WriteLine($"pause {pauseBefore:F1} to {pauseAfter:F1}, speech {speechBefore:F1} to {speechAfter:F1} dBov");
        Assert.True(pauseBefore - pauseAfter >= 8 + Math.Max(0, speechBefore - speechAfter), $"{pauseBefore:F1} to {pauseAfter:F1}");
        Assert.Equal(speechBefore, speechAfter, 2.0);
    }

    [Fact(SkipUnless = nameof(HasLibrary), Skip = NoLibrary)]
    public void The_delay_is_the_stated_one()
    {
        short[] clean = Prompts.Speech(6, -23);
        short[] output = [.. clean];
        using NoiseSuppressor suppressor = new(8000);
        for (int at = 0; at < output.Length; at += 160)
        {
            suppressor.Process(output.AsSpan(at, 160));
        }

        double best = 0;
        int bestLag = -1;
        for (int lag = 0; lag < 400; lag++)
        {
            double sum = 0;
            for (int i = 16_000; i < 40_000; i++)
            {
                sum += (double)clean[i - lag] * output[i];
            }

            (best, bestLag) = sum > best ? (sum, lag) : (best, bestLag);
        }

        Assert.Equal(NoiseSuppressor.DelayMs * 8, bestLag, 2.0);
    }

    [Fact(SkipUnless = nameof(HasLibrary), Skip = NoLibrary)]
    public void A_frame_allocates_nothing_and_wrong_frames_are_refused()
    {
        using NoiseSuppressor suppressor = new(8000);
        short[] frame = Prompts.Noise(160, -40, 1);
        suppressor.Process(frame);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            suppressor.Process(frame);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ArgumentException>(() => suppressor.Process(new short[100]));
    }

    [Fact(SkipUnless = nameof(HasLibrary), Skip = NoLibrary)]
    public void A_disposed_suppressor_is_not_used_again()
    {
        NoiseSuppressor suppressor = new(16000);
        suppressor.Dispose();
        suppressor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => suppressor.Process(new short[320]));
    }

    [Fact]
    public void Rates_and_figures_outside_the_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseSuppressor(48000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseSuppressor(8000, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseSuppressor(8000, 41));
    }

    private static double Level(ReadOnlySpan<short> pcm) => 10 * Math.Log10((AudioLevel.SumOfSquares(pcm) + 1) / (pcm.Length * 32768.0 * 32768.0));
}
