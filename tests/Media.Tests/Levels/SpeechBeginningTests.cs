using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Levels;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Levels;

/// <summary>How much of the beginnings of real speech goes by before the detector says that somebody talks.</summary>
public sealed class SpeechBeginningTests
{
    private const int Frame = 160;
    private const int Every = 3; // of the recordings

    private static readonly short[] UnitNoise = Prompts.Noise(600_000, -30, 11);

    [Theory]
    [InlineData(-20, -65, false)]
    [InlineData(-20, -65, true)]
    [InlineData(-30, -65, false)]
    [InlineData(-30, -65, true)]
    [InlineData(-30, -55, false)]
    [InlineData(-30, -55, true)]
    [InlineData(-25, -50, false)]
    public void In_99_of_100_utterances_at_most_a_hundredth_of_the_first_200_ms_is_missed(int speechDbov, int noiseDbov, bool isALaw)
    {
        List<double> missed = [];
        int number = 0;
        foreach (Pcm pcm in Prompts.All.Where((_, i) => i % Every == 0))
        {
            short[] speech = [.. pcm.Samples];
            LoudnessNormaliser.Normalise(speech, 8000, speechDbov);
            missed.Add(MissedShare(speech, speechDbov, noiseDbov, isALaw, number++));
        }

        missed.Sort();
        double share = missed.Count(m => m <= 0.01) / (double)missed.Count;
        string figures = $"{missed.Count} utterances: {100 * share:F1} % lose at most 1 %; median {missed[missed.Count / 2]:P2}, p99 {missed[missed.Count * 99 / 100]:P2}, worst {missed[^1]:P2}";
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(share >= 0.99, figures);
    }

    [Theory]
    [InlineData(-120)] // digital silence before they speak
    [InlineData(-65)]
    [InlineData(-60)]
    public void Quiet_talkers_are_heard_within_their_first_200_ms(int noiseDbov)
    {
        List<double> missed = [];
        int number = 0;
        foreach (Pcm pcm in Prompts.All.Where((_, i) => i % Every == 0))
        {
            short[] speech = [.. pcm.Samples];
            LoudnessNormaliser.Normalise(speech, 8000, -45);
            missed.Add(MissedShare(speech, -45, noiseDbov, isALaw: noiseDbov > -100, number++));
        }

        missed.Sort();
        string figures = $"{missed.Count(m => m <= 0.01) / (double)missed.Count:P1} utterances lose at most 1 %, {missed.Count(m => m < 0.99) / (double)missed.Count:P1} are heard; median {missed[missed.Count / 2]:P2}, p90 {missed[missed.Count * 9 / 10]:P2}, p99 {missed[missed.Count * 99 / 100]:P2}";
        TestContext.Current.TestOutputHelper?.WriteLine(figures);
        Assert.True(missed[missed.Count / 2] < 0.02, figures);
        Assert.True(missed.Count(m => m < 0.99) >= 0.97 * missed.Count, figures);
        Assert.True(missed[missed.Count * 9 / 10] < (noiseDbov == -65 ? 0.03 : 0.12), figures);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-55)]
    [InlineData(-50)]
    [InlineData(-45)]
    public void Steady_noise_of_a_line_is_never_talking_not_even_at_its_start(int noiseDbov)
    {
        foreach (int smoothing in (int[])[1, 4, 8]) // white, and noise that falls off from 900 and 450 Hz on, whose frames differ more
        {
            for (int seed = 0; seed < 3; seed++)
            {
                short[] white = Prompts.Noise(15 * 8000, -20, seed);
                double[] smooth = new double[white.Length - smoothing];
                double run = 0;
                for (int i = 0; i < smooth.Length; i++)
                {
                    run += white[i + smoothing] - white[i];
                    smooth[i] = smoothing == 1 ? white[i] : run;
                }

                double factor = 32768 * Math.Pow(10, noiseDbov / 20.0) / Math.Sqrt(smooth.Average(x => x * x));
                short[] noise = [.. smooth.Select(x => (short)Math.Round(x * factor))];
                SpeechDetector detector = new();
                int talking = 0;
                for (int at = 0; at + Frame <= noise.Length; at += Frame)
                {
                    talking += detector.OnFrame(AudioLevel.MeasureDbov(noise.AsSpan(at, Frame)), TimeSpan.FromMilliseconds(at / 8)) ? 1 : 0;
                }

                Assert.True(talking == 0, $"smoothing {smoothing}, seed {seed}: {talking} frames of talking");
            }
        }
    }

    /// <summary>Energy of the utterance's first 200 ms in frames before the detector's word, as a share.</summary>
    private static double MissedShare(short[] speech, int speechDbov, int noiseDbov, bool isALaw, int number)
    {
        int lead = 8000 + (number * 37 % Frame); // utterances do not start where frames start
        short[] line = Noise(lead + (int)Math.Min(speech.Length, 16_000), noiseDbov, number);
        int start = Start(speech, Math.Max(speechDbov - 35, noiseDbov));
        for (int i = 0; i < line.Length - lead; i++)
        {
            line[lead + i] = (short)Math.Clamp(line[lead + i] + speech[i], short.MinValue, short.MaxValue);
        }

        if (isALaw)
        {
            byte[] coded = new byte[line.Length];
            ALaw.Encode(line, coded);
            ALaw.Decode(coded, line);
        }

        SpeechDetector detector = new();
        double before = 0, all = 0;
        bool isHeard = false;
        for (int at = 0; at + Frame <= line.Length; at += Frame)
        {
            isHeard |= detector.OnFrame(AudioLevel.MeasureDbov(line.AsSpan(at, Frame)), TimeSpan.FromMilliseconds(at / 8));
            for (int i = Math.Max(0, Math.Max(at, lead + start) - lead); i < Math.Min(at + Frame - lead, start + 1600); i++)
            {
                double energy = (double)speech[i] * speech[i];
                all += energy;
                before += isHeard ? 0 : energy;
            }
        }

        return all == 0 ? 0 : before / all;
    }

    private static short[] Noise(int length, int levelDbov, int number)
    {
        double factor = Math.Pow(10, (levelDbov + 30) / 20.0);
        short[] noise = new short[length];
        for (int i = 0; i < length; i++)
        {
            noise[i] = (short)Math.Round(factor * UnitNoise[(i + (number * 7919)) % UnitNoise.Length]);
        }

        return noise;
    }

    /// <summary>First sample of the first 5 ms that are louder than the noise and less than 35 dB under the spoken level.</summary>
    private static int Start(short[] speech, int thresholdDbov)
    {
        for (int at = 0; at + 40 <= speech.Length; at += 40)
        {
            if (AudioLevel.MeasureDbov(speech.AsSpan(at, 40)) >= thresholdDbov)
            {
                return at;
            }
        }

        return speech.Length;
    }
}
