using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;
using PhoneBridge.Media.Tests.Concealment;

namespace PhoneBridge.Media.Tests.Streams;

/// <summary>Speech in Opus over a line that loses packets, through the whole receive side.</summary>
[Trait("Req", "RTP12")]
public sealed class OpusLineTests
{
    private const int Rate = 16000;
    private static readonly AudioFormat Format = AudioFormat.Opus(Rate);
    private static readonly Lazy<byte[][]> WithCopies = new(() => Encode(usesFec: true));
    private static readonly Lazy<byte[][]> WithoutCopies = new(() => Encode(usesFec: false));
    private static readonly Lazy<short[]> WholeWithCopies = new(() => Hear(WithCopies.Value, new bool[WithCopies.Value.Length], out _));
    private static readonly Lazy<short[]> WholeWithoutCopies = new(() => Hear(WithoutCopies.Value, new bool[WithoutCopies.Value.Length], out _));

    [Theory]
    [Trait("Req", "OPUS")]
    [InlineData(0.05)]
    [InlineData(0.1)]
    public void Lost_packets_are_played_from_their_copies_and_concealed_by_the_decoder_else(double loss)
    {
        Assert.SkipUnless(Speech.IsThere && OpusLibrary.IsAvailable, "recordings or libopus are not on this machine");
        short[] speech = Speech.Read(Rate);
        bool[] lost = LossPattern.Gilbert(speech.Length / 320, loss, 1, seed: 5);
        short[] withCopies = Hear(WithCopies.Value, lost, out InboundAudioStatistics copies);
        short[] without = Hear(WithoutCopies.Value, lost, out InboundAudioStatistics none);

        SpeechDistance recovered = SpeechDistance.Measure(WholeWithCopies.Value, withCopies, lost, Rate);
        SpeechDistance concealed = SpeechDistance.Measure(WholeWithoutCopies.Value, without, lost, Rate);
        string figures = $"{loss:P0}: with copies {recovered}, {copies.PacketsRecovered} recovered; without {concealed}";
        TestContext.Current.SendDiagnosticMessage(figures);
        Assert.Equal(0, none.PacketsRecovered);
        Assert.True(copies.PacketsRecovered > copies.PacketsLost / 2, figures);
        Assert.True(recovered.SnrDb > concealed.SnrDb + 1 && recovered.LogSpectralDb < concealed.LogSpectralDb, figures);
        Assert.True(concealed.SnrDb > 0, figures);
    }

    [Fact]
    [Trait("Req", "RTP13")]
    public void A_stream_that_stops_fades_to_silence_and_begins_again_without_a_click()
    {
        Assert.SkipUnless(OpusLibrary.IsAvailable, "libopus is not on this machine");
        Line line = new(format: Format);
        line.Run(2);
        line.IsPaused = true;
        IReadOnlyList<FrameKind> kinds = line.Run(30);
        Assert.InRange(kinds.Count(kind => kind == FrameKind.Concealed), 3, 7);
        Assert.All(kinds.Skip(10), kind => Assert.Equal(FrameKind.Silence, kind));
        Assert.All(line.LastFrame, sample => Assert.Equal(0, sample));
        line.IsPaused = false;
        Assert.True(line.Run(2).Count(kind => kind != FrameKind.Voice) <= 1);
    }

    /// <summary>Reads a frame behind the sender. One packet in twenty takes 22 ms more: on a line like this a frame is kept in hand, so that most copies are there in time.</summary>
    private static short[] Hear(byte[][] packets, bool[] lost, out InboundAudioStatistics statistics)
    {
        using InboundAudio inbound = new();
        inbound.Configure(new InboundAudioFormat(Format, StreamPair.Voice, null), new PlayoutChain(Format));
        short[] heard = new short[lost.Length * 320];
        int frames = lost.Length;

        TimeSpan start = TimeSpan.FromHours(1);
        for (int i = 0; i <= frames; i++)
        {
            if (i < frames && !lost[i])
            {
                double late = i % 20 == 0 ? 22 : 0;
                inbound.OnPacket(StreamPair.Packet(i & 0xFFFF, i * 960L, packets[i]), start + TimeSpan.FromMilliseconds((20 * i) - 22 + late));
            }

            if (i > 0)
            {
                inbound.ReadFrame(heard.AsSpan((i - 1) * 320, 320), start + TimeSpan.FromMilliseconds(20 * i));
            }
        }

        statistics = inbound.ReadStatistics();
        return heard;
    }

    private static byte[][] Encode(bool usesFec)
    {
        using IAudioEncoder encoder = AudioCodecs.CreateEncoder(Format, new OpusSettings { UsesInbandFec = usesFec, ExpectedLossPercent = 20 });
        byte[] payload = new byte[1500];
        return [.. Speech.Read(Rate).Chunk(320).Where(frame => frame.Length == 320).Select(frame => payload[..encoder.Encode(frame, payload)])];
    }
}
