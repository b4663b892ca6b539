using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Jitter;

/// <summary>280 minutes of a voice whose clock is not ours, on virtual time.</summary>
[Trait("Req", "RTP11")]
public sealed class LongMeetingTests
{
    private const int Minutes = 280;

    [Theory]
    [InlineData(AudioCodec.Pcma, 200)]
    [InlineData(AudioCodec.Pcma, -200)]
    [InlineData(AudioCodec.G722, 200)]
    [InlineData(AudioCodec.G722, -200)]
    [InlineData(AudioCodec.Pcma, -40)]
    public void Through_280_minutes_of_drift_nothing_is_missing_nothing_clicks_and_no_delay_grows(AudioCodec codec, double ppm)
    {
        AudioFormat format = codec == AudioCodec.G722 ? AudioFormat.G722 : AudioFormat.Pcma;
        using HalfRateDecoder halfRate = new();
        InboundAudio inbound = new();
        inbound.Configure(new InboundAudioFormat(format, StreamPair.Voice, null), codec == AudioCodec.G722 ? new PlayoutChain(format, halfRate) : new PlayoutChain(format));

        byte[] voice = Voice();
        int steepest = SteepestOf(voice, format);
        byte[] packet = new byte[172];
        short[] frame = new short[format.SamplesPerFrame];
        Random random = new(11);
        double sent = 3;
        int sequence = 0;
        int concealed = 0;
        int steepestHeard = 0;
        int mostDelay = 0;
        short last = 0;
        for (int tick = 1; tick <= Minutes * 60 * 50; tick++)
        {
            TimeSpan now = TimeSpan.FromMilliseconds(20.0 * tick);
            for (double arrival; (arrival = sent + random.NextDouble()) <= 20.0 * tick; sequence++)
            {
                StreamPair.WriteVoice(packet, sequence, sequence * 160L, voice.AsSpan(sequence % 50 * 160, 160));
                inbound.OnPacket(packet, TimeSpan.FromMilliseconds(arrival));
                sent += 20 * (1 - (ppm * 1e-6));
            }

            FrameKind kind = inbound.ReadFrame(frame, now);
            if (tick <= 60 * 50)
            {
                last = frame[^1];
                continue;
            }

            concealed += kind == FrameKind.Voice ? 0 : 1;
            mostDelay = Math.Max(mostDelay, inbound.PlayoutDelayMs);
            foreach (short sample in frame)
            {
                steepestHeard = Math.Max(steepestHeard, Math.Abs(sample - last));
                last = sample;
            }
        }

        Assert.True(concealed == 0, $"{concealed} frames");
        Assert.True(mostDelay <= 40, $"{mostDelay} ms");
        Assert.True(steepestHeard <= 1.25 * steepest, $"{steepestHeard} against {steepest}");
        Assert.True(inbound.ReadStatistics().LeastSlackMs >= 0);
    }

    /// <summary>One second of a voice of 150 Hz that joins itself.</summary>
    private static byte[] Voice()
    {
        short[] pcm = new short[8000];
        for (int harmonic = 1; harmonic <= 5; harmonic++)
        {
            new ToneGenerator(150 * harmonic, -18 - (4 * harmonic)).Add(pcm);
        }

        return StreamPair.Encode(pcm);
    }

    private static int SteepestOf(byte[] voice, AudioFormat format)
    {
        using HalfRateDecoder halfRate = new();
        IAudioDecoder decoder = format == AudioFormat.G722 ? halfRate : AudioCodecs.CreateDecoder(format);
        short[] pcm = new short[format.SampleRateHz];
        decoder.Decode(voice, pcm);
        return pcm.Zip(pcm.Skip(1)).Skip(1).Max(pair => Math.Abs(pair.First - pair.Second));
    }
}
