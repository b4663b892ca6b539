using System.Numerics;
using CsCheck;
using PhoneBridge.Mixer.Mix;

namespace PhoneBridge.Mixer.Tests.Mix;

public sealed class MixKernelsTests
{
    // Ordinary frames, and lengths around every vector width; extremes come often, because saturation is the point.
    private static readonly Gen<short> GenSample = Gen.Frequency(
        (6, Gen.Short), (1, Gen.Const(short.MinValue)), (1, Gen.Const(short.MaxValue)), (1, Gen.Const((short)0)));

    private static readonly Gen<int> GenLength = Gen.OneOf(Gen.Int[0, 70], Gen.Const(160), Gen.Const(320), Gen.Const(960));

    private static readonly Gen<short[][]> GenTalkers =
        from length in GenLength
        from talkers in GenSample.Array[length].Array[1, 40]
        select talkers;

    [Fact]
    public void The_total_less_a_talker_is_the_exact_sum_of_the_others() => GenTalkers.Sample(talkers =>
    {
        int length = talkers[0].Length;
        int[] total = new int[length];
        foreach (short[] talker in talkers)
        {
            MixKernels.Add(total, talker);
        }

        int[] rest = new int[length];
        for (int listener = 0; listener < talkers.Length; listener++)
        {
            MixKernels.Subtract(total, talkers[listener], rest);
            for (int i = 0; i < length; i++)
            {
                BigInteger others = 0;
                for (int talker = 0; talker < talkers.Length; talker++)
                {
                    others += talker == listener ? 0 : talkers[talker][i];
                }

                Assert.Equal(others, rest[i]);
            }
        }
    }, iter: 300);

    [Fact]
    public void Vectors_and_scalars_add_alike() => GenTalkers.Sample(talkers =>
    {
        int[] vector = new int[talkers[0].Length], scalar = new int[talkers[0].Length];
        foreach (short[] talker in talkers)
        {
            MixKernels.Add(vector, talker);
            ScalarMixKernels.Add(scalar, talker);
        }

        Assert.Equal(scalar, vector);
    });

    [Fact]
    public void Vectors_and_scalars_subtract_and_saturate_alike() => GenTotalAndFrame.Sample((total, own) =>
    {
        short[] vector = new short[own.Length], scalar = new short[own.Length];
        int[] vectorRest = new int[own.Length], scalarRest = new int[own.Length];
        MixKernels.Subtract(total, own, vectorRest);
        ScalarMixKernels.Subtract(total, own, scalarRest);
        Assert.Equal(scalarRest, vectorRest);

        MixKernels.Saturate(total, vector);
        ScalarMixKernels.Saturate(total, scalar);
        Assert.Equal(scalar, vector);
    });

    [Fact]
    public void Vectors_and_scalars_scale_alike_at_every_gain() => Gen.Select(GenFrame, Gen.Double[-60, 30]).Sample((frame, db) =>
    {
        short[] vector = [.. frame], scalar = [.. frame];
        Gain gain = Gain.FromDb(db);
        MixKernels.Scale(vector, gain);
        ScalarMixKernels.Scale(scalar, gain);
        Assert.Equal(scalar, vector);
    });

    [Fact]
    public void Scaling_is_the_rounded_product_held_to_16_bits() => Gen.Select(GenSample, Gen.Int[41, 40_960]).Sample((sample, factor) =>
    {
        short[] frame = [sample];
        MixKernels.Scale(frame, new Gain(factor));
        double exact = Math.Clamp(sample * (factor / 4096.0), short.MinValue, short.MaxValue);
        Assert.InRange(frame[0], exact - 0.5, exact + 0.5);
    });

    [Fact]
    public void Vectors_and_scalars_add_with_saturation_alike() =>
        (from length in GenLength from one in GenSample.Array[length] from other in GenSample.Array[length] select (one, other)).Sample((one, other) =>
        {
            short[] vector = [.. one], scalar = [.. one];
            MixKernels.AddSaturated(vector, other);
            ScalarMixKernels.AddSaturated(scalar, other);
            Assert.Equal(scalar, vector);
        });

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(20, 40_960)]
    [InlineData(100, 40_960)]
    [InlineData(-40, 41)]
    [InlineData(double.NegativeInfinity, 41)]
    [InlineData(double.NaN, 4096)]
    public void A_gain_is_held_to_its_range(double db, int factor) => Assert.Equal(factor, Gain.FromDb(db).Factor);

    [Fact]
    public void Frames_of_different_length_are_refused() =>
        Assert.Throws<ArgumentException>(() => MixKernels.Add(new int[160], new short[159]));

    private static Gen<short[]> GenFrame => from length in GenLength from frame in GenSample.Array[length] select frame;

    private static Gen<(int[], short[])> GenTotalAndFrame =>
        from length in GenLength
        from total in Gen.Int[-40 * 32768, 40 * 32767].Array[length]
        from own in GenSample.Array[length]
        select (total, own);
}
