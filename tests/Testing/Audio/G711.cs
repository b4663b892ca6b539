namespace PhoneBridge.Testing.Audio;

/// <summary>Voice coding of a test phone.</summary>
public enum PhoneCodec
{
    /// <summary>µ-law, payload type 0.</summary>
    Pcmu = 0,

    /// <summary>A-law, payload type 8.</summary>
    Pcma = 8,
}

/// <summary>A-law and µ-law after ITU-T G.711, written apart from the bridge's own so that one mistake cannot hide another.</summary>
/// <remarks>Decoding follows the segment formula; encoding looks up the nearest decoded value. Thread safe.</remarks>
public static class G711
{
    /// <summary>The A-law byte of silence.</summary>
    public const byte AlawSilence = 0xD5;

    /// <summary>The µ-law byte of silence.</summary>
    public const byte MulawSilence = 0xFF;

    private static readonly short[] AlawToPcm = [.. Enumerable.Range(0, 256).Select(code => DecodeAlaw((byte)code))];
    private static readonly short[] MulawToPcm = [.. Enumerable.Range(0, 256).Select(code => DecodeMulaw((byte)code))];
    private static readonly byte[] PcmToAlaw = InvertNearest(AlawToPcm);
    private static readonly byte[] PcmToMulaw = InvertNearest(MulawToPcm);

    /// <summary>Decodes one payload.</summary>
    /// <returns>Samples written: one a byte, as many as fit.</returns>
    public static int Decode(PhoneCodec codec, ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        short[] table = codec == PhoneCodec.Pcma ? AlawToPcm : MulawToPcm;
        int count = Math.Min(payload.Length, pcm.Length);
        for (int i = 0; i < count; i++)
        {
            pcm[i] = table[payload[i]];
        }

        return count;
    }

    /// <summary>Encodes PCM, one byte a sample.</summary>
    public static byte[] Encode(PhoneCodec codec, ReadOnlySpan<short> pcm)
    {
        byte[] table = codec == PhoneCodec.Pcma ? PcmToAlaw : PcmToMulaw;
        byte[] payload = new byte[pcm.Length];
        for (int i = 0; i < pcm.Length; i++)
        {
            payload[i] = table[pcm[i] + 32768];
        }

        return payload;
    }

    /// <summary>The byte that stands for silence.</summary>
    public static byte Silence(PhoneCodec codec) => codec == PhoneCodec.Pcma ? AlawSilence : MulawSilence;

    // G.711 table 1: even bits inverted, 13-bit value with the half step added, sign bit 1 = positive.
    private static short DecodeAlaw(byte code)
    {
        int bits = code ^ 0x55;
        int exponent = (bits >> 4) & 7;
        int mantissa = bits & 15;
        int magnitude = exponent == 0
            ? (mantissa << 4) + 8
            : ((mantissa << 4) + 0x108) << (exponent - 1);
        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }

    // G.711 table 2: all bits inverted, bias 33 (here scaled by 4), sign bit 1 (before inversion 0) = positive.
    private static short DecodeMulaw(byte code)
    {
        int bits = ~code & 0xFF;
        int exponent = (bits >> 4) & 7;
        int mantissa = bits & 15;
        int magnitude = ((((mantissa << 1) + 33) << exponent) - 33) << 2;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static byte[] InvertNearest(short[] decoded)
    {
        // Walking the decoded values in order, the border between two codes is half way between them.
        (short Value, byte Code)[] steps = [.. decoded.Select((value, code) => (value, (byte)code)).OrderBy(step => step.value)];
        byte[] table = new byte[65536];
        int at = 0;
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            while (at + 1 < steps.Length && Math.Abs(steps[at + 1].Value - sample) <= Math.Abs(steps[at].Value - sample))
            {
                at++;
            }

            table[sample + 32768] = steps[at].Code;
        }

        return table;
    }
}
