using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PhoneBridge.Ivr.Speech;

/// <summary>Reads the WAV that a program wrote to a pipe, where it could not go back and correct the sizes in the header.</summary>
/// <remarks>espeak-ng writes 0x7FFFF024 and 0x7FFFF000 there: a size past the end means "to the end".</remarks>
internal static class StreamedWave
{
    private const int RiffHeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const int FormatLength = 16;

    /// <summary>Reads mono 16-bit PCM. Never throws: false when the bytes are anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> wave, out short[] samples, out int sampleRateHz)
    {
        samples = [];
        sampleRateHz = 0;
        if (wave.Length < RiffHeaderLength || !wave.StartsWith("RIFF"u8) || !wave[8..].StartsWith("WAVE"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = wave[RiffHeaderLength..];
        while (rest.Length >= ChunkHeaderLength)
        {
            ReadOnlySpan<byte> name = rest[..4];
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            rest = rest[ChunkHeaderLength..];
            ReadOnlySpan<byte> chunk = rest[..(int)Math.Min(size, (uint)rest.Length)];
            if (name.SequenceEqual("fmt "u8))
            {
                if (!TryReadFormat(chunk, out sampleRateHz))
                {
                    return false;
                }
            }
            else if (name.SequenceEqual("data"u8))
            {
                samples = ReadSamples(chunk);
                return sampleRateHz > 0;
            }

            rest = rest[Math.Min(chunk.Length + (chunk.Length & 1), rest.Length)..];
        }

        return false;
    }

    private static bool TryReadFormat(ReadOnlySpan<byte> chunk, out int sampleRateHz)
    {
        sampleRateHz = 0;
        if (chunk.Length < FormatLength)
        {
            return false;
        }

        ushort format = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        ushort channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        sampleRateHz = (int)Math.Min(rate, int.MaxValue);
        return format == 1 && channels == 1 && bits == 16 && rate is >= 8000 and <= 48000;
    }

    private static short[] ReadSamples(ReadOnlySpan<byte> chunk)
    {
        short[] samples = new short[chunk.Length / sizeof(short)];
        chunk[..(samples.Length * sizeof(short))].CopyTo(MemoryMarshal.AsBytes(samples.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(samples, samples);
        }

        return samples;
    }
}
