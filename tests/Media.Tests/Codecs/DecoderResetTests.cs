using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

[Trait("Req", "RTP4")]
public sealed class DecoderResetTests
{
    private const int Packets = 50;

    [Theory]
    [MemberData(nameof(CodecAllocationTests.Formats), MemberType = typeof(CodecAllocationTests))]
    public void A_decoder_that_was_reset_decodes_another_stream_like_a_fresh_one_to_the_bit(AudioFormat format)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(format.Codec), "the library of this codec is not on this machine");
        byte[][] former = Encode(format, from: 5);
        byte[][] next = Encode(format, from: 12);
        using IAudioDecoder fresh = AudioCodecs.CreateDecoder(format);
        short[] expected = Decode(fresh, next);
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);

        // After whole packets, and after a loss in the middle of one.
        for (int round = 0; round < 2; round++)
        {
            Decode(decoder, former);
            if (round == 1 && decoder is IConcealingDecoder concealing)
            {
                concealing.Conceal(new short[format.SamplesPerFrame / 2]);
            }

            decoder.Reset();
            Assert.Equal(expected, Decode(decoder, next));
        }

        // What makes the difference: a codec with a state goes on from the former stream when it is not told.
        Decode(decoder, former);
        Assert.Equal(format.Codec is AudioCodec.Pcma or AudioCodec.Pcmu, expected.AsSpan().SequenceEqual(Decode(decoder, next)));
    }

    private static byte[][] Encode(AudioFormat format, int from)
    {
        short[] speech = CodecSounds.Speech(format.SampleRateHz, 1, from);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
        byte[] payload = new byte[1275];
        byte[][] packets = new byte[Packets][];
        for (int i = 0; i < Packets; i++)
        {
            packets[i] = payload[..encoder.Encode(speech.AsSpan(i * format.SamplesPerFrame, format.SamplesPerFrame), payload)];
        }

        return packets;
    }

    private static short[] Decode(IAudioDecoder decoder, byte[][] packets)
    {
        List<short> pcm = [];
        short[] frame = new short[2880];
        foreach (byte[] packet in packets)
        {
            pcm.AddRange(frame.AsSpan(0, decoder.Decode(packet, frame)));
        }

        return [.. pcm];
    }
}
