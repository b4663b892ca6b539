using PhoneBridge.Media.Wav;

namespace PhoneBridge.Media.Tests.Wav;

public sealed class WavStreamWriterTests
{
    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Read_at_any_moment_it_holds_all_but_the_last_half_second(int rateHz)
    {
        int length = rateHz / 50;
        short[] ramp = [.. Enumerable.Range(0, 3 * rateHz).Select(i => (short)(i * 7))];
        WavStreamWriter writer = new(rateHz);
        MemoryStream file = new();
        for (int frame = 0; frame < 150; frame++)
        {
            Save(writer, file);
            if (frame > 0)
            {
                short[] read = Read(file, rateHz);
                Assert.InRange(read.Length, (frame * length) - (rateHz / 2), frame * length);
                Assert.Equal(ramp[..read.Length], read);
            }

            writer.Append(ramp.AsSpan(frame * length, length));
        }

        Save(writer, file);
        writer.Finish();
        Save(writer, file);
        Assert.Equal(ramp, Read(file, rateHz));
    }

    [Fact]
    public void Between_the_samples_and_the_header_that_counts_them_it_can_be_read_too()
    {
        WavStreamWriter writer = new(8000);
        MemoryStream file = new();
        Save(writer, file);
        for (int i = 0; i < 25; i++)
        {
            writer.Append(new short[160]);
        }

        file.Write(writer.Block[..1001]);
        Assert.Empty(Read(file, 8000));
    }

    [Fact]
    public void Silence_takes_the_place_of_a_frame()
    {
        WavStreamWriter writer = new(8000);
        MemoryStream file = new();
        Save(writer, file);
        writer.Append([.. Enumerable.Repeat((short)5, 160)]);
        writer.AppendSilence();
        writer.Append([.. Enumerable.Repeat((short)6, 160)]);
        writer.Finish();
        Save(writer, file);
        Assert.Equal([.. Enumerable.Repeat((short)5, 160), .. new short[160], .. Enumerable.Repeat((short)6, 160)], Read(file, 8000));
    }

    [Fact]
    public void A_full_file_refuses_frames_and_can_be_finished()
    {
        WavStreamWriter writer = new(8000, maxSamples: 500);
        MemoryStream file = new();
        Save(writer, file);
        for (int i = 0; i < 3; i++)
        {
            Assert.False(writer.IsFull);
            writer.Append(new short[160]);
        }

        Assert.True(writer.IsFull);
        Assert.Throws<InvalidOperationException>(() => writer.Append(new short[160]));
        Assert.Throws<InvalidOperationException>(writer.AppendSilence);
        writer.Finish();
        Save(writer, file);
        Assert.Equal(480, Read(file, 8000).Length);
    }

    [Fact]
    public void The_lengths_of_the_longest_file_fit_their_32_bits()
    {
        byte[] header = new byte[WavWriter.HeaderLength];
        WavWriter.WriteHeader(header, WavStreamWriter.MostSamples, 48000);
        Assert.Equal(2 * WavStreamWriter.MostSamples, BitConverter.ToUInt32(header, 40));
        Assert.Equal((2 * WavStreamWriter.MostSamples) + 36, BitConverter.ToUInt32(header, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WavStreamWriter(48000, WavStreamWriter.MostSamples + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WavStreamWriter(44100));
    }

    private static void Save(WavStreamWriter writer, MemoryStream file)
    {
        if (writer.Block.IsEmpty)
        {
            return;
        }

        file.Position = file.Length;
        file.Write(writer.Block);
        if (!writer.Header.IsEmpty)
        {
            file.Position = 0;
            file.Write(writer.Header);
        }

        writer.BlockWritten();
    }

    private static short[] Read(MemoryStream file, int rateHz)
    {
        Assert.Equal(WavError.None, WavReader.TryRead(file.ToArray(), out WavAudio? audio));
        Assert.Equal(rateHz, audio!.SampleRateHz);
        return audio.Samples.ToArray();
    }
}
