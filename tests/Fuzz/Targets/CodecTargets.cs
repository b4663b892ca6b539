using PhoneBridge.Media.Codecs;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>Payloads of the codecs that are more than a table. Each target returns for every input and throws when a promise is broken.</summary>
internal static class CodecTargets
{
    private const int Room = 1000;

    /// <summary>A run of G.722 payloads, each behind one byte of length.</summary>
    public static void G722(ReadOnlySpan<byte> input) => Decode(input, AudioFormat.G722);

    /// <summary>A run of Opus payloads, each behind one byte of length: decoded, concealed, asked for copies and put together.</summary>
    public static void Opus(ReadOnlySpan<byte> input)
    {
        Combine(input);
        if (AudioCodecs.IsAvailable(AudioCodec.Opus))
        {
            Decode(input, AudioFormat.Opus(16000));
        }
    }

    private static void Decode(ReadOnlySpan<byte> input, AudioFormat format)
    {
        using IAudioDecoder decoder = AudioCodecs.CreateDecoder(format);
        Span<short> pcm = stackalloc short[Room];
        foreach (Range range in Payloads(input))
        {
            ReadOnlySpan<byte> payload = input[range];
            int duration = decoder.DurationOf(payload);
            Require(duration >= 0 && duration <= Math.Max(OpusPacket.MaxDuration, payload.Length), "a length out of bounds");
            if (decoder is IConcealingDecoder concealing && payload.Length % 3 == 0)
            {
                concealing.TryDecodeLost(payload, pcm[..320]);
                concealing.Conceal(pcm[..320]);
            }

            int written = decoder.Decode(payload, pcm);
            Require(written is >= 0 and <= Room, "more samples than room");
            Require(written <= Math.Max(duration, 2 * payload.Length), "more samples than told");
        }
    }

    private static void Combine(ReadOnlySpan<byte> input)
    {
        List<byte> packets = [];
        List<int> lengths = [];
        int duration = 0;
        foreach (Range range in Payloads(input))
        {
            ReadOnlySpan<byte> payload = input[range];
            if (OpusPacket.TryRead(payload, out OpusPacket packet))
            {
                packets.AddRange(payload);
                lengths.Add(payload.Length);
                duration += packet.Duration;
            }
        }

        byte[] combined = new byte[packets.Count + (2 * OpusPacket.MaxFrames) + 2];
        OpusCombining result = OpusFrames.Combine(packets.ToArray(), lengths.ToArray(), combined, out int written);
        if (result == OpusCombining.Done)
        {
            Require(OpusPacket.TryRead(combined.AsSpan(0, written), out OpusPacket whole), "the combined packet is none");
            Require(whole.Duration == duration, "the combined packet has another length");
        }
        else
        {
            Require(written == 0 && result != OpusCombining.NoRoom, "no room, though there is enough");
        }
    }

    private static List<Range> Payloads(ReadOnlySpan<byte> input)
    {
        List<Range> ranges = [];
        int at = 0;
        while (at < input.Length)
        {
            int length = Math.Min(input[at], input.Length - at - 1);
            ranges.Add((at + 1)..(at + 1 + length));
            at += 1 + length;
        }

        return ranges;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
