using CsCheck;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Jitter;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Tests.Jitter;

/// <summary>Whatever a line does to the packets of one sender: they are played in his order, none twice.</summary>
[Trait("Req", "RTP11")]
public sealed class JitterBufferProperties
{
    // Packet lengths [5 ms]; how late each comes [ms]; which are lost or come twice; how long the reads are [5 ms].
    private static readonly Gen<(int Length, int Late, int Fate)> Packet = Gen.Select(
        Gen.OneOf(Gen.Const(4), Gen.Int[1, 20]), Gen.OneOf(Gen.Const(0), Gen.Int[0, 30], Gen.Int[0, 250]), Gen.Int[0, 9]);

    private static readonly Gen<((int Length, int Late, int Fate)[] Packets, int[] Reads, ushort Sequence, uint Timestamp)> Lines =
        Gen.Select(Packet.Array[1, 120], Gen.OneOf(Gen.Const(4), Gen.Int[1, 12]).Array[1, 4], Gen.UShort, Gen.UInt);

    [Theory]
    [InlineData(AudioCodec.Pcma, 8000)]
    [InlineData(AudioCodec.G722, 16000)]
    [InlineData(AudioCodec.Opus, 8000)]
    [InlineData(AudioCodec.Opus, 16000)]
    [InlineData(AudioCodec.Opus, 48000)]
    public void Packets_are_played_in_the_senders_order_and_none_twice(AudioCodec codec, int rate) => Lines.Sample(
        line => Check(new AudioFormat(codec, rate), line.Packets, line.Reads, line.Sequence, line.Timestamp),
        iter: 400);

    private static void Check(
        AudioFormat format, (int Length, int Late, int Fate)[] packets, int[] reads, ushort firstSequence, uint firstTimestamp)
    {
        using NumberedDecoder decoder = new(format);
        JitterBuffer buffer = new(format, decoder);
        int unit = format.ClockRateHz / 200;
        PriorityQueue<(int Number, int Length, uint Timestamp), (int At, int Order)> underway = new();
        int sent = 0;
        uint timestamp = firstTimestamp;
        for (int i = 0; i < packets.Length; i++)
        {
            (int length, int late, int fate) = packets[i];
            if (fate > 0)
            {
                underway.Enqueue((i, length, timestamp), ((sent * 5) + late, i));
            }

            if (fate == 1)
            {
                underway.Enqueue((i, length, timestamp), ((sent * 5) + late + 7, i));
            }

            timestamp += (uint)(length * unit);
            sent += length;
        }

        short[] frame = new short[format.SampleRateHz / 1000 * 60];
        int now = 0;
        for (int i = 0; underway.Count > 0 || i < 10; i++)
        {
            while (underway.TryPeek(out (int Number, int Length, uint Timestamp) packet, out (int At, int Order) due) && due.At <= now)
            {
                underway.Dequeue();
                buffer.Put(
                    new SequenceNumber((ushort)(firstSequence + packet.Number)),
                    new RtpTimestamp(packet.Timestamp),
                    [(byte)packet.Number, (byte)packet.Length],
                    TimeSpan.FromMilliseconds(due.At));
            }

            int milliseconds = 5 * reads[i % reads.Length];
            Span<short> pcm = frame.AsSpan(0, format.SampleRateHz / 1000 * milliseconds);
            buffer.StartFrame(TimeSpan.FromMilliseconds(now), pcm.Length);
            if (!buffer.TryReadStretched(pcm))
            {
                for (int done = 0; done < pcm.Length;)
                {
                    int run = buffer.Read(pcm[done..], out _);
                    Assert.InRange(run, 1, pcm.Length - done);
                    done += run;
                }
            }

            now += milliseconds;
        }

        Assert.Equal(decoder.Played.Distinct().Order(), decoder.Played);
    }

    /// <summary>Remembers the packets that it decoded; each says its number and length [5 ms]. Sounds like a steady hum, so that it may be stretched.</summary>
    private sealed class NumberedDecoder(AudioFormat format) : IAudioDecoder
    {
        // 100 ms, the longest packet, of 200 Hz.
        private readonly short[] _hum = [.. Enumerable.Range(0, format.SampleRateHz / 10).Select(i => (short)(8000 * Math.Sin(2 * Math.PI * 200 * i / format.SampleRateHz)))];

        public List<int> Played { get; } = [];

        public int DurationOf(ReadOnlySpan<byte> payload) => payload[1] * format.ClockRateHz / 200;

        public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
        {
            Played.Add(payload[0]);
            int count = payload[1] * format.SampleRateHz / 200;
            _hum.AsSpan(0, count).CopyTo(pcm);
            return count;
        }

        public void Reset()
        {
        }

        public void Dispose()
        {
        }
    }
}
