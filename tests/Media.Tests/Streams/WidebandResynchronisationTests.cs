using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>As <see cref="ResynchronisationTests"/>, where RTP clock and sample rate differ.</summary>
public sealed class WidebandResynchronisationTests
{
    public static TheoryData<AudioCodec, int> Formats() => new() { { AudioCodec.G722, 16000 }, { AudioCodec.Opus, 8000 }, { AudioCodec.Opus, 48000 } };

    [Theory]
    [Trait("Req", "RTP3")]
    [MemberData(nameof(Formats))]
    public void After_a_jump_of_the_timestamps_nothing_is_lost(AudioCodec codec, int rate)
    {
        foreach (long jump in (long[])[80_000, -80_000, 1_000_000_000, -960, 1L << 31, 7, -7])
        {
            Line line = Started(codec, rate);
            line.Timestamp += jump;
            int torn = line.Run(3).Count(kind => kind != FrameKind.Voice);
            Assert.True(torn <= 1, $"{torn} frames after a jump of {jump}");
            Assert.InRange(line.Inbound.PlayoutDelayMs, 0, 1);
        }
    }

    [Theory]
    [Trait("Req", "RTP3")]
    [MemberData(nameof(Formats))]
    public void After_a_jump_of_the_sequence_numbers_one_packet_is_lost(AudioCodec codec, int rate)
    {
        foreach (int jump in (int[])[30_000, -30_000, -500])
        {
            Line line = Started(codec, rate);
            line.Sequence = (line.Sequence + jump) & 0xFFFF;
            int torn = line.Run(3).Count(kind => kind != FrameKind.Voice);
            Assert.True(torn <= 2, $"{torn} frames after a jump of {jump}");
            Assert.Equal(0, line.Inbound.PlayoutDelayMs);
        }
    }

    [Theory]
    [Trait("Req", "RTP4")]
    [MemberData(nameof(Formats))]
    public void A_new_source_is_heard_from_its_second_packet_on(AudioCodec codec, int rate)
    {
        Line line = Started(codec, rate);
        line.Ssrc = 2;
        line.Sequence = 9000;
        line.Timestamp = 3_000_000_000;
        int torn = line.Run(3).Count(kind => kind != FrameKind.Voice);
        Assert.True(torn <= 2, $"{torn} frames");
        Assert.Equal(2u, line.Inbound.Ssrc);
        Assert.Equal(0, line.Inbound.PlayoutDelayMs);
    }

    private static Line Started(AudioCodec codec, int rate)
    {
        Assert.SkipUnless(AudioCodecs.IsAvailable(codec), "the library of this codec is not on this machine");
        Line line = new(format: new AudioFormat(codec, rate));
        line.Run(2);
        return line;
    }
}
