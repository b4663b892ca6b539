using PhoneBridge.Media.Disturbances;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tests.Sounds;

namespace PhoneBridge.Media.Tests.Disturbances;

public sealed class DisturbanceDetectorTests(ITestOutputHelper output)
{
    private readonly record struct Change(double AtSeconds, DisturbanceKind Kind);

    [Theory]
    [InlineData(8000, new double[] { 440 })]
    [InlineData(8000, new double[] { 350, 440 })]
    [InlineData(8000, new double[] { 3000 })]
    [InlineData(16000, new double[] { 1000 })]
    [InlineData(48000, new double[] { 1000 })]
    public void A_steady_tone_is_a_tone_within_4_s(int rate, double[] frequencies)
    {
        Change first = Assert.Single(Listen(new LineSound(rate).Tone(20, -25, frequencies).Noise(-45).ToPcm(), rate));
        Assert.Equal(DisturbanceKind.Tone, first.Kind);
        Assert.InRange(first.AtSeconds, 3, 4);
    }

    [Fact]
    public void Tones_broken_in_time_or_in_turn_are_a_tone_within_4_s()
    {
        LineSound[] lines =
        [
            new LineSound().Repeat(20, part => part.Tone(0.5, -25, 440).Silence(0.5)),
            new LineSound().Repeat(20, part => part.Tone(0.25, -25, 425).Silence(0.25)),
            new LineSound().Repeat(20, part => part.Tone(0.3, -25, 900).Tone(0.3, -25, 1300)),
        ];
        Assert.All(lines, line => Assert.InRange(Listen(line.ToPcm())[0].AtSeconds, 3, 4));
        Assert.All(lines, line => Assert.Equal(DisturbanceKind.Tone, Listen(line.ToPcm())[0].Kind));
    }

    [Theory]
    [InlineData(0.0, -20)]
    [InlineData(0.9, -20)]
    [InlineData(0.9, -39)]
    [InlineData(0.97, -30)]
    public void Steady_noise_louder_than_minus_40_dBov_is_noise_within_10_s(double lowPass, double level)
    {
        Change first = Assert.Single(Listen(Noise(lowPass, level, 30)));
        Assert.Equal(DisturbanceKind.Noise, first.Kind);
        Assert.InRange(first.AtSeconds, 7, 10);
    }

    [Fact]
    public void Faint_noise_and_silence_are_nothing()
    {
        Assert.Empty(Listen(Noise(0.9, -48, 30)));
        Assert.Empty(Listen(new short[8000 * 30]));
    }

    public static TheoryData<MusicStyle> Styles => [.. Enum.GetValues<MusicStyle>()];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Hold_music_is_recognised_within_12_s(MusicStyle style)
    {
        List<Change> changes = Listen(HoldMusic.FourMinutes(style));
        output.WriteLine($"{style}: {string.Join(", ", changes.Take(6).Select(change => $"{change.AtSeconds:f1} s {change.Kind}"))}");

        // Lone notes without accompaniment may be found to be tones; either way the leg is told to be disturbing.
        Assert.InRange(changes[0].AtSeconds, 3, 12);
        Assert.NotEqual(DisturbanceKind.Noise, changes[0].Kind);
        if (style is not (MusicStyle.Flute or MusicStyle.MusicBox))
        {
            Assert.Equal(new Change(changes[0].AtSeconds, DisturbanceKind.Music), Assert.Single(changes));
        }
    }

    [Theory]
    [InlineData(true, 1.0, 0.0, 99.0)]
    [InlineData(false, 1.0, 6.0, 99.0)]
    [InlineData(true, 0.7, -6.0, 99.0)]
    [InlineData(false, 1.25, 0.0, 99.0)]
    [InlineData(false, 0.75, 0.0, 15.0)]
    [InlineData(true, 1.0, 0.0, 15.0)]
    public void Half_an_hour_of_speech_is_never_a_disturbance(bool isFrench, double pitch, double gain, double snr)
    {
        short[] speech = RecordedSpeech.Read(isFrench, pitch, gain);
        if (snr < 90)
        {
            short[] noise = Noise(0.9, LoudnessNormaliser.MeasureActiveDbov(speech, 8000) - snr, 20);
            for (int i = 0; i < speech.Length; i++)
            {
                speech[i] = (short)Math.Clamp(speech[i] + noise[i % noise.Length], short.MinValue, short.MaxValue);
            }
        }

        Assert.Empty(Listen(speech));

        // And as the mixer may give it: only while somebody talks. That the pauses are gone matters alike at every pitch.
        if (pitch != 1)
        {
            return;
        }

        SpeechDetector talking = new();
        List<short> spoken = [];
        for (int at = 0; at + 160 <= speech.Length; at += 160)
        {
            ReadOnlySpan<short> frame = speech.AsSpan(at, 160);
            if (talking.OnFrame(AudioLevel.MeasureDbov(frame), TimeSpan.FromMilliseconds(at / 8)))
            {
                spoken.AddRange(frame);
            }
        }

        Assert.True(spoken.Count > speech.Length / 3);
        Assert.Empty(Listen([.. spoken]));
    }

    [Fact]
    public void Speech_over_music_15_dB_below_and_laughter_are_no_disturbance()
    {
        foreach (MusicStyle style in new[] { MusicStyle.Pop, MusicStyle.Piano, MusicStyle.Strings })
        {
            short[] speech = RecordedSpeech.Read(isFrench: true, 1, 0)[..(8000 * 60 * 10)];
            short[] music = [.. HoldMusic.FourMinutes(style)];
            RecordedSpeech.Scale(music, LoudnessNormaliser.MeasureActiveDbov(speech, 8000) - 15 + 18);
            for (int i = 0; i < speech.Length; i++)
            {
                speech[i] = (short)Math.Clamp(speech[i] + music[i % music.Length], short.MinValue, short.MaxValue);
            }

            Assert.Empty(Listen(speech));
        }

        Assert.Empty(Listen(Laughter(60)));
    }

    [Fact]
    public void A_verdict_is_taken_back_after_3_to_5_s_of_speech_and_can_come_again()
    {
        short[] speech = RecordedSpeech.Read(isFrench: false, 1, 0);
        short[] music = HoldMusic.FourMinutes(MusicStyle.Piano);
        List<Change> changes = Listen([.. music[..160_000], .. speech[80_000..240_000], .. music[..160_000]]);
        output.WriteLine(string.Join(", ", changes));
        Assert.Equal([DisturbanceKind.Music, DisturbanceKind.None, DisturbanceKind.Music], changes.Select(change => change.Kind));
        Assert.InRange(changes[1].AtSeconds, 21, 25);
        Assert.InRange(changes[2].AtSeconds, 46, 52);
    }

    [Fact]
    public void A_kind_that_is_ignored_is_taken_back_and_not_told_again_but_others_are()
    {
        DisturbanceDetector detector = new();
        short[] music = HoldMusic.FourMinutes(MusicStyle.Pop);
        Feed(detector, music[..160_000]);
        Assert.Equal(DisturbanceKind.Music, detector.Current);
        detector.Ignore(DisturbanceKind.Music);
        Assert.Equal(DisturbanceKind.None, detector.Current);
        Feed(detector, music);
        Assert.Equal(DisturbanceKind.None, detector.Current);
        Feed(detector, Noise(0.9, -25, 20));
        Assert.Equal(DisturbanceKind.Noise, detector.Current);
    }

    private static List<Change> Listen(short[] pcm, int rate = 8000)
    {
        List<Change> changes = [];
        DisturbanceDetector detector = new(rate);
        DisturbanceKind before = DisturbanceKind.None;
        int frame = rate / 50;
        for (int at = 0; at + frame <= pcm.Length; at += frame)
        {
            ReadOnlySpan<short> piece = pcm.AsSpan(at, frame);
            DisturbanceKind kind = detector.OnFrame(piece, AudioLevel.MeasureDbov(piece));
            if (kind != before)
            {
                changes.Add(new Change((double)(at + frame) / rate, kind));
                before = kind;
            }
        }

        return changes;
    }

    private static void Feed(DisturbanceDetector detector, short[] pcm)
    {
        for (int at = 0; at + 160 <= pcm.Length; at += 160)
        {
            ReadOnlySpan<short> frame = pcm.AsSpan(at, 160);
            detector.OnFrame(frame, AudioLevel.MeasureDbov(frame));
        }
    }

    /// <summary>White (0), street-like (0.9) or car-like (0.97) noise, through A-law.</summary>
    private static short[] Noise(double lowPass, double levelDbov, int seconds)
    {
        float[] sound = new float[seconds * 8000];
        Keypad.AddNoise(sound, levelDbov + 6.15, new Random(7));
        double low = 0;
        double scale = Math.Sqrt(1 - (lowPass * lowPass));
        for (int i = 0; i < sound.Length; i++)
        {
            low = (lowPass * low) + (scale * sound[i]);
            sound[i] = (float)low;
        }

        return new Keypad().ToPcm(sound);
    }

    /// <summary>Five bursts of a falling voice a second, a breath after each eight.</summary>
    private static short[] Laughter(int seconds)
    {
        Random random = new(6);
        float[] sound = new float[seconds * 8000];
        double phase = 0;
        for (int i = 0; i < sound.Length; i++)
        {
            double t = i / 8000.0;
            double inBurst = t * 5 % 1;
            double pitch = (330 - (90 * (t % 2))) * (1.1 - (0.2 * inBurst));
            phase += pitch / 8000;
            double voice = 0;
            for (int h = 1; h < 10; h++)
            {
                voice += Math.Sin(2 * Math.PI * h * phase) / h;
            }

            double loud = t % 2 > 1.6 ? 0 : Math.Max(0, Math.Sin(Math.PI * inBurst * 1.4));
            sound[i] = (float)(4000 * loud * (voice + (0.3 * (random.NextDouble() - 0.5))));
        }

        return new Keypad().ToPcm(sound);
    }
}
