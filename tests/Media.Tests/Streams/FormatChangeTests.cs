using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>A leg's format becomes known, and may change, after the leg was made.</summary>
[Trait("Req", "RTP8")]
public sealed class FormatChangeTests
{
    [Fact]
    public void Before_it_is_configured_a_leg_is_silent_and_has_no_rate()
    {
        using InboundAudio inbound = new();
        Assert.Equal(0, inbound.SampleRateHz);
        Assert.Equal(0, inbound.PlayoutDelayMs);
        short[] frame = [1, 2, 3];
        Assert.Equal(FrameKind.Silence, inbound.ReadFrame(frame, TimeSpan.Zero));
        Assert.Equal([0, 0, 0], frame);
        Assert.False(inbound.TryTakeArrivalPhase(out _));
        Assert.Equal(0, inbound.ReadStatistics().PacketsReceived);
    }

    [Fact]
    public void A_chain_is_taken_for_another_format_only_and_the_one_out_of_use_is_given_back()
    {
        using InboundAudio inbound = new();
        PlayoutChain first = new(AudioFormat.Pcma);
        PlayoutChain refresh = new(AudioFormat.Pcma);
        PlayoutChain wide = new(AudioFormat.G722);
        Assert.Null(inbound.Configure(new InboundAudioFormat(AudioFormat.Pcma, 8, 101), first));
        Assert.Equal(8000, inbound.SampleRateHz);
        Assert.Same(refresh, inbound.Configure(new InboundAudioFormat(AudioFormat.Pcma, 8, 96), refresh));
        Assert.Same(first, inbound.Configure(new InboundAudioFormat(AudioFormat.G722, 9, 96), wide));
        Assert.Equal(16000, inbound.SampleRateHz);
        Assert.Null(inbound.Configure(new InboundAudioFormat(AudioFormat.G722, 9, 97), wide));
        Assert.Throws<ArgumentException>(() => inbound.Configure(new InboundAudioFormat(AudioFormat.Pcma, 8, 101), wide));
    }

    [Fact]
    public void Voice_goes_on_in_the_new_codec_and_rate_and_the_counts_go_on_too()
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        using InboundAudio inbound = new();
        AudioFormat[] formats = [AudioFormat.Pcma, AudioFormat.G722, AudioFormat.Opus(), AudioFormat.Opus(8000), AudioFormat.Pcmu];
        TimeSpan now = TimeSpan.FromHours(1);
        int sequence = 65_500;
        byte[] payload = new byte[1500];
        foreach (AudioFormat format in formats)
        {
            inbound.Configure(new InboundAudioFormat(format, StreamPair.Voice, null), new PlayoutChain(format))?.Dispose();
            using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
            ToneGenerator tone = new(800, -20, format.SampleRateHz);
            short[] pcm = new short[format.SamplesPerFrame];
            for (int i = 0; i < 50; i++)
            {
                tone.Write(pcm);
                int length = encoder.Encode(pcm, payload);
                byte[] packet = StreamPair.Packet(sequence++ & 0xFFFF, 5000L + (i * format.ClockRateHz / 50), payload.AsSpan(0, length));
                TimeSpan arrival = now - TimeSpan.FromMilliseconds(7);
                Assert.Equal(InboundOutcome.Voice, inbound.OnPacket(packet, arrival));
                Assert.True(inbound.TryTakeArrivalPhase(out TimeSpan phase));
                Assert.Equal(arrival, phase);
                Assert.False(inbound.TryTakeArrivalPhase(out _));
                FrameKind kind = inbound.ReadFrame(pcm, now);
                Assert.True(kind == FrameKind.Voice, $"{kind} in frame {i} of {format}");
                now += TimeSpan.FromMilliseconds(20);
            }

            Assert.InRange(Goertzel.MeasureDbov(pcm, 800, format.SampleRateHz), -22, -18);
        }

        InboundAudioStatistics statistics = inbound.ReadStatistics();
        Assert.Equal((250, 0, 250), (statistics.PacketsReceived, statistics.PacketsLost, statistics.PacketsExpected));
        Assert.Equal(250, statistics.FramesOfSpeech);
    }
}
