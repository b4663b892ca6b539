using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Streams;

public sealed class InboundAudioTests
{
    [Fact]
    public void On_a_clean_line_a_packet_is_heard_at_the_next_frame()
    {
        StreamPair pair = new();
        ToneGenerator tone = new(1000, -20);
        short[] pcm = new short[160];
        for (int i = 0; i < 200; i++)
        {
            tone.Write(pcm);
            Assert.Equal(InboundOutcome.Voice, pair.Receive(StreamPair.Packet(i, i * 160, StreamPair.Encode(pcm))));
            Assert.Equal(FrameKind.Voice, pair.Read(out short[] frame));
            Assert.InRange(Goertzel.MeasureDbov(frame, 1000), -20.3, -19.7);
            Assert.Equal(0, pair.Inbound.PlayoutDelayMs);
        }
    }
}
