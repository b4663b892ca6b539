using System.Runtime.CompilerServices;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>What is heard when packets are lost: in-band copies (RFC 6716 §2.1.7) and concealment.</summary>
[Trait("Req", "OPUS")]
public sealed class OpusLossTests(ITestOutputHelper output)
{
    private static readonly OpusSettings Protected = new() { UsesInbandFec = true, ExpectedLossPercent = 20 };

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    public void Packets_say_truly_whether_they_carry_a_copy_of_the_one_before(int rate)
    {
        int frame = rate / 50;
        short[] speech = CodecSounds.Speech(rate, 10);
        int copies = CountCopies(Protected, rate, speech);
        int none = CountCopies(Protected with { UsesInbandFec = false }, rate, speech);
        output.WriteLine($"{rate} Hz: {copies} of {speech.Length / frame} packets carry a copy");
        Assert.Equal(0, none);
        Assert.InRange(copies, speech.Length / frame / 4, speech.Length / frame);
    }

    [Fact]
    public void Copies_are_sent_while_packets_are_lost_and_an_encoder_that_goes_on_from_another_does_the_same()
    {
        short[] speech = CodecSounds.Speech(16000, 20);
        AudioFormat format = AudioFormat.Opus(16000);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format, new OpusSettings());
        using IAudioEncoder own = AudioCodecs.CreateEncoder(format, new OpusSettings());
        encoder.ExpectLoss(0);
        int onGoodLine = Encode(encoder, format, speech).Count(HasCopy);
        own.ContinueFrom(encoder);
        int goneOn = Encode(own, format, speech).Count(HasCopy);
        encoder.ExpectLoss(0.03);
        int onBadLine = Encode(encoder, format, speech).Count(HasCopy);
        own.ContinueFrom(encoder);
        own.ExpectLoss(0.03);
        int goneOnWithLoss = Encode(own, format, speech).Count(HasCopy);
        encoder.ExpectLoss(0.001);
        int afterwards = Encode(encoder, format, speech).Skip(1).Count(HasCopy);

        output.WriteLine($"{onGoodLine} {goneOn} {onBadLine} {goneOnWithLoss} {afterwards}");
        Assert.Equal((0, 0, 0), (onGoodLine, goneOn, afterwards));
        Assert.True(onBadLine > 200 && goneOnWithLoss > 200, $"{onBadLine}, {goneOnWithLoss} of 1000");
    }

    [Theory]
    [InlineData(8000, 2.0)]
    [InlineData(16000, 2.0)]
    public void A_lost_packet_comes_nearer_to_the_original_from_its_copy_than_from_concealment(int rate, double leastGainDb)
    {
        int frame = rate / 50;
        short[] speech = CodecSounds.Speech(rate, 20);
        List<byte[]> packets = Encode(AudioFormat.Opus(rate), speech, Protected);
        using OpusDecoder reference = new(rate);
        using OpusDecoder concealing = new(rate);
        using OpusDecoder recovering = new(rate);
        short[] whole = new short[frame];
        short[] made = new short[frame];
        short[] restored = new short[frame];
        double concealedError = 0;
        double restoredError = 0;
        int recovered = 0;
        for (int i = 0; i < packets.Count; i++)
        {
            reference.Decode(packets[i], whole);
            bool isLost = i % 10 == 5 && i + 1 < packets.Count && recovering.TryDecodeLost(packets[i + 1], restored);
            if (isLost)
            {
                concealing.Conceal(made);
                concealedError += Energy(whole, made);
                restoredError += Energy(whole, restored);
                recovered++;
            }
            else
            {
                concealing.Decode(packets[i], made);
                recovering.Decode(packets[i], restored);
            }
        }

        double gain = 10 * Math.Log10(concealedError / restoredError);
        output.WriteLine($"{rate} Hz: {recovered} lost, error {gain:0.0} dB lower with copies than concealed");
        Assert.InRange(recovered, 20, 100);
        Assert.InRange(gain, leastGainDb, 60);
    }

    [Fact]
    public void Without_a_copy_nothing_is_written_and_the_state_stays()
    {
        short[] speech = CodecSounds.Speech(16000, 4);
        List<byte[]> packets = Encode(AudioFormat.Opus(16000), speech, Protected with { UsesInbandFec = false });
        using OpusDecoder asked = new(16000);
        using OpusDecoder left = new(16000);
        short[] pcm = new short[320];
        short[] expected = new short[320];
        short[] untouched = [.. Enumerable.Repeat((short)77, 320)];
        foreach (byte[] packet in packets)
        {
            Assert.False(asked.TryDecodeLost(packet, untouched));
            asked.Decode(packet, pcm);
            left.Decode(packet, expected);
            Assert.Equal(expected, pcm);
        }

        Assert.All(untouched, sample => Assert.Equal(77, sample));
    }

    [Fact]
    public void Less_room_than_a_frame_or_no_multiple_of_two_and_a_half_ms_gives_no_copy()
    {
        List<byte[]> packets = Encode(AudioFormat.Opus(16000), CodecSounds.Speech(16000, 4), Protected);
        byte[] carrier = packets.First(HasCopy);
        using OpusDecoder decoder = new(16000);
        Assert.False(decoder.TryDecodeLost(carrier, new short[160]));
        Assert.False(decoder.TryDecodeLost(carrier, new short[330]));
        Assert.False(decoder.TryDecodeLost(carrier, []));
        Assert.True(decoder.TryDecodeLost(carrier, new short[640]));
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Concealment_goes_on_with_a_voice_and_fades_when_nothing_comes(int rate)
    {
        // A drawn-out vowel: SILK conceals by pitch, and a bare sine has none that it takes for one.
        short[] vowel = [.. Enumerable.Range(0, rate).Select(i => (short)Enumerable.Range(1, 12).Sum(k => 4000.0 / k * Math.Sin(2 * Math.PI * 160 * k * i / rate)))];
        using OpusDecoder decoder = new(rate);
        int frame = rate / 50;
        short[] pcm = new short[frame];
        foreach (byte[] packet in Encode(AudioFormat.Opus(rate), vowel, new OpusSettings()))
        {
            decoder.Decode(packet, pcm);
        }

        double before = Goertzel.RmsDbov(pcm);
        decoder.Conceal(pcm);
        Assert.InRange(Goertzel.RmsDbov(pcm), before - 6, before + 1);
        for (int i = 0; i < 50; i++)
        {
            decoder.Conceal(pcm);
        }

        Assert.InRange(Goertzel.RmsDbov(pcm), -96, before - 10);
        decoder.Conceal([]);
    }

    [Fact]
    public void The_library_finds_a_copy_in_exactly_the_packets_that_we_say_have_one()
    {
        const int Frame = 320;
        using OpusState heard = new(OpusNative.DecoderSize(1));
        using OpusState asked = new(OpusNative.DecoderSize(1));
        using OpusState concealing = new(OpusNative.DecoderSize(1));
        Assert.Equal(OpusNative.Ok, OpusNative.DecoderInit(heard, 16000, 1));
        short[] copy = new short[Frame];
        short[] made = new short[Frame];
        foreach (byte[] packet in Encode(AudioFormat.Opus(16000), CodecSounds.Speech(16000, 20), Protected))
        {
            // Asked for a copy that is not there the library conceals, so the two are the same then.
            asked.CopyFrom(heard);
            concealing.CopyFrom(heard);
            Assert.Equal(Frame, OpusNative.Decode(asked, ref packet[0], packet.Length, ref copy[0], Frame, 1));
            Assert.Equal(Frame, OpusNative.Decode(concealing, ref Unsafe.NullRef<byte>(), 0, ref made[0], Frame, 0));
            Assert.Equal(HasCopy(packet), !copy.AsSpan().SequenceEqual(made));
            Assert.Equal(Frame, OpusNative.Decode(heard, ref packet[0], packet.Length, ref copy[0], Frame, 0));
        }
    }

    private static int CountCopies(OpusSettings settings, int rate, short[] speech) =>
        Encode(AudioFormat.Opus(rate), speech, settings).Count(HasCopy);

    private static bool HasCopy(byte[] packet) => OpusPacket.TryRead(packet, out OpusPacket read) && read.HasCopyOfLast;

    private static List<byte[]> Encode(AudioFormat format, short[] pcm, OpusSettings settings)
    {
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format, settings);
        return Encode(encoder, format, pcm);
    }

    private static List<byte[]> Encode(IAudioEncoder encoder, AudioFormat format, short[] pcm)
    {
        byte[] payload = new byte[1275];
        List<byte[]> packets = [];
        for (int at = 0; at + format.SamplesPerFrame <= pcm.Length; at += format.SamplesPerFrame)
        {
            packets.Add(payload[..encoder.Encode(pcm.AsSpan(at, format.SamplesPerFrame), payload)]);
        }

        return packets;
    }

    private static double Energy(short[] wanted, short[] got) => wanted.Zip(got).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) + 1;
}
