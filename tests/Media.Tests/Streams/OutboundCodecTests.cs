using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.Streams;

[Trait("Req", "RTP5")]
public sealed class OutboundCodecTests
{
    private readonly OutboundAudio _outbound = new(7, new SequenceNumber(10), new RtpTimestamp(1000));
    private readonly byte[] _datagram = new byte[OutboundAudio.MaxDatagramLength];

    [Fact]
    [Trait("Req", "G722")]
    public void G722_counts_8_units_a_millisecond_although_it_samples_16_times()
    {
        _outbound.Configure(9, 20, AudioFormat.G722);
        List<RtpTimestamp> timestamps = [];
        IAudioEncoder encoder = AudioCodecs.CreateEncoder(AudioFormat.G722);
        byte[] payload = new byte[400];
        for (int i = 0; i < 3; i++)
        {
            int length = encoder.Encode(new short[320], payload);
            _outbound.Append(payload.AsSpan(0, length));
            timestamps.AddRange(Fetch().Select(packet => packet.Header.Timestamp));
        }

        Assert.Equal([new RtpTimestamp(1000), new RtpTimestamp(1160), new RtpTimestamp(1320)], timestamps);
        _outbound.Skip(20);
        Assert.Equal(new RtpTimestamp(1640), _outbound.NextTimestamp);
    }

    [Theory]
    [Trait("Req", "RTP1")]
    [Trait("Req", "OPUS")]
    [InlineData(10, 20)]
    [InlineData(20, 20)]
    [InlineData(30, 20)]
    [InlineData(40, 40)]
    [InlineData(50, 40)]
    [InlineData(60, 60)]
    public void Opus_frames_go_together_into_packets_that_hold_the_same_sound(int asked, int given)
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        AudioFormat format = AudioFormat.Opus(16000);
        _outbound.Configure(111, asked, format);
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(format);
        using IAudioDecoder one = AudioCodecs.CreateDecoder(format);
        using IAudioDecoder other = AudioCodecs.CreateDecoder(format);
        ToneGenerator tone = new(440, -20, 16000);
        byte[] payload = new byte[1500];
        short[] pcm = new short[320];
        short[] decoded = new short[960];
        List<short> expected = [];
        List<short> actual = [];
        RtpTimestamp timestamp = new(1000);
        for (int i = 0; i < 60; i++)
        {
            tone.Write(pcm);
            int length = encoder.Encode(pcm, payload);
            expected.AddRange(decoded.AsSpan(0, one.Decode(payload.AsSpan(0, length), decoded)));
            _outbound.Append(payload.AsSpan(0, length));
            foreach ((RtpHeader header, byte[] bytes) in Fetch())
            {
                Assert.Equal(timestamp, header.Timestamp);
                int duration = other.DurationOf(bytes);

                // While the encoder goes over to another mode, frames do not go together.
                Assert.True(duration == 48 * given || (i < 10 && duration == 960), $"{duration} units at frame {i}");
                timestamp += duration;
                actual.AddRange(decoded.AsSpan(0, other.Decode(bytes, decoded)));
            }
        }

        Assert.Equal(expected[..actual.Count], actual);
        Assert.InRange(expected.Count - actual.Count, 0, 2 * 320);
    }

    [Fact]
    public void Opus_frames_too_large_for_one_datagram_are_sent_before_it_is_full()
    {
        _outbound.Configure(111, 60, AudioFormat.Opus());
        RtpTimestamp timestamp = new(1000);
        int frames = 0;
        for (int i = 0; i < 30; i++)
        {
            // Hybrid wideband of 20 ms, any bytes: only the first says what it is.
            byte[] frame = new byte[900 + i];
            frame[0] = 0x78;
            _outbound.Append(frame);
            foreach ((RtpHeader header, byte[] bytes) in Fetch())
            {
                Assert.Equal(timestamp, header.Timestamp);
                timestamp += 960;
                Assert.Equal(900 + frames++, bytes.Length);
            }
        }

        Assert.InRange(frames, 28, 30);
    }

    [Fact]
    public void After_a_change_of_codec_the_time_runs_on_in_the_new_units()
    {
        _outbound.Configure(8, 40, AudioFormat.Pcma);
        _outbound.Append(new byte[160]);
        Assert.Empty(Fetch());
        _outbound.Configure(111, 20, AudioFormat.Opus());
        Assert.Equal(new RtpTimestamp(1160), _outbound.NextTimestamp);
        _outbound.Append([0x78, 1, 2]);
        Assert.Equal(new RtpTimestamp(1160), Assert.Single(Fetch()).Header.Timestamp);
        Assert.Equal(new RtpTimestamp(1160 + 960), _outbound.NextTimestamp);
    }

    private List<(RtpHeader Header, byte[] Payload)> Fetch()
    {
        List<(RtpHeader, byte[])> packets = [];
        for (int length; (length = _outbound.WritePacket(_datagram)) > 0;)
        {
            Assert.True(RtpPacket.TryRead(_datagram.AsSpan(0, length), out RtpPacket packet));
            packets.Add((packet.Header, packet.Payload.ToArray()));
        }

        return packets;
    }
}
