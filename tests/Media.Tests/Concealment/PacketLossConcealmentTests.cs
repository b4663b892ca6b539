using PhoneBridge.Media.Concealment;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Concealment;

[Trait("Req", "RTP12")]
public sealed class PacketLossConcealmentTests
{
    [Theory]
    [InlineData(70)]
    [InlineData(110)]
    [InlineData(150)]
    [InlineData(195)]
    public void A_voice_goes_on_at_its_pitch_and_level_for_10_ms(double pitch)
    {
        PacketLossConcealment concealment = new();
        short[] voice = Voice(pitch, 1600 + 80);
        concealment.OnReceived(voice.AsSpan(0, 1600));
        short[] concealed = new short[80];
        concealment.Conceal(concealed);

        // The true continuation is known: what stands in for it is near it.
        double error = AudioLevel.MeasureDbov([.. concealed.Zip(voice[1600..]).Select(pair => (short)(pair.First - pair.Second))]);
        Assert.True(error < AudioLevel.MeasureDbov(voice.AsSpan(1600)) - 12, $"{error} dBov");
    }

    [Fact]
    public void Level_falls_by_a_fifth_every_10_ms_after_the_first_and_ends_at_60_ms()
    {
        PacketLossConcealment concealment = new();
        short[] tone = Voice(200, 1600);
        concealment.OnReceived(tone);
        double full = Rms(tone.AsSpan(1520));
        double[] expected = [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0, 0];
        short[] part = new short[80];
        for (int i = 0; i < expected.Length; i++)
        {
            concealment.Conceal(part);
            Assert.Equal(expected[i], Rms(part) / full, 0.08);
        }

        Assert.True(concealment.IsSilent);
        Assert.All(part, sample => Assert.Equal(0, sample));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(140)]
    [InlineData(440)]
    public void Neither_start_nor_seams_nor_end_of_a_loss_click(double pitch)
    {
        short[] voice = Voice(pitch, 8000);
        int steepest = Steepest(voice);
        PacketLossConcealment concealment = new();
        List<short> heard = [];
        for (int at = 0, frame = 0; at < voice.Length; at += 160, frame++)
        {
            Span<short> pcm = voice.AsSpan(at, 160);
            if (frame % 7 is 3 or 5 or 6)
            {
                concealment.Conceal(pcm);
            }
            else
            {
                concealment.OnReceived(pcm);
            }

            heard.AddRange(pcm.ToArray());
        }

        Assert.True(Steepest([.. heard]) < 1.6 * steepest, $"{Steepest([.. heard])} against {steepest}");
    }

    [Fact]
    public void The_sound_after_a_loss_is_exact_again_after_at_most_10_ms()
    {
        PacketLossConcealment concealment = new();
        short[] voice = Voice(130, 1600 + 480 + 160);
        concealment.OnReceived(voice.AsSpan(0, 1600));
        concealment.Conceal(new short[400]);
        short[] after = voice[1600..1760];
        concealment.OnReceived(after);
        Assert.NotEqual(voice[1600..1610], after[..10]);
        Assert.Equal(voice[1680..1760], after[80..]);
    }

    [Fact]
    public void After_silence_the_sound_rises_within_4_ms_however_it_is_cut_in_pieces()
    {
        PacketLossConcealment concealment = new();
        concealment.OnReceived(Voice(130, 320));
        concealment.Conceal(new short[800]);
        short[] voice = Voice(130, 160);
        short[] heard = (short[])voice.Clone();
        foreach (int at in (int[])[0, 10, 20])
        {
            concealment.OnReceived(heard.AsSpan(at, 10));
        }

        concealment.OnReceived(heard.AsSpan(30));
        Assert.Equal(voice[30..], heard[30..]);
        Assert.All(heard[..30].Zip(voice), pair => Assert.True(Math.Abs((int)pair.First) <= Math.Abs((int)pair.Second)));
        Assert.NotEqual(voice[..30], heard[..30]);
    }

    [Fact]
    public void Losses_in_pieces_sound_as_in_one()
    {
        short[] voice = Voice(120, 1600);
        PacketLossConcealment whole = new();
        PacketLossConcealment pieces = new();
        whole.OnReceived((short[])voice.Clone());
        foreach (short[] piece in voice.Chunk(40))
        {
            pieces.OnReceived(piece);
        }

        short[] expected = new short[480];
        short[] actual = new short[480];
        whole.Conceal(expected);
        for (int at = 0; at < 480; at += 40)
        {
            pieces.Conceal(actual.AsSpan(at, 40));
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Before_anything_was_received_there_is_silence_and_the_first_word_is_untouched()
    {
        PacketLossConcealment concealment = new();
        short[] frame = [1, 2, 3];
        concealment.Conceal(frame);
        Assert.Equal([0, 0, 0], frame);

        PacketLossConcealment fresh = new();
        short[] voice = Voice(100, 160);
        short[] heard = (short[])voice.Clone();
        fresh.OnReceived(heard);
        Assert.Equal(voice, heard);
    }

    [Fact]
    public void Loud_noise_and_extremes_never_overflow()
    {
        Random random = new(12);
        PacketLossConcealment concealment = new();
        short[] frame = new short[160];
        for (int i = 0; i < 2000; i++)
        {
            if (random.Next(3) == 0)
            {
                concealment.Conceal(frame);
                Assert.True(AudioLevel.MeasureDbov(frame) <= 0);
            }
            else
            {
                for (int k = 0; k < frame.Length; k++)
                {
                    frame[k] = random.Next(2) == 0 ? short.MinValue : short.MaxValue;
                }

                concealment.OnReceived(frame);
            }
        }
    }

    // A buzz with some harmonics: nearer to a voice than a sine is.
    private static short[] Voice(double pitch, int length)
    {
        short[] pcm = new short[length];
        for (int harmonic = 1; harmonic <= 6; harmonic++)
        {
            new ToneGenerator(pitch * harmonic, -18 - (4 * harmonic)).Add(pcm);
        }

        return pcm;
    }

    private static double Rms(ReadOnlySpan<short> pcm) => Math.Sqrt(AudioLevel.SumOfSquares(pcm) / (double)pcm.Length);

    private static int Steepest(short[] pcm) => pcm.Zip(pcm.Skip(1)).Max(pair => Math.Abs(pair.First - pair.Second));
}
