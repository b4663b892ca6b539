using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Levels;

public sealed class LimiterTests
{
    private readonly Limiter _limiter = new();

    public static TheoryData<int> Rates => new() { 8000, 16000, 48000 };

    [Theory]
    [MemberData(nameof(Rates))]
    public void What_is_not_too_loud_passes_to_the_bit(int rate)
    {
        Random random = new(1);
        int[] total = [.. Enumerable.Range(0, rate / 50).Select(_ => random.Next(-Limiter.Threshold, Limiter.Threshold + 1))];
        short[] mix = new short[total.Length];
        _limiter.Process(total, mix);
        Assert.Equal(total, mix.Select(sample => (int)sample));
        Assert.False(_limiter.IsActive);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Nothing_above_the_threshold_leaves_whatever_comes(int rate)
    {
        Random random = new(2);
        int[] total = new int[rate / 50];
        short[] mix = new short[total.Length];
        for (int frame = 0; frame < 500; frame++)
        {
            int loudness = random.Next(5) switch { 0 => 300_000, 1 => 60_000, 2 => int.MaxValue, _ => 3000 };
            for (int i = 0; i < total.Length; i++)
            {
                total[i] = random.Next(40) == 0 ? random.Next(-loudness, loudness) : random.Next(-loudness / 8, loudness / 8);
            }

            _limiter.Process(total, mix);
            // Rounding is relative: totals of thousands of talkers may end a few units above.
            Assert.All(mix, sample => Assert.InRange(sample, -Limiter.Threshold - 16, Limiter.Threshold + 16));
        }
    }

    [Fact]
    public void After_something_loud_the_gain_comes_back_and_then_every_bit_passes_again()
    {
        int[] quiet = new int[160];
        short[] mix = new short[160];
        quiet.AsSpan().Fill(1000);
        _limiter.Process([.. Enumerable.Range(0, 160).Select(i => 60_000 * (i % 2 == 0 ? 1 : -1))], mix);
        Assert.Equal(20 * Math.Log10(Limiter.Threshold / 60_000.0), _limiter.GainDb, 0.05);
        List<double> gains = [];
        while (_limiter.IsActive)
        {
            double before = _limiter.GainDb;
            _limiter.Process(quiet, mix);
            Assert.True(_limiter.GainDb > before);
            gains.Add(_limiter.GainDb);
        }

        Assert.InRange(gains.Count, 30, 55); // 0.6 to 1.1 s until exactly 1
        Assert.True(gains[14] > -2.0, $"{gains[14]:F1} dB after 300 ms");
        _limiter.Process(quiet, mix);
        Assert.All(mix, sample => Assert.Equal(1000, sample));
    }

    [Fact]
    public void A_peak_in_the_middle_of_a_frame_is_met_by_a_slope_not_a_step()
    {
        int[] total = new int[160];
        total.AsSpan().Fill(20_000);
        total[90] = 55_142;
        short[] mix = new short[160];
        _limiter.Process(total, mix);
        Assert.InRange(mix[90], Limiter.Threshold - 2, Limiter.Threshold + 1);
        for (int i = 1; i < 160; i++)
        {
            if (i is not (90 or 91))
            {
                Assert.InRange(Math.Abs(mix[i] - mix[i - 1]), 0, 600); // half of the level within 2.5 ms
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void Two_full_tones_are_distorted_far_less_than_by_cutting_off(int rate)
    {
        int[] total = new int[rate];
        ToneGenerator one = new(400, -3.1, rate), other = new(700, -3.1, rate);
        short[] a = new short[rate], b = new short[rate], limited = new short[rate], cut = new short[rate];
        one.Write(a);
        other.Write(b);
        for (int i = 0; i < rate; i++)
        {
            total[i] = a[i] + b[i];
            cut[i] = (short)Math.Clamp(total[i], short.MinValue, short.MaxValue);
        }

        int frame = rate / 50;
        for (int at = 0; at < rate; at += frame)
        {
            _limiter.Process(total.AsSpan(at, frame), limited.AsSpan(at, frame));
        }

        double clean = DistortionDb(limited, rate), hard = DistortionDb(cut, rate);
        TestContext.Current.TestOutputHelper?.WriteLine($"{rate} Hz: limited {clean:F1} dB, cut off {hard:F1} dB");
        Assert.True(clean < hard - 12, $"limited {clean:F1} dB, cut off {hard:F1} dB");
    }

    [Fact]
    public void Vectors_and_scalars_agree_to_the_bit()
    {
        Random random = new(3);
        for (int length = 0; length < 100; length++)
        {
            int[] total = [.. Enumerable.Range(0, length).Select(_ => random.Next(int.MinValue, int.MaxValue) >> random.Next(16))];
            short[] frame = [.. total.Select(sample => (short)sample)];
            GainLine gain = new(random.NextSingle() * 4, (random.NextSingle() - 0.5f) / 200);
            (short[] vectors, short[] scalars) = (new short[length], new short[length]);
            LevelKernels.Narrow(total, vectors);
            ScalarLevelKernels.Narrow(total, scalars);
            Assert.Equal(scalars, vectors);
            for (int i = 0; i < length; i++)
            {
                total[i] >>= 4; // a product stays within 32 bits
            }

            LevelKernels.Reduce(total, gain, vectors);
            ScalarLevelKernels.Reduce(total, gain, scalars);
            Assert.Equal(scalars, vectors);
            (int[] wide, int[] one) = (new int[length], new int[length]);
            LevelKernels.Amplify(frame, gain, wide);
            ScalarLevelKernels.Amplify(frame, gain, one);
            Assert.Equal(one, wide);
            Assert.Equal(ScalarLevelKernels.Peak(total), LevelKernels.Peak(total));
        }

        Assert.Equal(int.MaxValue, LevelKernels.Peak([0, 0, 0, int.MinValue, 0, 0, 0, 0]));
    }

    [Fact]
    public void A_frame_allocates_nothing_and_other_lengths_are_refused()
    {
        int[] total = [.. Enumerable.Range(0, 160).Select(i => i * 400)];
        short[] mix = new short[160];
        _limiter.Process(total, mix);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _limiter.Process(total, mix);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ArgumentException>(() => _limiter.Process(total, new short[150]));
        Assert.Throws<ArgumentException>(() => _limiter.Process(new int[44], new short[44]));
    }

    /// <summary>All that is not the two tones, against them [dB], over the last half second.</summary>
    private static double DistortionDb(short[] pcm, int rate)
    {
        ReadOnlySpan<short> part = pcm.AsSpan(rate / 2, rate / 2);
        double tones = Math.Pow(10, Goertzel.MeasureDbov(part, 400, rate) / 10) + Math.Pow(10, Goertzel.MeasureDbov(part, 700, rate) / 10);
        double all = AudioLevel.SumOfSquares(part) / (part.Length * 32768.0 * 32768.0);
        return 10 * Math.Log10(Math.Max(1e-9, all - tones) / tones);
    }
}
