using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

[Trait("Req", "OPUS")]
public sealed class OpusPacketTests
{
    [Theory] // RFC 6716 table 2: configuration, then the length of a frame in 1/48000 s.
    [InlineData(0, 480)]
    [InlineData(1, 960)]
    [InlineData(2, 1920)]
    [InlineData(3, 2880)]
    [InlineData(9, 960)]
    [InlineData(11, 2880)]
    [InlineData(12, 480)]
    [InlineData(13, 960)]
    [InlineData(15, 960)]
    [InlineData(16, 120)]
    [InlineData(17, 240)]
    [InlineData(18, 480)]
    [InlineData(19, 960)]
    [InlineData(31, 960)]
    public void The_first_byte_gives_the_length_of_a_frame(int configuration, int duration)
    {
        Assert.True(OpusPacket.TryRead([(byte)(configuration << 3), 1, 2], out OpusPacket packet));
        Assert.Equal(configuration, packet.Configuration);
        Assert.Equal(duration, packet.FrameDuration);
        Assert.Equal(duration, packet.Duration);
        Assert.False(packet.IsStereo);
    }

    public static TheoryData<string, byte[], int[]> WellFormed => new()
    {
        { "code 0, no byte", [0x08], [0] },
        { "code 1", [0x09, 1, 2, 3, 4], [2, 2] },
        { "code 2", [0x0A, 1, 7, 8, 9], [1, 2] },
        { "code 2, long", [0x0A, 252, 1, .. new byte[300]], [256, 44] },
        { "code 3, equal", [0x0B, 3, 1, 2, 3, 4, 5, 6], [2, 2, 2] },
        { "code 3, different", [0x0B, 0x83, 1, 2, 9, 8, 8, 7], [1, 2, 1] },
        { "code 3, padded", [0x0B, 0x42, 3, 5, 6, 0, 0, 0], [1, 1] },
        { "code 3, padded with more than a byte counts", [0x0B, 0x41, 255, 1, 5, .. new byte[255]], [1] },
        { "code 3, one of varying length", [0x0B, 0x81, 5, 6, 7], [3] },
    };

    [Theory] // RFC 6716 §3.2
    [MemberData(nameof(WellFormed))]
    public void Frames_are_found_by_their_lengths(string what, byte[] payload, int[] lengths)
    {
        Assert.True(OpusPacket.TryRead(payload, out OpusPacket packet), what);
        List<int> found = [];
        foreach (ReadOnlySpan<byte> frame in packet)
        {
            found.Add(frame.Length);
        }

        Assert.Equal(lengths, found);
        Assert.Equal(lengths.Length, packet.FrameCount);
        Assert.Equal(lengths.Length * 960, packet.Duration);
    }

    // RFC 6716 §4.2.3: first bits of a frame: a flag for each 20 ms, then that of the copy; for both channels when there are two.
    [Theory]
    [InlineData("SILK, voice", new byte[] { 9 << 3, 0x80, 1 }, false)]
    [InlineData("SILK, none", new byte[] { 9 << 3, 0x7F, 1 }, true)]
    [InlineData("SILK, 60 ms, voice in the last 20", new byte[] { 11 << 3, 0x20, 1 }, false)]
    [InlineData("SILK, 60 ms, none, with a copy", new byte[] { 11 << 3, 0x1F, 1 }, true)]
    [InlineData("SILK, stereo, voice at the side", new byte[] { (9 << 3) | 4, 0x20, 1 }, false)]
    [InlineData("SILK, stereo, none", new byte[] { (9 << 3) | 4, 0x5F, 1 }, true)]
    [InlineData("hybrid, voice", new byte[] { 13 << 3, 0xFF, 1 }, false)]
    [InlineData("hybrid, none", new byte[] { 13 << 3, 0, 1 }, true)]
    [InlineData("two frames, voice in the second", new byte[] { (9 << 3) | 1, 0, 1, 0x80, 1 }, false)]
    [InlineData("CELT", new byte[] { 20 << 3, 0, 1 }, false)]
    [InlineData("nothing sent", new byte[] { 9 << 3 }, true)]
    public void A_packet_says_whether_there_is_a_voice_in_it(string what, byte[] payload, bool isWithout)
    {
        Assert.True(OpusPacket.TryRead(payload, out OpusPacket packet), what);
        Assert.Equal(isWithout, packet.IsWithoutVoice);
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "nothing (R1)", [] },
        { "a frame above 1275 bytes (R2)", [0x08, .. new byte[1276]] },
        { "code 1 with an odd rest (R3)", [0x09, 1, 2, 3] },
        { "code 2 without a length (R4)", [0x0A] },
        { "code 2 with half a length (R4)", [0x0A, 252] },
        { "code 2 with too long a length (R4)", [0x0A, 4, 1, 2, 3] },
        { "code 3 without a count", [0x0B] },
        { "code 3 with no frame (R5)", [0x0B, 0, 1] },
        { "code 3 with 140 ms (R5)", [0x0B, 7, .. new byte[7]] },
        { "code 3 that does not divide (R6)", [0x0B, 3, 1, 2, 3, 4] },
        { "code 3 with more padding than bytes (R6)", [0x0B, 0x41, 9, 1] },
        { "code 3 with endless padding (R6)", [0x0B, 0x41, 255, 255] },
        { "code 3 with too long a length (R7)", [0x0B, 0x82, 200, 1, 2] },
    };

    [Theory] // RFC 6716 §3.4
    [MemberData(nameof(Malformed))]
    public void What_breaks_a_rule_is_no_packet_and_has_no_length(string what, byte[] payload)
    {
        Assert.False(OpusPacket.TryRead(payload, out _), what);
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(AudioFormat.Opus());
        Assert.Equal(0, decoder.DurationOf(payload));
        Assert.Equal(0, decoder.Decode(payload, new short[5760]));
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void The_length_told_is_the_length_decoded(int rate)
    {
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(AudioFormat.Opus(rate));
        short[] pcm = new short[rate * 12 / 100];
        foreach (int ms in (int[])[5, 10, 20, 40, 60])
        {
            using IAudioEncoder encoder = AudioCodecs.CreateEncoder(AudioFormat.Opus(rate));
            byte[] payload = new byte[1275];
            int length = encoder.Encode(CodecSounds.Noise(rate * ms / 1000, 2000, ms), payload);
            Assert.Equal(48 * ms, decoder.DurationOf(payload.AsSpan(0, length)));
            Assert.Equal(rate * ms / 1000, decoder.Decode(payload.AsSpan(0, length), pcm));
        }
    }

    [Fact]
    public void A_packet_longer_than_the_room_fills_it_and_the_rest_is_left_out()
    {
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(AudioFormat.Opus(16000));
        using IAudioDecoder whole = AudioCodecs.CreateDecoder(AudioFormat.Opus(16000));
        using IAudioDecoder part = AudioCodecs.CreateDecoder(AudioFormat.Opus(16000));
        byte[] payload = new byte[1275];
        int length = encoder.Encode(CodecSounds.Noise(640, 2000, 1), payload);
        short[] all = new short[640];
        short[] some = new short[250];
        Assert.Equal(640, whole.Decode(payload.AsSpan(0, length), all));
        Assert.Equal(250, part.Decode(payload.AsSpan(0, length), some));
        Assert.Equal(all[..250], some);
    }
}
