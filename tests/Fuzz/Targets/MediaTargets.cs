using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Fuzz.Targets;

/// <summary>What strangers can send to the media side. Each returns for every input and throws when a promise is broken.</summary>
internal static class MediaTargets
{
    private const int VoiceType = 8;
    private const int EventType = 101;

    private static readonly AudioFormat[] Formats =
    [
        AudioFormat.Pcma, AudioFormat.Pcmu, AudioFormat.G722, AudioFormat.Opus(8000), AudioFormat.Opus(16000), AudioFormat.Opus(),
    ];

    /// <summary>A run of datagrams, each behind one byte of length in words, into the receive sides of legs of every format, read in between.</summary>
    public static void Rtp(ReadOnlySpan<byte> input)
    {
        foreach (AudioFormat format in Formats)
        {
            if (AudioCodecs.IsAvailable(format.Codec))
            {
                Rtp(input, format);
            }
        }
    }

    private static void Rtp(ReadOnlySpan<byte> input, AudioFormat format)
    {
        using InboundAudio inbound = new();
        inbound.Configure(new InboundAudioFormat(format, VoiceType, EventType), new PlayoutChain(format));
        Span<short> frame = stackalloc short[format.SamplesPerFrame];
        TimeSpan now = TimeSpan.Zero;
        while (!input.IsEmpty)
        {
            // The length stands for how long before the read it came, too.
            int length = Math.Min(4 * input[0], input.Length - 1);
            inbound.OnPacket(input.Slice(1, length), now - TimeSpan.FromMilliseconds(input[0] % 20));
            input = input[(1 + length)..];
            inbound.ReadFrame(frame, now);
            now += TimeSpan.FromMilliseconds(20);
            Require(inbound.PlayoutDelayMs is >= 0 and <= 200, "the playout delay left its bounds");
        }

        while (inbound.TryTakeKey(out DtmfKey key))
        {
            Require(char.IsAsciiDigit(key.Character) || key.Character is '*' or '#', "no key");
        }
    }

    /// <summary>One RTCP datagram.</summary>
    public static void Rtcp(ReadOnlySpan<byte> input)
    {
        RtcpSession session = new(0x11223344, 1, new NtpClock(DateTimeOffset.UnixEpoch, TimeSpan.Zero), TimeSpan.Zero);
        session.OnPacket(input, TimeSpan.FromSeconds(10));
        Require(session.RoundTrip is not { } roundTrip || roundTrip >= TimeSpan.Zero, "a round trip back in time");
        Require(session.BrokenPackets == 1 || session.LastPacketAt is not null, "neither taken nor counted");
    }

    /// <summary>A run of telephone-events: sequence step, timestamp step, marker and payload, seven bytes each.</summary>
    public static void TelephoneEvents(ReadOnlySpan<byte> input)
    {
        TelephoneEventReceiver receiver = new();
        RtpHeader header = new(false, EventType, default, default, 1);
        TimeSpan now = TimeSpan.Zero;
        for (; input.Length >= 7; input = input[7..])
        {
            header = header with
            {
                Marker = (input[0] & 1) != 0,
                Sequence = header.Sequence + (sbyte)input[1],
                Timestamp = header.Timestamp + (40 * (sbyte)input[2]),
            };
            now += TimeSpan.FromMilliseconds(input[0]);
            if (!TelephoneEvent.TryRead(input[3..], out TelephoneEvent value))
            {
                continue;
            }

            bool isKey = receiver.OnPacket(header, value, now, out char key);
            Require(!isKey || key == value.Key, "another key than was sent");
            Require(!isKey || receiver.IsKeyDown(now), "a key that is not down");
        }
    }

    /// <summary>A WAV file.</summary>
    public static void Wav(ReadOnlySpan<byte> input)
    {
        WavError error = WavReader.TryRead(input, out WavAudio? audio, maxSamples: 4096);
        Require(error == WavError.None == audio is not null, "sound and error at once");
        Require(audio is null || audio.Samples.Length <= 4096, "more sound than allowed");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
