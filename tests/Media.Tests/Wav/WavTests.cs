using System.Buffers.Binary;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Media.Tests.Wav;

public sealed class WavTests
{
    private static readonly short[] Ramp = [.. Enumerable.Range(0, 400).Select(i => (short)(i * 80))];

    [Theory]
    [InlineData(8000)]
    [InlineData(22050)]
    [InlineData(48000)]
    public void What_was_written_is_read_back(int rate)
    {
        Assert.Equal(WavError.None, WavReader.TryRead(WavWriter.Write(Ramp, rate), out WavAudio? audio));
        Assert.Equal(rate, audio!.SampleRateHz);
        Assert.Equal(Ramp, audio.Samples.ToArray());
    }

    [Fact]
    public void Stereo_is_mixed_down()
    {
        byte[] file = WavWriter.Write([100, 300, -32768, -32768, 32767, -32767], 8000);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(22), 2);
        Assert.Equal(WavError.None, WavReader.TryRead(file, out WavAudio? audio));
        Assert.Equal([200, -32768, 0], audio!.Samples.ToArray());
    }

    [Fact]
    public void The_length_that_a_pipe_writer_cannot_know_is_taken_from_the_file()
    {
        byte[] file = WavWriter.Write(Ramp, 22050);
        foreach (uint stated in (uint[])[0x7FFFF000, uint.MaxValue])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), stated);
            Assert.Equal(WavError.None, WavReader.TryRead(file, out WavAudio? audio));
            Assert.Equal(Ramp, audio!.Samples.ToArray());
        }
    }

    [Fact]
    public void Chunks_in_between_are_skipped_with_their_padding()
    {
        byte[] file = WavWriter.Write(Ramp, 8000);
        byte[] list = [(byte)'L', (byte)'I', (byte)'S', (byte)'T', 3, 0, 0, 0, 1, 2, 3, 0];
        byte[] with = [.. file[..36], .. list, .. file[36..]];
        Assert.Equal(WavError.None, WavReader.TryRead(with, out WavAudio? audio));
        Assert.Equal(Ramp, audio!.Samples.ToArray());
    }

    [Theory]
    [InlineData(20, 6)]    // A-law inside
    [InlineData(22, 3)]    // three channels
    [InlineData(22, 0)]
    [InlineData(34, 8)]    // 8 bits
    public void Other_formats_are_refused_by_value(int place, ushort value)
    {
        byte[] file = WavWriter.Write(Ramp, 8000);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(place), value);
        Assert.Equal(WavError.UnsupportedFormat, WavReader.TryRead(file, out WavAudio? audio));
        Assert.Null(audio);
    }

    [Fact]
    public void More_sound_than_allowed_is_refused() =>
        Assert.Equal(WavError.TooLong, WavReader.TryRead(WavWriter.Write(Ramp, 8000), out _, maxSamples: 399));

    [Fact]
    public void Every_cut_and_every_flipped_byte_of_the_header_ends_in_a_value()
    {
        byte[] file = WavWriter.Write(Ramp, 8000);
        for (int length = 0; length <= file.Length; length++)
        {
            WavError error = WavReader.TryRead(file.AsSpan(0, length), out _);
            Assert.Equal(length < 44 ? WavError.NotWav : WavError.None, error);
        }

        for (int at = 0; at < WavWriter.HeaderLength; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] broken = (byte[])file.Clone();
                broken[at] = (byte)value;
                WavError error = WavReader.TryRead(broken, out WavAudio? audio);
                Assert.Equal(error == WavError.None, audio is not null);
            }
        }
    }
}
