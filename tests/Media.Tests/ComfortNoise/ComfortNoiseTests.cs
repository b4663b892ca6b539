using PhoneBridge.Media.ComfortNoise;
using PhoneBridge.Media.Levels;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Streams;
using PhoneBridge.Media.Tones;

namespace PhoneBridge.Media.Tests.ComfortNoise;

[Trait("Req", "RTP13")]
[Trait("Req", "CN")]
public sealed class ComfortNoiseTests
{
    private const int NoiseType = 13;
    private readonly StreamPair _pair = new();
    private readonly ToneGenerator _tone = new(440, -20);
    private readonly List<short> _heard = [];
    private int _sequence;
    private long _timestamp;

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(75)]
    public void In_a_pause_noise_of_the_described_level_is_heard_until_the_voice_returns(int level)
    {
        Talk(50);
        Describe((byte)level);
        List<FrameKind> kinds = Wait(100);
        Assert.All(kinds, kind => Assert.Equal(FrameKind.ComfortNoise, kind));
        Assert.InRange(AudioLevel.MeasureDbov([.. _heard.TakeLast(90 * 160)]), -level - 1, -level + 1);

        Assert.All(Talk(50), kind => Assert.Equal(FrameKind.Voice, kind));
        Assert.Equal(0, _pair.Inbound.PlayoutDelayMs);
        Assert.InRange(AudioLevel.MeasureDbov([.. _heard.TakeLast(40 * 160)]), -21, -19);
        Assert.Equal(0, _pair.Inbound.ReadStatistics().FramesConcealed);
    }

    [Fact]
    public void Neither_edge_of_the_pause_clicks()
    {
        Talk(20);
        Describe(50);
        Wait(30);
        Talk(20);
        Describe(55);
        Wait(10);
        int steepest = 0;
        for (int i = 1; i < _heard.Count; i++)
        {
            steepest = Math.Max(steepest, Math.Abs(_heard[i] - _heard[i - 1]));
        }

        // A sine of 440 Hz at -20 dBov climbs 1600 from one sample to the next; the noise adds a few hundred.
        Assert.InRange(steepest, 1500, 2300);
    }

    [Fact]
    public void When_the_noise_is_loud_by_mistake_it_is_held_down()
    {
        Talk(10);
        Describe(0);
        Wait(50);
        Assert.InRange(AudioLevel.MeasureDbov([.. _heard.TakeLast(40 * 160)]), NoiseDescription.LoudestDbov - 1, NoiseDescription.LoudestDbov + 1);
    }

    [Fact]
    public void Reflection_coefficients_shape_the_noise_and_keep_its_level()
    {
        NoiseGenerator generator = new();

        // k1 = -0.75: neighbouring samples are alike, so the low frequencies are stronger.
        Assert.True(NoiseDescription.TryRead([50, 127 - 95], out NoiseDescription dull));
        generator.Set(dull);
        short[] pcm = Make(generator, 16_000);
        Assert.InRange(AudioLevel.MeasureDbov(pcm), -51, -49);
        double alike = pcm.Zip(pcm.Skip(1)).Sum(pair => (double)pair.First * pair.Second) / AudioLevel.SumOfSquares(pcm);
        Assert.InRange(alike, 0.70, 0.80);

        Assert.True(NoiseDescription.TryRead([50], out NoiseDescription flat));
        generator.Set(flat);
        pcm = Make(generator, 16_000);
        alike = pcm.Zip(pcm.Skip(1)).Sum(pair => (double)pair.First * pair.Second) / AudioLevel.SumOfSquares(pcm);
        Assert.InRange(alike, -0.05, 0.05);
    }

    [Fact]
    public void Any_payload_gives_bounded_noise()
    {
        Random random = new(9);
        NoiseGenerator generator = new();
        byte[] payload = new byte[30];
        for (int i = 0; i < 2000; i++)
        {
            random.NextBytes(payload);
            if (i % 3 == 0)
            {
                payload.AsSpan().Fill((byte)(i % 2 == 0 ? 255 : 0));
            }

            Assert.True(NoiseDescription.TryRead(payload.AsSpan(0, random.Next(1, 30)), out NoiseDescription description));
            Assert.InRange(description.Order, 0, NoiseDescription.MaxOrder);
            generator.Set(description);
            for (int n = 0; n < 200; n++)
            {
                Assert.True(Math.Abs(generator.Next()) < 1e6);
            }
        }

        Assert.False(NoiseDescription.TryRead([], out _));
    }

    [Fact]
    public void A_stream_that_stops_without_a_description_fades_to_silence()
    {
        Talk(20);
        List<FrameKind> kinds = Wait(20);
        Assert.Equal([FrameKind.Concealed, FrameKind.Concealed, FrameKind.Concealed], kinds[..3]);
        Assert.All(kinds[3..], kind => Assert.Equal(FrameKind.Silence, kind));
    }

    [Fact]
    public void A_packet_lost_after_the_pause_is_concealed_like_any_other()
    {
        Talk(20);
        Describe(60);
        Wait(20);
        Talk(5);
        _sequence++;
        _timestamp += 160;
        Assert.Equal([FrameKind.Concealed], Wait(1, runsOn: false));
        Assert.All(Talk(5), kind => Assert.Equal(FrameKind.Voice, kind));
    }

    private static short[] Make(NoiseGenerator generator, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (short)MathF.Round(generator.Next()))];

    private List<FrameKind> Talk(int frames)
    {
        List<FrameKind> kinds = [];
        short[] pcm = new short[160];
        for (int i = 0; i < frames; i++)
        {
            _tone.Write(pcm);
            _pair.Receive(StreamPair.Packet(_sequence++, _timestamp, StreamPair.Encode(pcm), marker: i == 0));
            _timestamp += 160;
            kinds.AddRange(Read());
        }

        return kinds;
    }

    private List<FrameKind> Wait(int frames, bool runsOn = true)
    {
        List<FrameKind> kinds = [];
        for (int i = 0; i < frames; i++)
        {
            _timestamp += runsOn ? 160 : 0;
            kinds.AddRange(Read());
        }

        return kinds;
    }

    private void Describe(params byte[] payload) =>
        Assert.Equal(InboundOutcome.ComfortNoise, _pair.Receive(StreamPair.Packet(_sequence++, _timestamp, payload, type: NoiseType)));

    private FrameKind[] Read()
    {
        FrameKind kind = _pair.Read(out short[] frame);
        _heard.AddRange(frame);
        return [kind];
    }
}
