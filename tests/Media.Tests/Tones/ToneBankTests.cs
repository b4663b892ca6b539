using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Tones;

public sealed class ToneBankTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(160)]
    public void Vector_and_scalar_forms_agree_to_the_bit(int length)
    {
        ToneBank bank = new([697, 770, 852, 941, 1209, 1336, 1477, 1633], length);
        Random random = new(length);
        float[] real = new float[8];
        float[] imaginary = new float[8];
        float[] realScalar = new float[8];
        float[] imaginaryScalar = new float[8];
        for (int i = 0; i < 100; i++)
        {
            float[] block = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(short.MinValue, short.MaxValue + 1))];
            bank.Measure(block, real, imaginary);
            bank.MeasureScalar(block, realScalar, imaginaryScalar);
            Assert.Equal(realScalar, real);
            Assert.Equal(imaginaryScalar, imaginary);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7.5)]
    [InlineData(-24)]
    [InlineData(40)]
    public void A_sine_beside_its_lane_comes_back_with_level_and_frequency(double offsetHz)
    {
        ToneBank bank = new([1000], 160);
        short[] pcm = new short[240];
        new ToneGenerator(1000 + offsetHz, -20).Write(pcm);
        float[] sound = [.. pcm.Select(sample => (float)sample)];
        float[][] numbers = [new float[8], new float[8], new float[8], new float[8]];
        bank.Measure(sound, numbers[0], numbers[1]);
        bank.Measure(sound.AsSpan(80), numbers[2], numbers[3]);
        double measured = ToneBank.OffsetHz(numbers[2][0], numbers[3][0], numbers[0][0], numbers[1][0], 1000, 80);
        Assert.InRange(measured, offsetHz - 0.3, offsetHz + 0.3);
        double level = 10 * Math.Log10(ToneBank.MeanSquare(numbers[0][0], numbers[1][0]) / bank.Response(offsetHz) / (32768.0 * 32768));
        Assert.InRange(level, -20.1, -19.9);
        Assert.InRange(10 * Math.Log10(bank.MeanSquare(sound) / (32768.0 * 32768)), -20.1, -19.9);
    }

    [Theory]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Wide_sound_comes_down_to_8_kHz_with_its_telephone_band_and_without_what_lies_above(int rate)
    {
        Assert.InRange(LevelAfter(300, 300, rate), -20.2, -19.8);
        Assert.InRange(LevelAfter(3200, 3200, rate), -20.5, -19.5);
        Assert.True(LevelAfter(4800, 3200, rate) < -58);
        Assert.True(LevelAfter(7000, 1000, rate) < -58);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TelephoneBand(rate + 1));
    }

    private static double LevelAfter(double toneHz, double heardHz, int rate)
    {
        TelephoneBand band = new(rate);
        ToneGenerator tone = new(toneHz, -20, rate);
        short[] frame = new short[rate / 50];
        float[] room = new float[TelephoneBand.MaxConverted];
        List<short> heard = [];
        for (int i = 0; i < 12; i++)
        {
            tone.Write(frame);
            foreach (float sample in band.Convert(frame, room))
            {
                heard.Add((short)MathF.Round(sample));
            }
        }

        Assert.Equal(12 * 160, heard.Count);
        return Goertzel.MeasureDbov([.. heard[320..]], heardHz);
    }
}
