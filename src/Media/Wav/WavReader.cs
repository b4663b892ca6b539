using System.Buffers.Binary;

namespace PhoneBridge.Media.Wav;

/// <summary>Reads 16-bit PCM WAV files (RIFF, Microsoft/IBM 1991), mono or stereo, any sample rate. Thread safe: no state.</summary>
public static class WavReader
{
    private const int RiffHeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const int FormatLength = 16;
    private const ushort Pcm = 1;
    private const ushort Extensible = 0xFFFE;

    /// <summary>Longest sound taken when nothing else is said: 30 minutes of 8 kHz [samples].</summary>
    public const int DefaultMaxSamples = 30 * 60 * 8000;

    /// <summary>Reads a whole file. Hostile input: never throws, never allocates more than the file's own size.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="audio">The sound when the result is <see cref="WavError.None"/>.</param>
    /// <param name="maxSamples">Longest sound taken [samples].</param>
    public static WavError TryRead(ReadOnlySpan<byte> file, out WavAudio? audio, int maxSamples = DefaultMaxSamples)
    {
        audio = null;
        if (file.Length < RiffHeaderLength || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
        {
            return WavError.NotWav;
        }

        ReadOnlySpan<byte> rest = file[RiffHeaderLength..];
        ReadOnlySpan<byte> format = default;
        while (rest.Length >= ChunkHeaderLength)
        {
            // A program that writes to a pipe cannot know the length and puts a very large one: the file's end counts.
            uint stated = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            int length = (int)Math.Min(stated, (uint)(rest.Length - ChunkHeaderLength));
            ReadOnlySpan<byte> body = rest.Slice(ChunkHeaderLength, length);
            if (rest.StartsWith("fmt "u8))
            {
                format = body;
            }
            else if (rest.StartsWith("data"u8))
            {
                return Read(format, body, maxSamples, out audio);
            }

            // Chunks start at even places.
            rest = rest[Math.Min(rest.Length, ChunkHeaderLength + length + (length & 1))..];
        }

        return WavError.NotWav;
    }

    private static WavError Read(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data, int maxSamples, out WavAudio? audio)
    {
        audio = null;
        if (format.Length < FormatLength)
        {
            return WavError.NotWav;
        }

        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (tag == Extensible && format.Length >= 26)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]); // first two bytes of the sub-format's GUID
        }

        ushort channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (tag != Pcm || bits != 16 || channels is < 1 or > 2 || sampleRate is < 1000 or > 192_000)
        {
            return WavError.UnsupportedFormat;
        }

        int count = data.Length / (2 * channels);
        if (count > maxSamples)
        {
            return WavError.TooLong;
        }

        short[] samples = new short[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = channels == 1
                ? BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..])
                : (short)((BinaryPrimitives.ReadInt16LittleEndian(data[(4 * i)..])
                    + BinaryPrimitives.ReadInt16LittleEndian(data[((4 * i) + 2)..])) / 2);
        }

        audio = new WavAudio(samples, (int)sampleRate);
        return WavError.None;
    }
}
