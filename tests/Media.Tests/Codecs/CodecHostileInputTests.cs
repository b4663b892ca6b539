using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

/// <summary>A stranger's payloads may be anything; an exception would end the leg.</summary>
public sealed class CodecHostileInputTests
{
    private const int Rounds = 100_000;

    public static TheoryData<AudioFormat, int> Formats => new()
    {
        { AudioFormat.G722, 1 },
        { AudioFormat.Opus(8000), 2 },
        { AudioFormat.Opus(16000), 3 },
        { AudioFormat.Opus(), 4 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_and_broken_payloads_never_throw_nor_write_beyond_the_room(AudioFormat format, int seed)
    {
        // The three rates of Opus share the rounds: what differs is inside the library. The fuzz targets search for longer.
        int rounds = Rounds / (format.Codec == AudioCodec.Opus ? 10 : 2);
        Random random = new(seed);
        List<byte[]> genuine = Genuine(format);
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);
        short[] pcm = new short[6000];
        for (int round = 0; round < rounds; round++)
        {
            byte[] payload = round % 3 == 0 ? Random(random) : Mutate([.. genuine[random.Next(genuine.Count)]], random);
            int room = random.Next(4) == 0 ? random.Next(format.SampleRateHz / 50) : format.SampleRateHz / 50;
            pcm[room] = 12345;
            int duration = decoder.DurationOf(payload);
            Assert.InRange(duration, 0, format.Codec == AudioCodec.Opus ? OpusPacket.MaxDuration : payload.Length);
            Assert.InRange(decoder.Decode(payload, pcm.AsSpan(0, room)), 0, room);
            if (decoder is IConcealingDecoder concealing && round % 4 == 0)
            {
                concealing.TryDecodeLost(payload, pcm.AsSpan(0, room));
                concealing.Conceal(pcm.AsSpan(0, room));
            }

            Assert.True(pcm[room] == 12345, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Random_payloads_are_taken_apart_within_their_bounds()
    {
        Random random = new(9);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] payload = Random(random);
            if (!OpusPacket.TryRead(payload, out OpusPacket packet))
            {
                continue;
            }

            int count = 0;
            foreach (ReadOnlySpan<byte> frame in packet)
            {
                Assert.InRange(frame.Length, 0, OpusPacket.MaxFrameLength);
                count++;
            }

            Assert.Equal(packet.FrameCount, count);
            Assert.InRange(packet.Duration, 120, OpusPacket.MaxDuration);
            _ = packet.HasCopyOfLast;
        }
    }

    private static List<byte[]> Genuine(AudioFormat format)
    {
        short[] speech = CodecSounds.Speech(format.SampleRateHz, 2);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
        byte[] payload = new byte[1275];
        List<byte[]> packets = [];
        for (int at = 0; at + format.SamplesPerFrame <= speech.Length; at += format.SamplesPerFrame)
        {
            packets.Add(payload[..encoder.Encode(speech.AsSpan(at, format.SamplesPerFrame), payload)]);
        }

        return packets;
    }

    private static byte[] Random(Random random)
    {
        byte[] payload = new byte[random.Next(random.Next(8) == 0 ? 1500 : 80)];
        random.NextBytes(payload);
        return payload;
    }

    private static byte[] Mutate(byte[] payload, Random random)
    {
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            payload[random.Next(random.Next(2) == 0 ? Math.Min(3, payload.Length) : payload.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? payload[..random.Next(payload.Length)] : payload;
    }
}
