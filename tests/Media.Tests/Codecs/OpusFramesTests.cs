using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

[Trait("Req", "OPUS")]
public sealed class OpusFramesTests
{
    [Theory]
    [InlineData(8000, 2)]
    [InlineData(8000, 3)]
    [InlineData(16000, 2)]
    [InlineData(16000, 3)]
    [InlineData(48000, 2)]
    [InlineData(48000, 3)]
    public void A_combined_packet_decodes_as_its_parts_one_by_one(int rate, int count)
    {
        int frame = rate / 50;
        short[] speech = CodecSounds.Speech(rate, 10);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate), new OpusSettings { Complexity = 0 });
        using IAudioDecoder single = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
        using IAudioDecoder together = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
        byte[] packets = new byte[3 * 1276];
        int[] lengths = new int[count];
        byte[] combined = new byte[4000];
        short[] expected = new short[count * frame];
        short[] pcm = new short[count * frame];
        int done = 0;
        for (int at = 0; at + (count * frame) <= speech.Length;)
        {
            int total = 0;
            for (int i = 0; i < count; i++, at += frame)
            {
                lengths[i] = encoder.Encode(speech.AsSpan(at, frame), packets.AsSpan(total));
                single.Decode(packets.AsSpan(total, lengths[i]), expected.AsSpan(i * frame));
                total += lengths[i];
            }

            OpusCombining result = OpusFrames.Combine(packets.AsSpan(0, total), lengths, combined, out int written);
            if (result == OpusCombining.Different)
            {
                // The encoder changed its bandwidth: one by one then.
                int from = 0;
                for (int i = 0; i < count; i++)
                {
                    together.Decode(packets.AsSpan(from, lengths[i]), pcm);
                    from += lengths[i];
                }

                continue;
            }

            Assert.Equal(OpusCombining.Done, result);
            Assert.Equal(count * 960, together.DurationOf(combined.AsSpan(0, written)));
            Assert.Equal(count * frame, together.Decode(combined.AsSpan(0, written), pcm));
            Assert.Equal(expected, pcm);
            done++;
        }

        Assert.InRange(done, 450 / count, 500);
    }

    public static TheoryData<string, byte[][], byte[]> Packings => new()
    {
        { "one stays as it is", [[0x08, 1, 2]], [0x08, 1, 2] },
        { "two of equal length: code 1", [[0x08, 1, 2], [0x08, 3, 4]], [0x09, 1, 2, 3, 4] },
        { "two of different lengths: code 2", [[0x08, 1], [0x08, 3, 4]], [0x0A, 1, 1, 3, 4] },
        { "three of equal length: code 3", [[0x0C, 1], [0x0C, 2], [0x0C, 3]], [0x0F, 3, 1, 2, 3] },
        { "three of different lengths: code 3 with lengths", [[0x08, 1], [0x08, 2, 2], [0x08]], [0x0B, 0x83, 1, 2, 1, 2, 2] },
        { "a packet of two and one of one", [[0x09, 1, 2], [0x08, 3]], [0x0B, 3, 1, 2, 3] },
        { "a length of two bytes", [[0x08, .. new byte[254]], [0x08]], [0x0A, 254, 0, .. new byte[254]] },
    };

    [Theory] // RFC 6716 §3.2
    [MemberData(nameof(Packings))]
    public void The_shortest_packing_is_chosen(string what, byte[][] packets, byte[] expected)
    {
        byte[] combined = new byte[expected.Length];
        Assert.Equal(OpusCombining.Done, Combine(packets, combined, out int written));
        Assert.True(expected.SequenceEqual(combined.AsSpan(0, written)), what);
        Assert.Equal(OpusCombining.NoRoom, Combine(packets, combined.AsSpan(1), out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(252)]
    [InlineData(253)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(1274)]
    [InlineData(1275)]
    public void Lengths_of_two_bytes_come_back(int length)
    {
        byte[] combined = new byte[1300];
        Assert.Equal(OpusCombining.Done, Combine([[0x08, .. new byte[length]], [0x08, 1]], combined, out int written));
        Assert.True(OpusPacket.TryRead(combined.AsSpan(0, written), out OpusPacket packet));
        OpusPacket.FrameEnumerator frames = packet.GetEnumerator();
        Assert.True(frames.MoveNext());
        Assert.Equal(length, frames.Current.Length);
    }

    [Fact]
    public void What_does_not_go_together_is_said()
    {
        byte[] combined = new byte[100];
        Assert.Equal(OpusCombining.Different, Combine([[0x08, 1], [0x48, 1]], combined, out _));
        Assert.Equal(OpusCombining.Different, Combine([[0x08, 1], [0x0C, 1]], combined, out _));
        Assert.Equal(OpusCombining.TooLong, Combine([[0x18, 1], [0x18, 1], [0x18, 1]], combined, out _));
        Assert.Equal(OpusCombining.Malformed, Combine([[0x08, 1], [0x09, 1]], combined, out _));
        Assert.Equal(OpusCombining.Malformed, Combine([], combined, out _));
        Assert.Equal(OpusCombining.Malformed, OpusFrames.Combine([0x08, 1], [3], combined, out _));
        Assert.Equal(OpusCombining.Malformed, OpusFrames.Combine([0x08, 1], [-1], combined, out _));
    }

    private static OpusCombining Combine(byte[][] packets, Span<byte> combined, out int written) =>
        OpusFrames.Combine(packets.SelectMany(packet => packet).ToArray(), packets.Select(packet => packet.Length).ToArray(), combined, out written);
}
