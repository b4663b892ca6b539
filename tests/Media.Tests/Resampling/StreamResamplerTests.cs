using PhoneBridge.Media.Resampling;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Resampling;

public sealed class StreamResamplerTests
{
    public static TheoryData<int, int> Pairs => new()
    {
        { 8000, 16000 }, { 16000, 8000 }, { 8000, 48000 }, { 48000, 8000 }, { 16000, 48000 }, { 48000, 16000 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Tones_of_the_pass_band_keep_pitch_and_level(int from, int to)
    {
        int low = Math.Min(from, to);
        foreach (int pitch in low == 8000 ? (int[])[50, 300, 1000, 2000, 3000, 3400] : [50, 300, 1000, 3400, 6000, 7000])
        {
            short[] converted = Run(Tone(pitch, -12, from), from, to);
            ReadOnlySpan<short> middle = converted.AsSpan(to / 10, to * 8 / 10);
            Assert.InRange(Goertzel.MeasureDbov(middle, pitch, to), -12.5, -11.95);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Images_and_aliases_are_60_dB_down(int from, int to)
    {
        int low = Math.Min(from, to);
        int stop = low == 8000 ? 4200 : 8250;
        for (int pitch = 100; pitch < from / 2; pitch += low == 8000 ? 95 : 185)
        {
            // Going up, a tone under the pass band's end has images above; going down, a tone above it folds back.
            bool isUp = to > from;
            if (isUp ? pitch > low - stop : pitch < stop)
            {
                continue;
            }

            short[] converted = Run(Tone(pitch, -6, from), from, to);
            ReadOnlySpan<short> middle = converted.AsSpan(to / 10, to * 8 / 10);
            if (isUp)
            {
                for (int image = low - pitch; image < to / 2; image += image % low == pitch ? low - (2 * pitch) : 2 * pitch)
                {
                    double level = Goertzel.MeasureDbov(middle, image, to);
                    Assert.True(level < -66, $"image of {pitch} Hz at {image} Hz: {level:F1} dBov");
                }
            }
            else
            {
                double level = PhoneBridge.Media.Levels.AudioLevel.MeasureDbov(middle);
                Assert.True(level <= -66, $"{pitch} Hz left {level:F1} dBov");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void However_the_stream_is_cut_the_output_is_the_same(int from, int to)
    {
        Random random = new(5);
        short[] input = new short[from];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(input.AsSpan()));
        short[] whole = new short[to];
        new StreamResampler(from, to).Convert(input, whole);
        StreamResampler stream = new(from, to);
        short[] pieces = new short[to];
        for (int ms = 0; ms < 1000;)
        {
            int length = Math.Min(1000 - ms, 5 * random.Next(1, 13));
            stream.Convert(input.AsSpan(ms * from / 1000, length * from / 1000), pieces.AsSpan(ms * to / 1000, length * to / 1000));
            ms += length;
        }

        Assert.Equal(whole, pieces);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Vectors_and_scalars_agree_to_the_bit(int from, int to)
    {
        StreamFilter filter = StreamFilter.For(from, to);
        Random random = new(6);
        for (int ms = 5; ms <= 20; ms += 5)
        {
            foreach (bool isExtreme in (bool[])[false, true])
            {
                short[] input = new short[filter.History + (from * ms / 1000)];
                for (int i = 0; i < input.Length; i++)
                {
                    input[i] = isExtreme ? (random.Next(2) == 0 ? short.MinValue : short.MaxValue) : (short)random.Next(-32768, 32768);
                }

                short[] vectors = new short[to * ms / 1000], scalars = new short[to * ms / 1000];
                StreamKernel.Convert(filter, input, vectors);
                ScalarStreamKernel.Convert(filter, input, scalars);
                Assert.Equal(scalars, vectors);
            }
        }
    }

    [Fact]
    public void The_multiplication_of_other_processors_is_the_same()
    {
        Random random = new(7);
        short[] numbers = [short.MinValue, short.MaxValue, -1, 0, 1, 12345];
        short[] a = [.. Enumerable.Range(0, 16).Select(i => numbers[random.Next(6)])], b = [.. a.Reverse()];
        b[0] = 3; // two products of -32768 each leave 32 bits: no taps do that
        var x = System.Runtime.Intrinsics.Vector256.Create(a);
        var y = System.Runtime.Intrinsics.Vector256.Create(b);
        var products = StreamKernel.MultiplyAddAnywhere(x, y);
        Assert.Equal(StreamKernel.MultiplyAdd(x, y), products);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(unchecked((a[2 * i] * b[2 * i]) + (a[(2 * i) + 1] * b[(2 * i) + 1])), products[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void No_input_makes_a_sum_of_products_leave_32_bits(int from, int to)
    {
        StreamFilter filter = StreamFilter.For(from, to);
        for (int row = 0; row < filter.Rows; row++)
        {
            long sizes = filter.Taps.AsSpan(row * filter.Window, filter.Window).ToArray().Sum(tap => (long)Math.Abs((int)tap));
            Assert.True((sizes * 32768) + (1L << (filter.Shift - 1)) < int.MaxValue, $"row {row}: {sizes}");
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Full_scale_saturates_and_steady_levels_stay_exact(int from, int to)
    {
        short[] input = new short[from / 5];
        input.AsSpan(0, from / 10).Fill(short.MaxValue);
        input.AsSpan(from / 10).Fill(short.MinValue);
        short[] output = Run(input, from, to);
        int settled = to / 100; // 10 ms
        Assert.All(output[settled..(to / 10 - 2)], sample => Assert.True(sample > 28000));
        Assert.All(output[(to / 10 + settled)..], sample => Assert.True(sample < -28000));
        Assert.All(output[(2 * settled)..(to / 10 - settled)], sample => Assert.Equal(short.MaxValue, sample));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_delay_is_the_stated_one_at_every_frequency(int from, int to)
    {
        StreamResampler stream = new(from, to);
        Assert.InRange(stream.DelayMs, 1, 2);
        Assert.Equal(stream.DelaySamples, stream.DelayMs * Math.Max(from, to) / 1000, 1e-9);
        int[] pitches = Math.Min(from, to) == 8000 ? [200, 1000, 1900, 3300] : [200, 1000, 3300, 6900];
        foreach (int pitch in pitches)
        {
            double late = Phase(Tone(pitch, -12, from), pitch, from) - Phase(Run(Tone(pitch, -12, from), from, to), pitch, to);
            double turns = stream.DelayMs * pitch / 1000;
            double difference = (late / (2 * Math.PI)) - turns;
            Assert.InRange(difference - Math.Round(difference), -0.002, 0.002);
        }

        // A click comes out at the delay and is symmetrical around it: linear phase.
        short[] click = new short[from / 10];
        int at = from / 20;
        click[at] = 20000;
        short[] output = Run(click, from, to);
        double middle = output.Select((sample, i) => (double)i * sample).Sum() / output.Sum(sample => (double)sample);
        Assert.Equal((at * (double)to / from) + (stream.DelayMs * to / 1000), middle, 0.1);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_reset_stream_is_like_a_new_one_and_a_frame_allocates_nothing(int from, int to)
    {
        StreamResampler stream = new(from, to);
        short[] input = Tone(700, -6, from)[..(from / 50)];
        short[] first = new short[to / 50], again = new short[to / 50];
        stream.Convert(input, first);
        stream.Convert(input, again);
        Assert.NotEqual(first, again);
        stream.Reset();
        long before = GC.GetAllocatedBytesForCurrentThread();
        stream.Convert(input, again);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(first, again);
    }

    [Fact]
    public void Other_rates_and_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new StreamResampler(8000, 8000));
        Assert.Throws<ArgumentException>(() => new StreamResampler(44100, 8000));
        StreamResampler stream = new(8000, 16000);
        Assert.Throws<ArgumentException>(() => stream.Convert(new short[41], new short[82]));
        Assert.Throws<ArgumentException>(() => stream.Convert(new short[160], new short[300]));
        stream.Convert([], []);
    }

    private static short[] Tone(int pitch, double level, int rate)
    {
        short[] pcm = new short[rate];
        new ToneGenerator(pitch, level, rate).Write(pcm);
        return pcm;
    }

    private static short[] Run(short[] input, int from, int to)
    {
        short[] output = new short[(int)((long)input.Length * to / from)];
        new StreamResampler(from, to).Convert(input, output);
        return output;
    }

    /// <summary>Phase over half a second from 0.1 s on, so that both rates look at the same stretch of time.</summary>
    private static double Phase(short[] pcm, int pitch, int rate)
    {
        (double real, double imaginary) = (0, 0);
        for (int i = rate / 10; i < rate * 6 / 10; i++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * pitch * i / rate);
            real += pcm[i] * cosine;
            imaginary -= pcm[i] * sine;
        }

        return Math.Atan2(imaginary, real);
    }
}
