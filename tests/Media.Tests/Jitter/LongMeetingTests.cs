using System.Numerics;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Jitter;

/// <summary>Hours of a voice whose clock is not ours, on virtual time: 280 minutes, and 100 where only the codec's clocks are others.</summary>
[Trait("Req", "RTP11")]
public sealed class LongMeetingTests
{
    [Theory]
    [InlineData(AudioCodec.Pcma, 200, 280)]
    [InlineData(AudioCodec.Pcma, -200, 280)]
    [InlineData(AudioCodec.G722, 200, 100)]
    [InlineData(AudioCodec.G722, -200, 100)]
    [InlineData(AudioCodec.Pcma, -40, 280)]
    public void Through_hours_of_drift_nothing_is_missing_nothing_clicks_and_no_delay_grows(AudioCodec codec, double ppm, int minutes)
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
        for (int tick = 1; tick <= minutes * 60 * 50; tick++)
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
            steepestHeard = Math.Max(steepestHeard, Math.Max(Math.Abs(frame[0] - last), SteepestOf(frame)));
            last = frame[^1];
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
        return SteepestOf(pcm.AsSpan(1));
    }

    // Quiet enough a voice that no step leaves 16 bits; a minute of it is looked through in no time.
    private static int SteepestOf(ReadOnlySpan<short> pcm)
    {
        Vector<short> most = Vector<short>.Zero;
        int at = 0;
        for (; at + Vector<short>.Count < pcm.Length; at += Vector<short>.Count)
        {
            Vector<short> step = new Vector<short>(pcm[(at + 1)..]) - new Vector<short>(pcm[at..]);
            most = Vector.Max(most, Vector.Max(step, -step));
        }

        int steepest = 0;
        for (int lane = 0; lane < Vector<short>.Count; lane++)
        {
            steepest = Math.Max(steepest, most[lane]);
        }

        for (; at + 1 < pcm.Length; at++)
        {
            steepest = Math.Max(steepest, Math.Abs(pcm[at + 1] - pcm[at]));
        }

        return steepest;
    }
}
