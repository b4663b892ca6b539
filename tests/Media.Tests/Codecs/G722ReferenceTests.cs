using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>G.722 is defined to the bit: what another implementation makes of the same input must be ours.</summary>
public sealed class G722ReferenceTests
{
    public static TheoryData<string> Sounds => ["speech", "loud speech", "noise", "loudest noise", "quiet noise", "sweep", "full-scale sweep", "silence", "clicks"];

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
