using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

[Trait("Req", "PCMA")]
[Trait("Req", "PCMU")]
public sealed class G711Tests
{
    private static readonly short[] EverySample = [.. Enumerable.Range(short.MinValue, 65536).Select(v => (short)v)];
    private static readonly byte[] EveryCode = [.. Enumerable.Range(0, 256).Select(v => (byte)v)];

    [Fact]
    public void Vector_and_scalar_encoders_agree_on_every_sample()
    {
        byte[] vector = new byte[EverySample.Length];
        byte[] scalar = new byte[EverySample.Length];
        ALaw.Encode(EverySample, vector);
        ALaw.EncodeScalar(EverySample, scalar);
        Assert.Equal(scalar, vector);
        MuLaw.Encode(EverySample, vector);
        MuLaw.EncodeScalar(EverySample, scalar);
        Assert.Equal(scalar, vector);
    }

    [Fact]
    public void Vector_and_scalar_decoders_agree_on_every_code()
    {
        short[] vector = new short[256];
        short[] scalar = new short[256];
        ALaw.Decode(EveryCode, vector);
        ALaw.DecodeScalar(EveryCode, scalar);
        Assert.Equal(scalar, vector);
        MuLaw.Decode(EveryCode, vector);
        MuLaw.DecodeScalar(EveryCode, scalar);
        Assert.Equal(scalar, vector);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(163)]
    public void Every_length_is_done_to_its_end_and_not_beyond(int length)
    {
        short[] pcm = [.. Enumerable.Range(0, length).Select(i => (short)(i * 197))];
        byte[] codes = new byte[length + 1];
        codes[^1] = 0x5A;
        ALaw.Encode(pcm, codes);
        Assert.Equal(0x5A, codes[^1]);
        Assert.All(pcm.Zip(codes), pair => Assert.Equal(ALaw.Compress(pair.First), pair.Second));
        MuLaw.Encode(pcm, codes);
        Assert.Equal(0x5A, codes[^1]);
        Assert.All(pcm.Zip(codes), pair => Assert.Equal(MuLaw.Compress(pair.First), pair.Second));
    }

    [Fact]
    public void Encoding_a_decoded_code_gives_the_code_again()
    {
        short[] pcm = new short[256];
        byte[] again = new byte[256];
        ALaw.Decode(EveryCode, pcm);
        ALaw.Encode(pcm, again);
        Assert.Equal(EveryCode, again);

        // mu-law has two zeros: 0x7F (minus zero) comes back as 0xFF.
        MuLaw.Decode(EveryCode, pcm);
        MuLaw.Encode(pcm, again);
        Assert.Equal(EveryCode.Select(code => code == 0x7F ? (byte)0xFF : code), again);
    }

    [Theory] // G.711 tables 1a, 2a: decision values at the ends and middles of the laws.
    [InlineData(0xD5, 8)]
    [InlineData(0x55, -8)]
    [InlineData(0xAA, 32256)]
    [InlineData(0x2A, -32256)]
    [InlineData(0x80, 5504)]
    public void A_law_expands_as_in_the_recommendation(byte code, short expected) => Assert.Equal(expected, ALaw.Expand(code));

    [Theory]
    [InlineData(0xFF, 0)]
    [InlineData(0x80, 32124)]
    [InlineData(0x00, -32124)]
    [InlineData(0xEF, 132)]
    public void Mu_law_expands_as_in_the_recommendation(byte code, short expected) => Assert.Equal(expected, MuLaw.Expand(code));

    [Fact]
    public void Too_little_room_is_refused_before_anything_is_written()
    {
        Assert.Throws<ArgumentException>(() => ALaw.Encode(new short[32], new byte[31]));
        Assert.Throws<ArgumentException>(() => MuLaw.Decode(new byte[32], new short[31]));
    }
}
