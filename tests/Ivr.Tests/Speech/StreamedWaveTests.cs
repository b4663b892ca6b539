using System.Buffers.Binary;
using CsCheck;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Ivr.Tests.Speech;

public sealed class StreamedWaveTests
{
    [Fact]
    public void Sizes_past_the_end_mean_to_the_end()
    {
        Assert.True(StreamedWave.TryRead(Wave(0x7FFFF000, [1, -2, 3]), out short[] samples, out int rate));
        Assert.Equal([1, -2, 3], samples);
        Assert.Equal(22050, rate);
    }

    [Fact]
    public void A_chunk_before_the_samples_is_passed_over()
    {
        byte[] wave = Wave(4, [5, 6]);
        byte[] withList = [.. wave[..36], .. "LIST"u8, 3, 0, 0, 0, 7, 7, 7, 0, .. wave[36..]];
        Assert.True(StreamedWave.TryRead(withList, out short[] samples, out _));
        Assert.Equal([5, 6], samples);
    }

    [Theory]
    [InlineData(22, 2)]         // two channels
    [InlineData(34, 8)]         // 8 bits
    [InlineData(20, 3)]         // floating point
    public void Anything_but_mono_16_bit_PCM_is_refused(int at, byte value)
    {
        byte[] wave = Wave(4, [1, 2]);
        wave[at] = value;
        Assert.False(StreamedWave.TryRead(wave, out _, out _));
    }

    [Fact]
    public void Every_cut_and_any_bytes_are_taken_without_an_exception()
    {
        byte[] wave = Wave(0x7FFFF000, [1, 2, 3, 4]);
        for (int length = 0; length < wave.Length; length++)
        {
            StreamedWave.TryRead(wave.AsSpan(0, length), out _, out _);
        }

        Gen.Byte.Array[0, 80].Sample(bytes =>
        {
            StreamedWave.TryRead([.. wave[..12], .. bytes], out short[] samples, out int rate);
            Assert.True(samples.Length == 0 || rate is >= 8000 and <= 48000);
        });
    }

    private static byte[] Wave(uint dataSize, short[] samples)
    {
        byte[] wave = new byte[44 + (2 * samples.Length)];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteUInt32LittleEndian(wave.AsSpan(4), dataSize + 36);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        wave[16] = 16;
        wave[20] = 1;
        wave[22] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(wave.AsSpan(24), 22050);
        wave[34] = 16;
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(wave.AsSpan(40), dataSize);
        for (int i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(44 + (2 * i)), samples[i]);
        }

        return wave;
    }
}
