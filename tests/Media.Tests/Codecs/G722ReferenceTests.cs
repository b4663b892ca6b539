using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>G.722 is defined to the bit: what another implementation makes of the same input must be ours.</summary>
[Trait("Req", "G722")]
public sealed class G722ReferenceTests
{
    public static TheoryData<string> Sounds => ["speech", "noise", "quiet noise", "sweep", "silence", "clicks"];

    public static TheoryData<string> LoudSounds => ["loud speech", "loudest noise", "full-scale sweep"];

    [Theory]
    [MemberData(nameof(Sounds))]
    public void Codes_are_those_of_the_reference_to_the_bit(string sound)
    {
        short[] pcm = Make(sound);
        Assert.Equal(SpandspG722.Encode(pcm), Encode(pcm));
    }

    [Theory]
    [MemberData(nameof(Sounds))]
    public void Decoded_samples_are_those_of_the_reference_to_the_bit(string sound)
    {
        byte[] payload = Encode(Make(sound));
        Assert.Equal(SpandspG722.Decode(payload), Decode(payload));
    }

    [Theory] // The ITU's own software limits a band to 15 bits; the reference lets it run over.
    [MemberData(nameof(LoudSounds))]
    public void Codes_are_those_of_the_reference_until_a_band_is_overloaded(string sound)
    {
        short[] pcm = Make(sound);
        int alike = FirstOverload(pcm);
        Assert.InRange(alike, 50, int.MaxValue);
        Assert.Equal(SpandspG722.Encode(pcm)[..alike], Encode(pcm)[..alike]);
    }

    [Theory] // The reference wraps round where the output is overloaded; all else is the same.
    [MemberData(nameof(LoudSounds))]
    public void Overloaded_samples_stay_at_the_limit_instead_of_changing_their_sign(string sound)
    {
        byte[] payload = Encode(Make(sound));
        short[] ours = Decode(payload);
        short[] theirs = SpandspG722.Decode(payload);
        int wrapped = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            if (ours[i] != theirs[i])
            {
                wrapped++;
                Assert.True(ours[i] is short.MaxValue or short.MinValue && Math.Sign(ours[i]) != Math.Sign(theirs[i]), $"sample {i}: {ours[i]}, {theirs[i]}");
            }
        }

        Assert.InRange(wrapped, 1, ours.Length / 10);
    }

    [Fact]
    public void Every_sequence_of_codes_decodes_as_in_the_reference()
    {
        byte[] payload = new byte[100_000];
        new Random(5).NextBytes(payload);
        short[] ours = Decode(payload);
        short[] theirs = SpandspG722.Decode(payload);
        Assert.All(ours.Zip(theirs), pair => Assert.True(pair.First == pair.Second || pair.First is short.MaxValue or short.MinValue));
    }

    [Fact]
    public void Vector_and_scalar_filters_agree()
    {
        short[] pcm = [.. CodecSounds.Noise(20_000, 32767, 6), .. Enumerable.Repeat(short.MinValue, 24), .. Enumerable.Repeat(short.MaxValue, 24)];
        for (int i = 0; i <= pcm.Length - G722Filter.Taps; i++)
        {
            Assert.Equal(G722Filter.SumsScalar(ref pcm[i]), G722Filter.Sums(ref pcm[i]));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(36)]
    [InlineData(1000)]
    [InlineData(9084)]
    [InlineData(16384)]
    public void Vector_and_scalar_quantisers_agree_on_every_difference(int step)
    {
        for (int difference = -49151; difference <= 49151; difference++)
        {
            Assert.Equal(G722Quantiser.LowScalar(difference, step), G722Quantiser.Low(difference, step));
        }
    }

    // In pairs: the first that has a band beyond 15 bits.
    private static int FirstOverload(short[] pcm)
    {
        short[] padded = [.. new short[G722Filter.Taps - 2], .. pcm];
        int pair = 0;
        while (2 * pair < pcm.Length)
        {
            (int even, int odd) = G722Filter.Sums(ref padded[2 * pair]);
            if ((odd + even) >> 14 is < -16384 or > 16383 || (odd - even) >> 14 is < -16384 or > 16383)
            {
                break;
            }

            pair++;
        }

        return pair;
    }

    private static short[] Make(string sound) => sound switch
    {
        "speech" => CodecSounds.Speech16,
        "loud speech" => [.. CodecSounds.Speech16.Select(s => (short)Math.Clamp(4 * s, short.MinValue, short.MaxValue))],
        "noise" => CodecSounds.Noise(64000, 8000, 1),
        "loudest noise" => CodecSounds.Noise(64000, 32767, 2),
        "quiet noise" => CodecSounds.Noise(64000, 6, 3),
        "sweep" => CodecSounds.Sweep(64000, 7900, 8000, 16000),
        "full-scale sweep" => CodecSounds.Sweep(64000, 7900, 32767, 16000),
        "silence" => new short[16000],
        "clicks" => [.. Enumerable.Range(0, 32000).Select(i => (short)(i % 3200 == 0 ? 20000 : 0))],
        _ => throw new ArgumentOutOfRangeException(nameof(sound)),
    };

    private static byte[] Encode(short[] pcm)
    {
        using G722Encoder encoder = new();
        byte[] payload = new byte[pcm.Length / 2];
        Assert.Equal(payload.Length, encoder.Encode(pcm, payload));
        return payload;
    }

    private static short[] Decode(byte[] payload)
    {
        using G722Decoder decoder = new();
        short[] pcm = new short[payload.Length * 2];
        Assert.Equal(pcm.Length, decoder.Decode(payload, pcm));
        return pcm;
    }
}
