using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Jitter;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Tests.Jitter;

[Trait("Req", "RTP3")]
public sealed class SampleAxisTests
{
    [Theory]
    [InlineData(AudioCodec.Pcma, 8000)]
    [InlineData(AudioCodec.G722, 16000)]
    [InlineData(AudioCodec.Opus, 8000)]
    [InlineData(AudioCodec.Opus, 16000)]
    [InlineData(AudioCodec.Opus, 48000)]
    public void Packets_follow_each_other_to_the_sample_from_any_origin_and_through_the_wrap(AudioCodec codec, int rate)
    {
        AudioFormat format = new(codec, rate);
        foreach (uint origin in (uint[])[0, 1, 2, 5, uint.MaxValue - 10_000])
        {
            SampleAxis axis = new(format);
            axis.StartAt(new RtpTimestamp(origin));
            int packet = format.ClockRateHz / 50;
            for (int i = 0; i < 2000; i++)
            {
                RtpTimestamp timestamp = new(origin + (uint)(i * packet));
                axis.Follow(timestamp);
                Assert.Equal((long)i * format.SamplesPerFrame, axis.PositionOf(timestamp));
                Assert.Equal((i - 3L) * format.SamplesPerFrame, axis.PositionOf(timestamp + (-3 * packet)));
            }

            Assert.Equal(format.SamplesPerFrame, axis.LengthOf(packet));
        }
    }

    [Fact]
    public void Timestamps_between_two_samples_are_rounded_down()
    {
        SampleAxis axis = new(AudioFormat.Opus(16000));
        axis.StartAt(new RtpTimestamp(0));
        Assert.Equal([-2, -1, -1, -1, 0, 0, 0, 1], Enumerable.Range(-4, 8).Select(i => axis.PositionOf(new RtpTimestamp((uint)i))));
    }
}
