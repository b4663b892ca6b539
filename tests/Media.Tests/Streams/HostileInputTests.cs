using CsCheck;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>Whatever arrives: no exception, every frame filled, the delay within its bound, and the next good stream is heard.</summary>
[Trait("Req", "RTP2")]
public sealed class HostileInputTests
{
    private static readonly Gen<(ushort Sequence, uint Timestamp, byte Ssrc, int Length, byte Type, bool Read)> Step = Gen.Select(
        Gen.OneOf(Gen.UShort, Gen.Int[0, 20].Select(i => (ushort)i)),
        Gen.OneOf(Gen.UInt, Gen.Int[0, 20].Select(i => (uint)i * 160)),
        Gen.Byte[1, 3],
        Gen.OneOf(Gen.Const(160), Gen.Int[0, 900]),
        Gen.OneOfConst<byte>(8, 8, 8, 101, 13, 0),
        Gen.Bool);

    [Fact]
    public void Any_sequence_of_packets_and_reads_leaves_the_leg_in_order() => Step.Array[1, 200].Sample(
        steps =>
        {
            StreamPair pair = new();
            foreach ((ushort sequence, uint timestamp, byte ssrc, int length, byte type, bool read) in steps)
            {
                pair.Receive(StreamPair.Packet(sequence, timestamp, new byte[length], ssrc, type));
                if (read)
                {
                    pair.Read(out _);
                    Assert.InRange(pair.Inbound.PlayoutDelayMs, 0, 200);
                }
            }

            // A good stream is heard within three packets, 200 ms of old audio at most being before it.
            FrameKind kind = FrameKind.Silence;
            for (int i = 0; i < 30; i++)
            {
                pair.Receive(StreamPair.Packet(40_000 + i, 3_000_000_000 + (i * 160), new byte[160], ssrc: 77));
                kind = pair.Read(out _);
            }

            Assert.Equal(FrameKind.Voice, kind);
            Assert.Equal(77u, pair.Inbound.Ssrc);
        },
        iter: 2000);

    [Fact]
    public void Random_bytes_are_counted_and_dropped()
    {
        StreamPair pair = new();
        Random random = new(2);
        byte[] bytes = new byte[300];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            pair.Receive(bytes[..random.Next(bytes.Length)]);
            if (i % 10 == 0)
            {
                pair.Read(out _);
            }
        }

        Assert.True(pair.Inbound.ReadStatistics().PacketsDropped > 40_000);
    }

    [Fact]
    public void Before_it_is_configured_a_leg_takes_nothing()
    {
        InboundAudio inbound = new();
        Assert.Equal(InboundOutcome.UnknownPayloadType, inbound.OnPacket(StreamPair.Packet(1, 1, new byte[160]), TimeSpan.Zero));
        Assert.Equal(InboundOutcome.NotRtp, inbound.OnPacket([], TimeSpan.Zero));
        Assert.Equal(FrameKind.Silence, inbound.ReadFrame(new short[160], TimeSpan.Zero));
        Assert.Null(inbound.ReadStatistics().LastPacketAt);
    }

    [Fact]
    [Trait("Req", "RTP8")]
    public void A_change_of_codec_takes_effect_at_once()
    {
        StreamPair pair = new();
        short[] pcm = new short[160];
        pcm.AsSpan().Fill(5000);
        pair.Receive(StreamPair.Packet(1, 160, StreamPair.Encode(pcm)));
        pair.Read(out _);
        pair.Inbound.Configure(new InboundAudioFormat(AudioFormat.Pcmu, 0, 96), new PlayoutChain(AudioFormat.Pcmu));
        byte[] payload = new byte[160];
        MuLaw.Encode(pcm, payload);
        Assert.Equal(InboundOutcome.UnknownPayloadType, pair.Receive(StreamPair.Packet(2, 320, payload)));
        Assert.Equal(InboundOutcome.Voice, pair.Receive(StreamPair.Packet(3, 480, payload, type: 0)));
        Assert.Equal(FrameKind.Voice, pair.Read(out short[] frame));
        Assert.InRange(frame[159], 4800, 5200);
        Assert.Equal(InboundOutcome.TelephoneEvent, pair.Receive(StreamPair.Packet(4, 640, [1, 0, 0, 160], type: 96)));
    }
}
