using PhoneBridge.Media.Tests.Sounds;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Tones;

[Trait("Req", "RTP15")]
public sealed class LineToneDetectorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1100, -20, 8000)]
    [InlineData(1062, -20, 8000)]
    [InlineData(1138, -20, 8000)]
    [InlineData(1100, -45, 8000)]
    [InlineData(1100, -10, 16000)]
    [InlineData(1100, -10, 48000)]
    public void A_calling_tone_heard_twice_is_a_fax(double frequency, double level, int rate)
    {
        LineSound line = new(rate);
        line.Silence(0.713).Tone(0.5, level, frequency).Silence(3).Tone(0.5, level, frequency).Silence(1);
        (LineToneVerdict verdict, double at) = Listen(line.ToPcm(), rate);
        Assert.Equal(LineToneVerdict.Fax, verdict);
        Assert.InRange(at, 4.7, 4.85);
    }

    [Theory]
    [InlineData(0.43, 2.6)]
    [InlineData(0.57, 3.4)]
    public void The_calling_tone_may_be_off_by_15_per_cent(double on, double off) =>
        Assert.Equal(LineToneVerdict.Fax, Listen(new LineSound().Repeat(3, line => line.Tone(on, -20, 1100).Silence(off)).Noise(-40).ToPcm()).Verdict);

    [Theory]
    [InlineData(2100, 0)]
    [InlineData(2085, 0.2)]
    [InlineData(2115, 0.2)]
    public void An_answering_tone_of_2600_ms_is_a_fax(double frequency, double modulation)
    {
        (LineToneVerdict verdict, double at) = Listen(new LineSound().Silence(0.5).AnswerTone(2.6, frequency, modulation).Silence(1).Noise(-45).ToPcm());
        Assert.Equal(LineToneVerdict.Fax, verdict);
        Assert.InRange(at, 3, 3.15);
        Assert.Equal(LineToneVerdict.Fax, Listen(new LineSound().Tone(2.6, -20, frequency).Silence(1).ToPcm()).Verdict);
    }

    [Fact]
    public void A_shorter_2100_Hz_tone_is_harmless() =>
        Assert.Equal(LineToneVerdict.None, Listen(new LineSound().Repeat(5, line => line.AnswerTone(2.4).Silence(1)).ToPcm()).Verdict);

    [Theory]
    [InlineData(-15, -90)]
    [InlineData(-40, -90)]
    [InlineData(-20, -32)]
    public void The_flags_of_a_V21_preamble_are_a_fax_within_half_a_second(double level, double noiseDbm0)
    {
        string preamble = string.Concat(Enumerable.Repeat("01111110", 37));
        (LineToneVerdict verdict, double at) = Listen(new LineSound().Silence(1).V21(preamble, level).Noise(noiseDbm0).ToPcm());
        Assert.Equal(LineToneVerdict.Fax, verdict);
        Assert.InRange(at, 1.2, 1.5);
    }

    [Fact]
    public void Other_bits_in_the_same_channel_are_no_preamble()
    {
        Random random = new(8);
        string bits = string.Concat(Enumerable.Range(0, 3000).Select(_ => random.Next(2) == 0 ? "0" : "1"));
        Assert.Equal(LineToneVerdict.None, Listen(new LineSound().V21(bits).V21(new string('1', 900)).ToPcm()).Verdict);
    }

    [Theory]
    [Trait("Req", "RTP16")]
    [InlineData(0.5, 0.5, new double[] { 440 }, 8000)]
    [InlineData(0.5, 0.5, new double[] { 440 }, 48000)]
    [InlineData(0.5, 0.5, new double[] { 425 }, 8000)]
    [InlineData(0.25, 0.25, new double[] { 425 }, 8000)]
    [InlineData(30, 0, new double[] { 440 }, 8000)]
    [InlineData(0.5, 0.5, new double[] { 480, 620 }, 8000)]
    [InlineData(0.25, 0.25, new double[] { 480, 620 }, 8000)]
    [InlineData(30, 0, new double[] { 350, 440 }, 16000)]
    public void Twenty_seconds_of_busy_or_dial_tone_say_that_the_line_was_hung_up(double on, double off, double[] frequencies, int rate)
    {
        LineSound line = new(rate);
        line.Silence(1.234).Repeat((int)(30 / (on + off)), part => part.Tone(on, -22, frequencies).Silence(off)).Noise(-50);
        (LineToneVerdict verdict, double at) = Listen(line.ToPcm(), rate);
        Assert.Equal(LineToneVerdict.Busy, verdict);
        Assert.InRange(at, 21, 22);
    }

    [Fact]
    public void Ringing_tone_keys_and_short_tones_say_nothing()
    {
        LineSound line = new();
        line.Repeat(10, part => part.Tone(1.5, -20, 440).Silence(3.5));               // ringing, France
        line.Repeat(5, part => part.Tone(2, -20, 440, 480).Silence(4));               // ringing, North America
        line.Repeat(60, part => part.Tone(0.3, -15, 440).Silence(1.7));               // a tone at each entry
        line.Repeat(60, part => part.Tone(0.15, -15, 440).Tone(0.15, -15, 660));      // two-tone chime
        line.Repeat(100, part => part.Tone(0.1, -12, 770, 1336).Silence(0.1));        // keys
        line.Repeat(8, part => part.Tone(3, -20, 440, 880, 1320).Silence(0.5));       // a voice on one note
        line.Repeat(8, part => part.Tone(3, -20, 440).Tone(0.6, -20, 494));           // two notes in turn
        line.Repeat(30, part => part.Tone(1, -20, 1100).Silence(0.4));                // alarm
        line.Tone(19, -20, 440).Silence(2).Tone(19, -20, 440);
        Assert.Equal(LineToneVerdict.None, Listen(line.ToPcm()).Verdict);
    }

    [Fact]
    public void It_is_told_once()
    {
        LineToneDetector detector = new();
        short[] pcm = new LineSound().Tone(60, -20, 440).ToPcm();
        int told = 0;
        for (int at = 0; at + 160 <= pcm.Length; at += 160)
        {
            told += detector.OnFrame(pcm.AsSpan(at, 160)) == LineToneVerdict.None ? 0 : 1;
        }

        Assert.Equal(1, told);
    }

    [Fact]
    public void Speech_and_music_say_nothing()
    {
        foreach ((bool isFrench, double pitch, double gain) in new (bool, double, double)[] { (true, 1, 6), (false, 1, -6), (true, 0.7, 0), (false, 0.8, 0) })
        {
            Assert.Equal(LineToneVerdict.None, Listen(RecordedSpeech.Read(isFrench, pitch, gain)).Verdict);
        }

        foreach (MusicStyle style in Enum.GetValues<MusicStyle>())
        {
            (LineToneVerdict verdict, double at) = Listen(HoldMusic.FourMinutes(style));
            output.WriteLine($"{style}: {verdict} {at}");
            Assert.Equal(LineToneVerdict.None, verdict);
        }
    }

    private static (LineToneVerdict Verdict, double AtSeconds) Listen(short[] pcm, int rate = 8000)
    {
        LineToneDetector detector = new(rate);
        int frame = rate / 50;
        for (int at = 0; at + frame <= pcm.Length; at += frame)
        {
            LineToneVerdict verdict = detector.OnFrame(pcm.AsSpan(at, frame));
            if (verdict != LineToneVerdict.None)
            {
                return (verdict, (double)(at + frame) / rate);
            }
        }

        return (LineToneVerdict.None, 0);
    }
}
