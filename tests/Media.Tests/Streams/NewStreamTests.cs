using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Codecs;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>A stream that begins anew in the middle of a call owes nothing to the one before.</summary>
[Trait("Req", "RTP4")]
public sealed class NewStreamTests
{
    private const int Former = 50;

    public static TheoryData<AudioFormat, string> Beginnings()
    {
        TheoryData<AudioFormat, string> beginnings = [];
        foreach (AudioFormat format in (AudioFormat[])[AudioFormat.Pcma, AudioFormat.G722, AudioFormat.Opus(16000), AudioFormat.Opus()])
        {
            beginnings.Add(format, "another SSRC");
            beginnings.Add(format, "a jump of the sequence numbers");
            beginnings.Add(format, "a jump of the timestamps");
        }

        return beginnings;
    }

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void It_is_heard_as_by_a_leg_that_has_heard_nothing_before(AudioFormat format, string beginning)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(format.Codec), "the library of this codec is not on this machine");
        int unit = format.ClockRateHz / 50;
        byte[][] former = Packets(format, from: 5, 1, 100, 1000);
        byte[][] next = beginning switch
        {
            "another SSRC" => Packets(format, from: 12, 2, 9000, 5_000_000),
            "a jump of the sequence numbers" => Packets(format, from: 12, 1, 30_000, 1000 + (Former * unit)),
            _ => Packets(format, from: 12, 1, 100 + Former, 700_000_000),
        };
        StreamPair leg = new(format);
        StreamPair fresh = new(format);
        foreach (byte[] packet in former)
        {
            leg.Receive(packet);
            leg.Read(out _);
        }

        int taken = 0;
        int heard = 0;
        foreach (byte[] packet in next)
        {
            taken += leg.Receive(packet) == InboundOutcome.Voice ? 1 : 0;
            FrameKind kind = leg.Read(out short[] frame);
            if (taken == 0)
            {
                continue; // not yet believed
            }

            fresh.Receive(packet);
            FrameKind expectedKind = fresh.Read(out short[] expected);

            // Into the first frame the end of the former stream is blended.
            Assert.Equal(expectedKind, kind);
            Assert.True(taken == 1 || frame.AsSpan().SequenceEqual(expected), $"frame {taken}");
            heard += expected.Any(sample => Math.Abs((int)sample) > 1000) ? 1 : 0;
        }

        Assert.True(taken >= next.Length - 1, $"{taken} packets");
        Assert.True(heard > 20, $"{heard} frames of speech");
    }

    [Fact]
    [Trait("Req", "RTP3")]
    public void After_a_jump_back_of_the_sequence_numbers_a_lost_packet_is_no_pause_of_the_noise_before()
    {
        StreamPair pair = new();
        byte[] voice = StreamPair.Encode(CodecSounds.Noise(160, 3000, seed: 1));
        long timestamp = 0;
        for (int i = 0; i < 20; i++)
        {
            Voice(i);
        }

        pair.Receive(StreamPair.Packet(20, timestamp, [60], type: 13));
        Assert.Equal([FrameKind.ComfortNoise, FrameKind.ComfortNoise], [Read(), Read()]);
        for (int i = 0; i < 10; i++)
        {
            Voice(45_000 + i);
        }

        Assert.Equal(FrameKind.Concealed, Read());

        void Voice(int sequence)
        {
            pair.Receive(StreamPair.Packet(sequence, timestamp, voice));
            Read();
        }

        FrameKind Read()
        {
            timestamp += 160;
            return pair.Read(out _);
        }
    }

    private static byte[][] Packets(AudioFormat format, int from, uint ssrc, int sequence, long timestamp)
    {
        short[] speech = CodecSounds.Speech(format.SampleRateHz, 1, from);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
        byte[] payload = new byte[1275];
        byte[][] packets = new byte[Former][];
        for (int i = 0; i < Former; i++)
        {
            int length = encoder.Encode(speech.AsSpan(i * format.SamplesPerFrame, format.SamplesPerFrame), payload);
            packets[i] = StreamPair.Packet(sequence + i, timestamp + (i * format.ClockRateHz / 50), payload.AsSpan(0, length), ssrc);
        }

        return packets;
    }
}
