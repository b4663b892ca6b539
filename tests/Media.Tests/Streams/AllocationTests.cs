using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>Nothing on the way of a packet or a frame allocates; what one leg keeps is small.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void A_leg_on_a_bad_line_with_keys_allocates_nothing_a_tick()
    {
        // Packets made beforehand: voice with loss, re-ordering, jumps, other sources and junk, keys in between.
        Random random = new(3);
        byte[][] packets = new byte[4000][];
        for (int i = 0; i < packets.Length; i++)
        {
            byte[] payload = new byte[random.Next(20) == 0 ? random.Next(1000) : 160];
            random.NextBytes(payload);
            int type = random.Next(10) == 0 ? StreamPair.Events : StreamPair.Voice;
            int sequence = i + (random.Next(100) == 0 ? random.Next(65536) : random.Next(-2, 3));
            packets[i] = StreamPair.Packet(sequence & 0xFFFF, i * 160L, payload, random.Next(50) == 0 ? 2u : 1u, type);
        }

        InboundAudio inbound = new();
        OutboundAudio outbound = new(1, default, default);
        outbound.Configure(8, 20, AudioFormat.Pcma);
        SourceLatch latch = new();
        SourceAddress from = SourceAddress.From(IPAddress.Loopback, 4000);
        latch.Configure(new SourceLatchPolicy(from), TimeSpan.Zero);
        SpeechDetector detector = new();
        inbound.Configure(new InboundAudioFormat(AudioFormat.Pcma, StreamPair.Voice, StreamPair.Events), new PlayoutChain(AudioFormat.Pcma));
        IAudioEncoder encoder = AudioCodecs.CreateEncoder(AudioFormat.Pcmu);
        short[] frame = new short[160];
        byte[] encoded = new byte[160];
        byte[] datagram = new byte[OutboundAudio.MaxDatagramLength];

        long allocated = 0;
        for (int i = 0; i < packets.Length; i++)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(20 * i);
            AllocationMeter meter = AllocationMeter.Start();
            if (RtpPacket.TryRead(packets[i], out RtpPacket packet))
            {
                latch.OnPacket(from, packet.Header, true, now);
            }

            if (i % 9 != 0)
            {
                inbound.OnPacket(packets[i], now);
            }

            inbound.ReadFrame(frame, now);
            inbound.TryTakeKey(out _);
            inbound.ReadStatistics();
            detector.OnFrame(AudioLevel.MeasureDbov(frame), now);
            encoder.Encode(frame, encoded);
            outbound.Append(encoded);
            outbound.WritePacket(datagram);
            allocated += i >= 1000 && meter.TryRead(out long bytes) ? bytes : 0;
        }

        Assert.Equal(0, allocated);
        Assert.True(inbound.ReadStatistics().FramesConcealed > 100);
    }

    [Theory]
    [InlineData(AudioCodec.Pcma, 8000)]
    [InlineData(AudioCodec.G722, 16000)]
    [InlineData(AudioCodec.Opus, 16000)]
    [InlineData(AudioCodec.Opus, 48000)]
    public void No_format_allocates_on_a_line_with_everything(AudioCodec codec, int rate)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        AudioFormat format = new(codec, rate);
        Random random = new(8);
        using InboundAudio inbound = new();
        using PlayoutChain chain = new(format);
        using PlayoutChain refresh = new(format);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format, new OpusSettings { Complexity = 0 });
        OutboundAudio outbound = new(1, default, default);
        ToneGenerator tone = new(200, -20, rate);
        InboundAudioFormat negotiated = new(format, StreamPair.Voice, StreamPair.Events);
        inbound.Configure(negotiated, chain);
        outbound.Configure(StreamPair.Voice, 60, format);
        short[] frame = new short[format.SamplesPerFrame];
        byte[] payload = new byte[1500];
        byte[] datagram = new byte[OutboundAudio.MaxDatagramLength];
        byte[] noise = StreamPair.Packet(0, 0, [60, 100, 120], type: 13);
        long allocated = 0;
        int noises = 0;
        for (int i = 0; i < 3000; i++)
        {
            // Stalls of 100 ms make the delay grow and shrink; pauses are described; packets are lost and come late.
            TimeSpan now = TimeSpan.FromMilliseconds(20 * i);
            TimeSpan arrival = now - TimeSpan.FromMilliseconds(random.NextDouble() * 19);
            tone.Write(frame);
            AllocationMeter meter = AllocationMeter.Start();
            outbound.Append(payload.AsSpan(0, encoder.Encode(frame, payload)));
            int length = outbound.WritePacket(datagram);
            bool isPause = i % 500 is >= 400 and < 450;
            if (i % 500 == 400)
            {
                inbound.Configure(negotiated, refresh);
                noise[3] = (byte)(datagram[3] + 1);
                noise[2] = datagram[2];
                inbound.OnPacket(noise, arrival);
            }
            else if (length > 0 && !isPause && i % 300 is < 280 or > 285 && random.Next(10) > 0)
            {
                inbound.OnPacket(datagram.AsSpan(0, length), arrival);
            }

            noises += inbound.ReadFrame(frame, now) == FrameKind.ComfortNoise ? 1 : 0;
            inbound.TryTakeArrivalPhase(out _);
            inbound.ReadStatistics();
            allocated += i >= 1000 && meter.TryRead(out long bytes) ? bytes : 0;
        }

        Assert.Equal(0, allocated);
        Assert.True(inbound.ReadStatistics().FramesConcealed > 100);
        Assert.True(noises > 50, $"{noises} frames of noise");
    }

    [Fact]
    public void Both_sides_of_a_leg_take_less_than_16_KiB()
    {
        const int Legs = 100;
        object[] legs = new object[4 * Legs];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < legs.Length; i += 4)
        {
            legs[i] = new InboundAudio();
            legs[i + 1] = new OutboundAudio(1, default, default);
            legs[i + 2] = new SourceLatch();
            legs[i + 3] = new PlayoutChain(AudioFormat.Pcma);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Legs;
        GC.KeepAlive(legs);
        Assert.True(each < 16 * 1024, $"{each} bytes");
    }
}
