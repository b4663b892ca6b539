using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PhoneBridge.Testing.Audio;

/// <summary>16-bit mono PCM with its sample rate.</summary>
/// <param name="SampleRateHz">Sample rate [Hz].</param>
/// <param name="Samples">The samples.</param>
public sealed record Pcm(int SampleRateHz, short[] Samples)
{
    /// <summary>Length.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / SampleRateHz);

    /// <summary>The part between two times; what lies outside is silence.</summary>
    public Pcm Slice(TimeSpan from, TimeSpan length)
    {
        long start = (long)(from.TotalSeconds * SampleRateHz);
        short[] part = new short[(int)(length.TotalSeconds * SampleRateHz)];
        for (int i = 0; i < part.Length; i++)
        {
            long at = start + i;
            part[i] = at >= 0 && at < Samples.Length ? Samples[at] : (short)0;
        }

        return this with { Samples = part };
    }
}

/// <summary>Reads and writes RIFF WAVE files, 16-bit mono only: what the test programs exchange.</summary>
public static class WavFile
{
    private const int HeaderBytes = 44;

    /// <summary>Writes the file anew.</summary>
    public static void Write(string path, Pcm pcm)
    {
        byte[] data = MemoryMarshal.AsBytes(pcm.Samples.AsSpan()).ToArray();
        Span<byte> header = stackalloc byte[HeaderBytes];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], HeaderBytes - 8 + data.Length);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], pcm.SampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], pcm.SampleRateHz * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], data.Length);
        using FileStream file = File.Create(path);
        file.Write(header);
        file.Write(data);
    }

    /// <summary>Reads a file whole, several channels as their mean. A data length of 0 or past the end (a recorder that still writes) means: to the end.</summary>
    /// <exception cref="InvalidDataException">Not 16-bit PCM.</exception>
    public static Pcm Read(string path)
    {
        byte[] all = File.ReadAllBytes(path);
        if (all.Length < 12 || !all.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !all.AsSpan(8, 4).SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException($"'{path}' is no WAVE file.");
        }

        int rate = 0;
        int channels = 1;
        int at = 12;
        while (at + 8 <= all.Length)
        {
            ReadOnlySpan<byte> chunk = all.AsSpan(at);
            uint declared = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("fmt "u8))
            {
                channels = BinaryPrimitives.ReadInt16LittleEndian(chunk[10..]);
                if (channels < 1 || BinaryPrimitives.ReadInt16LittleEndian(chunk[22..]) != 16)
                {
                    throw new InvalidDataException($"'{path}' is not 16-bit PCM.");
                }

                rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[12..]);
            }
            else if (chunk[..4].SequenceEqual("data"u8))
            {
                int left = all.Length - at - 8;
                int length = declared == 0 || declared > left ? left : (int)declared;
                return new Pcm(rate, ToMono(MemoryMarshal.Cast<byte, short>(all.AsSpan(at + 8, length & ~1)), channels));
            }

            at += 8 + (int)((declared + 1) & ~1u);
        }

        throw new InvalidDataException($"'{path}' has no data.");
    }

    private static short[] ToMono(ReadOnlySpan<short> samples, int channels)
    {
        short[] mono = new short[samples.Length / channels];
        for (int i = 0; i < mono.Length; i++)
        {
            int sum = 0;
            foreach (short sample in samples.Slice(i * channels, channels))
            {
                sum += sample;
            }

            mono[i] = (short)(sum / channels);
        }

        return mono;
    }
}
