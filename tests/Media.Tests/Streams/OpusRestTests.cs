using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Codecs;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>Packets in which the sender heard no voice stay undecoded, and nobody notices when one speaks again.</summary>
[Trait("Req", "OPUS")]
public sealed class OpusRestTests
{
    private const int Rate = 16000;
    private const int Frame = Rate / 50;
    private static readonly AudioFormat Format = AudioFormat.Opus(Rate);

    [Fact]
    public void The_noise_of_a_quiet_line_is_no_voice()
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        byte[][] packets = Encode(CodecSounds.Noise(20 * Rate, peak: 16, seed: 3));

        int voices = packets.Skip(100).Count(packet => !IsWithoutVoice(packet));

        Assert.InRange(voices, 0, 2);
    }

    [Fact]
    public void What_one_hears_of_speech_is_as_if_nothing_had_been_left_out()
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        short[] sound = CodecSounds.Noise(30 * Rate, peak: 30, seed: 4);
        short[] speech = CodecSounds.Speech(Rate, 30);
        for (int i = 0; i < speech.Length; i++)
        {
            sound[i] += Math.Clamp(speech[i], (short)-32000, (short)32000);   // room for the noise
        }

        byte[][] packets = Encode(sound);
        (short[] all, _) = Hear(packets, mayRest: false);
        (short[] some, FrameKind[] kinds) = Hear(packets, mayRest: true);

        int rests = 0, returns = 0, worstDbov = AudioLevel.SilenceDbov;
        for (int i = 1; i < kinds.Length; i++)
        {
            rests += kinds[i] == FrameKind.Rest ? 1 : 0;
            if (kinds[i] != FrameKind.Rest)
            {
                returns += kinds[i - 1] == FrameKind.Rest ? 1 : 0;
                worstDbov = Math.Max(worstDbov, DifferenceDbov(all.AsSpan(i * Frame, Frame), some.AsSpan(i * Frame, Frame)));
            }
            else
            {
                Assert.All(some[(i * Frame)..((i + 1) * Frame)], sample => Assert.Equal(0, sample));
            }
        }

        string figures = $"{rests} of {kinds.Length} frames rest, {returns} returns, difference at most {worstDbov} dBov";
        TestContext.Current.SendDiagnosticMessage(figures);
        Assert.True(rests > kinds.Length / 10 && returns > 20, figures);
        Assert.True(worstDbov <= -90, figures);      // of speech at about -20; it is the same to the bit but for very long rests
    }

    [Theory]
    [InlineData(440)]   // busy
    [InlineData(1100)]  // a fax machine that calls
    [InlineData(2100)]  // one that answers
    public void A_line_tone_begins_like_a_voice_so_that_it_is_decoded(double hz)
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        short[] sound = CodecSounds.Noise(4 * Rate, peak: 16, seed: 6);
        for (int i = 2 * Rate; i < sound.Length; i++)
        {
            sound[i] += (short)(3000 * Math.Sin(2 * Math.PI * hz * i / Rate));
        }

        byte[][] packets = Encode(sound);

        Assert.All(packets[101..106], packet => Assert.False(IsWithoutVoice(packet)));
    }

    [Fact]
    public void A_packet_that_is_lost_while_nobody_speaks_makes_no_sound()
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        byte[][] packets = Encode([.. CodecSounds.Speech(Rate, 4), .. CodecSounds.Noise(6 * Rate, peak: 16, seed: 5)]);
        (short[] heard, FrameKind[] kinds) = Hear(packets, mayRest: true, isLost: i => i > 300 && i % 10 == 0);

        Assert.All(kinds[300..], kind => Assert.True(kind is FrameKind.Rest or FrameKind.Silence, $"{kind}"));
        Assert.All(heard[(300 * Frame)..], sample => Assert.Equal(0, sample));
    }

    private static int DifferenceDbov(ReadOnlySpan<short> one, ReadOnlySpan<short> other)
    {
        short[] difference = new short[one.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = (short)Math.Clamp(one[i] - other[i], short.MinValue, short.MaxValue);
        }

        return AudioLevel.MeasureDbov(difference);
    }

    private static byte[][] Encode(short[] sound)
    {
        using OpusEncoder encoder = new(Rate, new OpusSettings());
        byte[] room = new byte[1275];
        return [.. Enumerable.Range(0, sound.Length / Frame).Select(i => room[..encoder.Encode(sound.AsSpan(i * Frame, Frame), room)])];
    }

    private static bool IsWithoutVoice(byte[] payload) => OpusPacket.TryRead(payload, out OpusPacket packet) && packet.IsWithoutVoice;

    private static (short[] Heard, FrameKind[] Kinds) Hear(byte[][] packets, bool mayRest, Predicate<int>? isLost = null)
    {
        using InboundAudio inbound = new();
        inbound.Configure(new InboundAudioFormat(Format, StreamPair.Voice, null), new PlayoutChain(Format));
        short[] heard = new short[packets.Length * Frame];
        FrameKind[] kinds = new FrameKind[packets.Length];
        byte[] datagram = new byte[1500];
        for (int i = 0; i < packets.Length; i++)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(20 * i);
            new RtpHeader(i == 0, StreamPair.Voice, new SequenceNumber((ushort)i), new RtpTimestamp((uint)(i * 960)), 1).Write(datagram);
            packets[i].CopyTo(datagram.AsSpan(RtpHeader.Length));
            if (isLost?.Invoke(i) is not true)
            {
                inbound.OnPacket(datagram.AsSpan(0, RtpHeader.Length + packets[i].Length), now);
            }

            kinds[i] = inbound.ReadFrame(heard.AsSpan(i * Frame, Frame), now + TimeSpan.FromMilliseconds(3), mayRest);
        }

        return (heard, kinds);
    }
}
