using System.Buffers.Binary;

namespace PhoneBridge.Media.Wav;

/// <summary>Writes 16-bit mono PCM WAV files. Thread safe: no state.</summary>
public static class WavWriter
{
    /// <summary>Length of the header before the samples [bytes].</summary>
    public const int HeaderLength = 44;

    /// <summary>A whole file.</summary>
    /// <param name="samples">16-bit mono samples.</param>
    /// <param name="sampleRateHz">Sample rate [Hz].</param>
    public static byte[] Write(ReadOnlySpan<short> samples, int sampleRateHz)
    {
        byte[] file = new byte[HeaderLength + (2 * samples.Length)];
        WriteHeader(file, samples.Length, sampleRateHz);
        for (int i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(HeaderLength + (2 * i)), samples[i]);
        }

        return file;
    }

    /// <summary>The header alone, for a file that is written piece by piece; write it again when the length is known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Too little room, or more samples than a WAV file can hold.</exception>
    public static void WriteHeader(Span<byte> header, long sampleCount, int sampleRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(header.Length, HeaderLength, nameof(header));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        ArgumentOutOfRangeException.ThrowIfNegative(sampleCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleCount, (uint.MaxValue - HeaderLength) / 2);
        uint dataLength = (uint)(2 * sampleCount);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], dataLength + HeaderLength - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)sampleRateHz);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], (uint)(2 * sampleRateHz));
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], dataLength);
    }
}
