using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Media.Tests.Codecs;

public sealed class OpusLibraryTests
{
    [Fact]
    public void The_library_is_there_and_says_its_version()
    {
        Assert.True(OpusLibrary.IsAvailable, "libopus.so.0 is missing: install the Debian package libopus0.");
        Assert.StartsWith("libopus ", OpusLibrary.Version, StringComparison.Ordinal);
        Assert.True(AudioCodecs.IsAvailable(AudioCodec.Opus));
    }

    [Fact] // The ctl functions are variadic in C: what was set must have arrived.
    [Trait("Req", "OPUS")]
    public void Every_setting_reads_back_as_it_was_set()
    {
        OpusSettings settings = new() { Complexity = 3, BitrateBps = 21_500, UsesInbandFec = true, ExpectedLossPercent = 17 };
        using OpusEncoder encoder = new(16000, settings);
        Assert.Equal(3, encoder.Get(OpusNative.GetComplexity));
        Assert.Equal(21_500, encoder.Get(OpusNative.GetBitrate));
        Assert.Equal(1, encoder.Get(OpusNative.GetInbandFec));
        Assert.Equal(17, encoder.Get(OpusNative.GetPacketLossPercent));
        Assert.Equal(0, encoder.Get(OpusNative.GetDtx));
        Assert.Equal(0, encoder.Get(OpusNative.GetPredictionDisabled));

        using OpusEncoder other = new(16000, settings with { UsesInbandFec = false, ExpectedLossPercent = 0, Complexity = 9 });
        other.ContinueFrom(encoder);
        Assert.Equal(9, other.Get(OpusNative.GetComplexity));
        Assert.Equal(0, other.Get(OpusNative.GetInbandFec));
        Assert.Equal(0, other.Get(OpusNative.GetPacketLossPercent));
        Assert.Equal(21_500, other.Get(OpusNative.GetBitrate));
    }

    [Fact]
    public void Independence_is_for_one_frame_only()
    {
        using OpusEncoder encoder = new(16000, new OpusSettings());
        byte[] payload = new byte[1275];
        Assert.True(encoder.TryMakeNextIndependent());
        encoder.Encode(CodecSounds.Noise(320, 1000, 1), payload);
        Assert.Equal(0, encoder.Get(OpusNative.GetPredictionDisabled));
    }

    [Theory]
    [InlineData(11, 28_000, 10)]
    [InlineData(-1, 28_000, 10)]
    [InlineData(5, 5_999, 10)]
    [InlineData(5, 128_001, 10)]
    [InlineData(5, 28_000, 101)]
    public void Settings_outside_their_range_are_refused(int complexity, int bitrate, int loss)
    {
        OpusSettings settings = new() { Complexity = complexity, BitrateBps = bitrate, ExpectedLossPercent = loss };
        Assert.Throws<ArgumentOutOfRangeException>(() => AudioCodecs.CreateEncoder(AudioFormat.Opus(), settings));
    }

    [Fact]
    public void A_disposed_codec_is_not_called_into()
    {
        OpusEncoder encoder = new(8000, new OpusSettings());
        OpusDecoder decoder = new(8000);
        encoder.Dispose();
        encoder.Dispose();
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode(new short[160], new byte[200]));
        Assert.Throws<ObjectDisposedException>(() => decoder.Decode([0x08, 0], new short[960]));
    }

    [Fact]
    public void What_is_no_frame_and_what_has_no_room_is_refused()
    {
        using OpusEncoder encoder = new(16000, new OpusSettings());
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[321], new byte[200]));
        Assert.Throws<ArgumentException>(() => encoder.Encode([], new byte[200]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[320], []));
        using OpusEncoder narrow = new(8000, new OpusSettings());
        Assert.Throws<ArgumentException>(() => encoder.ContinueFrom(narrow));
    }
}
