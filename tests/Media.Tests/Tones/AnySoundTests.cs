using CsCheck;
using PhoneBridge.Media.Disturbances;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tests.Sounds;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Tones;

/// <summary>The detectors take whatever comes, and take no memory for it.</summary>
public sealed class AnySoundTests
{
    private static readonly Gen<short[]> Frame = Gen.OneOf(
        Gen.Short.Array[0, 1000],
        Gen.Short.Array[160],
        Gen.OneOfConst(short.MinValue, short.MaxValue, (short)0, (short)1).Array[0, 3000],
        Gen.Const(new short[160]),
        Gen.Const(Array.Empty<short>()));

    [Fact]
    public void No_frame_of_any_length_makes_them_throw_and_their_figures_stay_finite() =>
        Gen.Select(Frame.Array[1, 60], Gen.OneOfConst(8000, 16000, 48000), Gen.Int).Sample(
            (frames, rate, level) =>
            {
                InbandKeyDetector keys = new(rate);
                LineToneDetector line = new(rate);
                DisturbanceDetector disturbance = new(rate);
                SteadyPartials partials = new();
                SoundHistory history = new();
                float[] samples = new float[PowerSpectrum.Length];
                TimeSpan now = TimeSpan.Zero;
                foreach (short[] frame in frames)
                {
                    line.OnFrame(frame);
                    disturbance.OnFrame(frame, level);
                    for (int i = 0; i < Math.Min(frame.Length, samples.Length); i++)
                    {
                        samples[i] = frame[i];
                    }

                    partials.OnStep(samples);
                    history.Add([0, 127, 5, 60], partials);
                    SoundSummary sum = history.Sum(40);
                    if (!float.IsFinite(partials.LevelDbov + partials.PureShare + partials.StrongestHz)
                        || !double.IsFinite(sum.Purity + sum.SteadyPeaks + sum.Restlessness + sum.PauseShare + sum.PureShare))
                    {
                        return false;
                    }

                    keys.OnFrame([.. frame], now, out char key);
                    if (key != '\0' && !Keypad.All.Contains(key, StringComparison.Ordinal))
                    {
                        return false;
                    }

                    now += TimeSpan.FromMilliseconds(level & 127);
                }

                return true;
            },
            iter: 100);

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void They_allocate_nothing_a_frame(int rate)
    {
        LineSound line = new(rate);
        line.Tone(4, -25, 440).V21("0111111001111110", -20).AnswerTone(1).Repeat(20, part => part.Tone(0.1, -15, 770, 1336).Silence(0.1)).Silence(1).Noise(-40);
        short[] pcm = line.ToPcm();
        InbandKeyDetector keys = new(rate);
        LineToneDetector tones = new(rate);
        DisturbanceDetector disturbance = new(rate);
        int heard = Run(pcm, rate, keys, tones, disturbance);
        long before = GC.GetAllocatedBytesForCurrentThread();
        heard += Run(pcm, rate, keys, tones, disturbance);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(heard >= 40 + 2, $"{heard} keys and disturbances");
    }

    private static int Run(short[] pcm, int rate, InbandKeyDetector keys, LineToneDetector tones, DisturbanceDetector disturbance)
    {
        Span<short> frame = stackalloc short[rate / 50];
        int heard = 0;
        DisturbanceKind before = disturbance.Current;
        for (int at = 0; at + frame.Length <= pcm.Length; at += frame.Length)
        {
            pcm.AsSpan(at, frame.Length).CopyTo(frame);
            tones.OnFrame(frame);
            DisturbanceKind kind = disturbance.OnFrame(frame, AudioLevel.MeasureDbov(frame));
            heard += kind != before && kind != DisturbanceKind.None ? 1 : 0;
            before = kind;
            heard += keys.OnFrame(frame, TimeSpan.FromMilliseconds(at * 1000.0 / rate), out _) ? 1 : 0;
        }

        return heard;
    }
}
