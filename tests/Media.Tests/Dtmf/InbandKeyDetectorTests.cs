using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Tests.Sounds;

namespace PhoneBridge.Media.Tests.Dtmf;

[Trait("Req", "DTMF")]
[Trait("Req", "INBAND")]
public sealed class InbandKeyDetectorTests(ITestOutputHelper output)
{
    // Starts at every 1.1 ms of a frame, so that no place of the blocks is lucky.
    private static readonly double[] Starts = [.. Enumerable.Range(0, 18).Select(i => i * 1.1)];

    public static TheoryData<string, double, double, double, double, double, bool> Limits => new()
    {
        // what, low [dBm0], high [dBm0], frequency off [%], length [ms], noise under the tones [dB], key or no key
        { "middle", -9, -9, 0, 60, 99, true },
        { "40 ms", -9, -9, 0, 40, 99, true },
        { "20 ms", -9, -9, 0, 20, 99, false },
        { "40 ms, 1.5 % high", -9, -9, 1.5, 40, 99, true },
        { "40 ms, 1.5 % low", -9, -9, -1.5, 40, 99, true },
        { "20 ms, 1.5 % high", -9, -9, 1.5, 20, 99, false },
        { "3.5 % high", -9, -9, 3.5, 100, 99, false },
        { "3.5 % low", -9, -9, -3.5, 100, 99, false },
        { "0 dBm0 each, clipped", 0, 0, 0, 40, 99, true },
        { "0 dBm0 together", -3, -3, 0, 40, 99, true },
        { "-26 dBm0", -26, -26, 0, 40, 99, true },
        { "-35 dBm0", -35, -35, 0, 100, 99, false },
        { "high 4 dB over low", -12, -8, 0, 40, 99, true },
        { "high 4 dB over low, quiet", -30, -26, 0, 40, 99, true },
        { "high 7.5 dB over low", -15.5, -8, 0, 100, 99, false },
        { "low 8 dB over high", -6, -14, 0, 40, 99, true },
        { "low 8 dB over high, quiet", -26, -34, 0, 40, 99, true },
        { "low 11.5 dB over high", -6, -17.5, 0, 100, 99, false },
        { "noise 15 dB below", -9, -9, 0, 50, 15, true },
        { "noise 15 dB below, 1.5 % off, low 8 dB over high", -6, -14, 1.5, 60, 15, true },
        { "noise 15 dB below, 1.5 % off, high 4 dB over low", -10, -6, -1.5, 60, 15, true },
        { "one tone only", -9, -99, 0, 100, 99, false },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Each_limit_is_kept_for_all_keys_at_every_place_in_the_frame(
        string what, double low, double high, double off, double lengthMs, double noise, bool isKey)
    {
        Random random = new(4);
        foreach (char key in Keypad.All)
        {
            float[] sound = new float[((Starts.Length * 220) + 200) * 8];
            double at = 100;
            foreach (double start in Starts)
            {
                Keypad pad = new() { LowDbm0 = low, HighDbm0 = high, OffPercent = off, Phase = start };
                pad.Press(sound, at + start, lengthMs, key);
                at += 220;
            }

            double total = 10 * Math.Log10(Math.Pow(10, low / 10) + Math.Pow(10, high / 10));
            Keypad.AddNoise(sound, total - noise, random);
            KeyEar ear = KeyEar.Listen(new Keypad().ToPcm(sound));
            Assert.True(ear.Keys == (isKey ? new string(key, Starts.Length) : ""), $"{what}, {key}: heard {ear.Keys}");
        }
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Ten_keys_a_second_are_heard_at_every_rate(int rate)
    {
        string keys = string.Concat(Enumerable.Repeat(Keypad.All + "5566", 10));
        float[] sound = new float[((keys.Length * 100) + 300) * rate / 1000];
        for (int i = 0; i < keys.Length; i++)
        {
            new Keypad { Rate = rate, Phase = i }.Press(sound, 50 + (i * 100.3), 50, keys[i]);
        }

        // Sound above the telephone's band must not hide keys.
        if (rate > 8000)
        {
            for (int i = 0; i < sound.Length; i++)
            {
                sound[i] += (float)(3000 * Math.Sin(2 * Math.PI * 6500 * i / rate));
            }
        }

        Assert.Equal(keys, KeyEar.Listen(new Keypad { Rate = rate }.ToPcm(sound), rate).Keys);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(40, 2)]
    [InlineData(50, 2)]
    public void A_gap_of_10_ms_is_no_pause_and_one_of_40_ms_is(double gapMs, int presses)
    {
        foreach (double start in Starts)
        {
            float[] sound = new float[8 * 500];
            new Keypad().Press(sound, 60 + start, 60, '8');
            new Keypad { Phase = 1 }.Press(sound, 60 + start + 60 + gapMs, 60, '8');
            Assert.Equal(new string('8', presses), KeyEar.Listen(new Keypad().ToPcm(sound)).Keys);
        }
    }

    [Fact]
    public void A_thousand_keys_under_noise_15_dB_below_are_heard_as_they_were_pressed()
    {
        Random random = new(15);
        const int Count = 1000;
        float[] sound = new float[(Count * 100 * 8) + 4000];
        string keys = "";
        for (int i = 0; i < Count; i++)
        {
            keys += Keypad.All[random.Next(16)];
            new Keypad { LowDbm0 = -13, HighDbm0 = -13, Phase = random.NextDouble() * 6 }
                .Press(sound, 100 + (i * 100) + (random.NextDouble() * 10), 50, keys[i]);
        }

        Keypad.AddNoise(sound, -10 - 15, random);
        KeyEar ear = KeyEar.Listen(new Keypad().ToPcm(sound));
        Assert.Equal(keys, ear.Keys);
    }

    [Fact]
    [Trait("Req", "CLAMP")]
    public void A_press_is_told_within_55_ms_and_at_most_25_ms_of_its_tone_are_heard_by_others()
    {
        List<double> leaks = [];
        List<double> delays = [];
        Random random = new(5);
        foreach ((double low, double high, double noise) in new (double, double, double)[] { (0, 0, 99), (-9, -9, 99), (-26, -26, 99), (-6, -14, 99), (-12, -8, 99), (-9, -9, 15) })
        {
            foreach (char key in Keypad.All)
            {
                double[] at = [.. Enumerable.Range(0, 40).Select(i => 100 + (i * 240) + (i * 0.5))];
                float[] sound = new float[41 * 241 * 8];
                foreach (double start in at)
                {
                    new Keypad { LowDbm0 = low, HighDbm0 = high, Phase = start }.Press(sound, start, 100, key);
                }

                Keypad.AddNoise(sound, 10 * Math.Log10(Math.Pow(10, low / 10) + Math.Pow(10, high / 10)) - noise, random);
                KeyEar ear = KeyEar.Listen(new Keypad().ToPcm(sound));
                Assert.Equal(new string(key, at.Length), ear.Keys);
                for (int i = 0; i < at.Length; i++)
                {
                    delays.Add(ear.HeardAtMs[i] - at[i]);
                    leaks.Add(ear.AudibleMs(at[i], 100));

                    // And 60 ms after its end.
                    Assert.Equal(0, ear.AudibleMs(at[i] + 100.5, 59));
                }
            }
        }

        output.WriteLine($"leak: mean {leaks.Average():f1} ms, most {leaks.Max():f1} ms; told after: mean {delays.Average():f1} ms, most {delays.Max():f1} ms; {leaks.Count} presses");
        Assert.True(leaks.Max() <= 25, $"{leaks.Max()} ms heard");
        Assert.True(delays.Max() <= 55, $"told after {delays.Max()} ms");
    }

    [Fact]
    public void Three_hours_of_speech_and_half_an_hour_of_music_give_fewer_than_five_keys_in_half_an_hour_and_almost_no_holes()
    {
        int keys = 0;
        int holes = 0;
        int frames = 0;
        foreach ((bool isFrench, double pitch, double gain) in new (bool, double, double)[]
        {
            (true, 1.0, 0.0), (false, 1, 0), (true, 0.7, 4), (false, 0.7, -6), (true, 1.15, 6), (false, 0.8, 0),
        })
        {
            KeyEar ear = KeyEar.Listen(RecordedSpeech.Read(isFrench, pitch, gain));
            output.WriteLine($"speech, French {isFrench}, pitch {pitch}: {ear.Frames / 3000} min, {ear.Keys.Length} keys, {ear.FramesSilenced} frames silenced");
            keys += ear.Keys.Length;
            holes += ear.FramesSilenced;
            frames += ear.Frames;
        }

        Assert.True(keys < 5.0 * frames / (30 * 3000), $"{keys} keys in {frames / 3000} min of speech");
        Assert.True(holes < frames / 2000, $"{holes} of {frames} frames of speech silenced");

        foreach (MusicStyle style in Enum.GetValues<MusicStyle>())
        {
            KeyEar ear = KeyEar.Listen(HoldMusic.FourMinutes(style));
            output.WriteLine($"{style}: {ear.Frames / 3000} min, {ear.Keys.Length} keys, {ear.FramesSilenced} frames silenced");
            Assert.True(ear.Keys.Length <= 1, $"{style}: {ear.Keys.Length} keys");
        }
    }

    [Fact]
    public void A_break_of_the_stream_ends_a_press()
    {
        float[] sound = new float[800];
        new Keypad().Press(sound, 0, 100, '3');
        short[] pcm = new Keypad().ToPcm(sound);
        InbandKeyDetector detector = new();
        string keys = "";
        for (int i = 0; i < 10; i++)
        {
            short[] frame = pcm[(i % 5 * 160)..((i % 5 * 160) + 160)];
            if (detector.OnFrame(frame, TimeSpan.FromMilliseconds((i * 20) + (i < 5 ? 0 : 500)), out char key))
            {
                keys += key;
            }
        }

        Assert.Equal("33", keys);
    }
}
