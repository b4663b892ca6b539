using PhoneBridge.Media.Levels;

namespace PhoneBridge.Media.Tests.Levels;

public sealed class GainControlTests
{
    private const int Frame = 160;
    private readonly GainControl _control = new();

    [Fact]
    public void Quiet_and_loud_talkers_are_nearly_alike_after_six_seconds_of_speech()
    {
        List<double> heard = [];
        foreach (int level in (int[])[-40, -30, -20, -10])
        {
            GainControl control = new();
            short[] speech = Prompts.Speech(8, -21);
            Scale(speech, level + 21); // at -10 dBov peaks are cut off by the line itself, as they would be
            (short[] output, _) = Run(control, speech, Prompts.Noise(8 * 8000, -78, 4));
            heard.Add(LoudnessNormaliser.MeasureActiveDbov(output.AsSpan(6 * 8000), 8000));
        }

        double spread = heard.Max() - heard.Min();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", heard.Select(level => $"{level:F1}")));
        Assert.True(spread <= 6, string.Join(", ", heard.Select(level => $"{level:F1}"))); // within 3 dB of their middle
    }

    [Fact]
    public void A_settled_gain_hardly_moves_and_stays_within_two_and_a_half_decibels_of_the_target()
    {
        short[] speech = Prompts.Speech(30, -33);
        (short[] output, List<double> gains) = Run(_control, speech, Prompts.Noise(speech.Length, -75, 4));
        Assert.Equal(-23, LoudnessNormaliser.MeasureActiveDbov(output.AsSpan(15 * 8000), 8000), 2.5);
        Assert.True(gains.Skip(15 * 50).Max() - gains.Skip(15 * 50).Min() < 4.5);
    }

    [Fact]
    public void Gain_moves_slowly_and_stands_still_in_pauses()
    {
        short[] speech = Prompts.Speech(6, -38);
        (_, List<double> gains) = Run(_control, speech, Prompts.Noise(speech.Length, -75, 5));
        for (int i = 1; i < gains.Count; i++)
        {
            Assert.InRange(gains[i] - gains[i - 1], -0.0601, 0.0501);
        }

        double before = _control.GainDb;
        Assert.True(before > 5);
        for (int i = 0; i < 500; i++)
        {
            _control.Process(Prompts.Noise(Frame, -75, i), -75, isSpeech: false);
        }

        Assert.Equal(before, _control.GainDb);
    }

    [Fact]
    public void Noise_between_the_words_is_not_raised_above_its_ceiling()
    {
        short[] speech = new short[20 * 8000];
        Prompts.Speech(6, -40).CopyTo(speech, 2 * 8000);
        Prompts.Speech(6, -40, skip: 5).CopyTo(speech, 12 * 8000);
        (short[] output, List<double> gains) = Run(_control, speech, Prompts.Noise(speech.Length, -60, 6));
        Assert.InRange(gains.Max(), 2, 6);
        for (int at = 9 * 8000; at < 12 * 8000; at += 1600)
        {
            Assert.True(AudioLevel.MeasureDbov(output.AsSpan(at, 1600)) <= -54);
        }
    }

    [Fact]
    public void Noise_alone_is_never_raised()
    {
        (short[] output, List<double> gains) = Run(_control, new short[10 * 8000], Prompts.Noise(10 * 8000, -50, 7));
        Assert.All(gains, gain => Assert.Equal(0, gain));
        Assert.Equal(Prompts.Noise(10 * 8000, -50, 7), output);
    }

    [Fact]
    public void Noise_that_grows_takes_the_gain_back_even_in_a_pause()
    {
        short[] speech = Prompts.Speech(8, -38);
        Run(_control, speech, Prompts.Noise(speech.Length, -75, 8));
        Assert.True(_control.GainDb > 8);
        for (int i = 0; i < 300; i++)
        {
            _control.Process(Prompts.Noise(Frame, -57, i), -57, isSpeech: false);
        }

        Assert.InRange(_control.GainDb, 1, 3);
    }

    [Fact]
    public void At_0_dB_every_bit_passes()
    {
        short[] speech = Prompts.Speech(6, -23);
        short[] input = [.. speech];
        (short[] output, List<double> gains) = Run(_control, speech, new short[speech.Length]);
        int at0 = gains.TakeWhile(gain => gain == 0).Count();
        Assert.True(at0 > 50);
        Assert.Equal(input[..(at0 * Frame)], output[..(at0 * Frame)]);
    }

    [Fact]
    public void A_shout_of_a_quiet_talker_is_neither_cut_off_nor_rough()
    {
        short[] speech = Prompts.Speech(10, -36);
        Scale(speech.AsSpan(8 * 8000), 20);
        short[] input = [.. speech];
        (short[] output, _) = Run(_control, speech, new short[speech.Length]);
        Assert.All(output, sample => Assert.InRange(sample, -Limiter.Threshold - 1, Limiter.Threshold + 1));

        // The wave keeps its shape: over 10 ms the best straight gain leaves little.
        double worst = double.NegativeInfinity, mean = 0;
        int count = 0;
        for (int at = 8 * 8000; at < 10 * 8000; at += 80)
        {
            double left = ResidueDb(input.AsSpan(at, 80), output.AsSpan(at, 80));
            if (AudioLevel.MeasureDbov(input.AsSpan(at, 80)) > -30)
            {
                worst = Math.Max(worst, left);
                mean += left;
                count++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"mean {mean / count:F1} dB, worst {worst:F1} dB");
        Assert.True(mean / count < -30, $"mean {mean / count:F1} dB, worst {worst:F1} dB");
    }

    [Fact]
    public void A_frame_allocates_nothing_at_any_rate()
    {
        foreach (int length in (int[])[160, 320, 960])
        {
            GainControl control = new();
            short[] frame = Prompts.Noise(length, -30, 1);
            control.Process(frame, -30, true);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                control.Process(frame, -30, i % 9 != 0);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_reset_control_is_at_0_dB_and_bad_options_are_refused()
    {
        Run(_control, Prompts.Speech(4, -38), new short[4 * 8000]);
        _control.Reset();
        Assert.Equal(0, _control.GainDb);
        Assert.Equal(AudioLevel.SilenceDbov, _control.LoudnessDbov);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GainControl(new GainControlOptions { LowestGainDb = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GainControl(new GainControlOptions { HighestGainDb = 31 }));
        Assert.Throws<ArgumentException>(() => _control.Process(new short[1920], -30, true));
    }

    private static (short[] Output, List<double> Gains) Run(GainControl control, short[] speech, short[] noise)
    {
        short[] output = Prompts.Add(speech, noise);
        SpeechDetector detector = new();
        List<double> gains = [];
        for (int at = 0; at + Frame <= output.Length; at += Frame)
        {
            Span<short> frame = output.AsSpan(at, Frame);
            int level = AudioLevel.MeasureDbov(frame);
            control.Process(frame, level, detector.OnFrame(level, TimeSpan.FromMilliseconds(20 * (at / Frame))));
            gains.Add(control.GainDb);
        }

        return (output, gains);
    }

    private static void Scale(Span<short> pcm, double db)
    {
        double factor = Math.Pow(10, db / 20);
        foreach (ref short sample in pcm)
        {
            sample = (short)Math.Clamp(Math.Round(sample * factor), short.MinValue, short.MaxValue);
        }
    }

    private static double ResidueDb(ReadOnlySpan<short> input, ReadOnlySpan<short> output)
    {
        (double cross, double power, double whole) = (0, 1e-9, 1e-9);
        for (int i = 0; i < input.Length; i++)
        {
            cross += (double)input[i] * output[i];
            power += (double)input[i] * input[i];
            whole += (double)output[i] * output[i];
        }

        return 10 * Math.Log10(Math.Max(1e-9, 1 - (cross * cross / (power * whole))));
    }
}
