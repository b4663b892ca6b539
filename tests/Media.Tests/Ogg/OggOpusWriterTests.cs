using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Ogg;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Media.Tests.Ogg;

public sealed class OggOpusWriterTests
{
    [Theory]
    [InlineData(8000, 1000)]
    [InlineData(16000, 6000)]
    [InlineData(48000, 11000)]
    public async Task A_reader_of_other_people_hears_the_tones_at_their_time_and_finds_no_fault(int rateHz, double toneHz)
    {
        // Silence to 1 s, the tone to 2.5 s, silence to 3 s.
        Pcm sound = Signals.Join(
            Signals.Silence(TimeSpan.FromSeconds(1), rateHz),
            Signals.Tone(toneHz, TimeSpan.FromSeconds(1.5), sampleRateHz: rateHz),
            Signals.Silence(TimeSpan.FromSeconds(0.5), rateHz));
        byte[] file = Write(sound);

        string[] found = await OpusTools.InspectAsync(file);
        Assert.DoesNotContain(found, line => line.Contains("WARNING", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(found, line => line.Contains($"Original sample rate: {rateHz} Hz", StringComparison.Ordinal));
        Assert.Contains(found, line => line.Contains("Playback length: 0m:03.000s", StringComparison.Ordinal));

        Pcm heard = await OpusTools.DecodeAsync(file);
        Assert.Equal(3 * 48000, heard.Samples.Length);
        TimeRange range = Assert.Single(ToneTimeline.Measure(heard, [toneHz], TimeSpan.FromMilliseconds(5)).Heard(toneHz, -20, TimeSpan.FromMilliseconds(20)));
        Assert.InRange(range.From.TotalSeconds, 0.994, 1.006);
        Assert.InRange(range.To.TotalSeconds, 2.494, 2.506);
    }

    [Fact]
    public void Pages_are_half_a_second_long_and_count_samples_at_48_kHz()
    {
        List<OggPageRead> pages = OggPages.Read(Write(Signals.Tone(440, TimeSpan.FromSeconds(2.1), sampleRateHz: 16000)));
        Assert.All(pages, page => Assert.True(page.IsIntact));
        Assert.Equal(Enumerable.Range(0, pages.Count).Select(i => (uint)i), pages.Select(page => page.Sequence));
        Assert.Equal([2, 0, 0, 0, 0, 0, 4], pages.Select(page => (int)page.Flags));
        Assert.Equal([0L, 0, 24000, 48000, 72000, 96000, 312 + 100800], pages.Select(page => page.GranulePosition));
        Assert.Equal([1, 1, 25, 25, 25, 25, 6], pages.Select(page => page.Packets.Length));
        byte[] head = Assert.Single(pages[0].Packets);
        Assert.Equal([.. "OpusHead"u8, 1, 1, 0x38, 1, 0x80, 0x3E, 0, 0, 0, 0, 0], head);
    }

    [Fact]
    public async Task Silence_for_what_was_lost_is_silent_and_keeps_the_time_of_what_follows()
    {
        const int Rate = 16000;
        using OggOpusWriter writer = Open(Rate);
        Pcm tone = Signals.Tone(1000, TimeSpan.FromSeconds(1), sampleRateHz: Rate);
        List<byte> file = [];
        Append(writer, tone, file);
        for (int i = 0; i < 200; i++)       // 4 s
        {
            Drain(writer, file);
            writer.AppendSilence();
        }

        Append(writer, Signals.Tone(2000, TimeSpan.FromSeconds(1), sampleRateHz: Rate), file);
        Finish(writer, file);

        Assert.DoesNotContain(await OpusTools.InspectAsync([.. file]), line => line.Contains("WARNING", StringComparison.OrdinalIgnoreCase));
        Pcm heard = await OpusTools.DecodeAsync([.. file]);
        Assert.Equal(6 * 48000, heard.Samples.Length);
        Assert.InRange(Goertzel.RmsDbov(heard.Slice(TimeSpan.FromSeconds(1.1), TimeSpan.FromSeconds(3.85)).Samples), -96, -80);
        ToneTimeline timeline = ToneTimeline.Measure(heard, [1000, 2000]);
        TimeRange before = Assert.Single(timeline.Heard(1000, -20)), after = Assert.Single(timeline.Heard(2000, -20));
        Assert.InRange(before.To.TotalSeconds, 0.98, 1.02);
        Assert.InRange(after.From.TotalSeconds, 4.98, 5.02);
        Assert.Equal(6, after.To.TotalSeconds, 0.021);
    }

    [Fact]
    public async Task Cut_off_anywhere_the_file_plays_up_to_the_last_whole_page()
    {
        byte[] file = Write(Signals.Tone(700, TimeSpan.FromSeconds(3), sampleRateHz: 8000));
        List<OggPageRead> pages = OggPages.Read(file);
        Random random = new(3);
        for (int i = 0; i < 12; i++)
        {
            int cut = i == 0 ? pages[3].End : random.Next(pages[2].End, file.Length);
            double whole = OggPages.Read(file.AsSpan(0, cut)).Max(page => page.GranulePosition - OggOpusWriter.EncoderDelay) / 48000.0;
            Pcm heard = await OpusTools.DecodeAsync(file[..cut]);
            Assert.InRange(heard.Duration.TotalSeconds, whole - 0.001, whole + 0.001);
            Assert.InRange(Goertzel.LevelDbov(heard.Samples.AsSpan(4800), 700, 48000), -16, -12);
        }
    }

    [Fact]
    public async Task A_file_without_a_frame_is_a_file()
    {
        using OggOpusWriter writer = Open(8000);
        List<byte> file = [];
        Finish(writer, file);
        Assert.DoesNotContain(await OpusTools.InspectAsync([.. file]), line => line.Contains("WARNING", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_same_block_stands_until_it_is_written_and_nothing_is_added_meanwhile()
    {
        using OggOpusWriter writer = Open(8000);
        byte[] block = writer.Block.ToArray();
        Assert.Throws<InvalidOperationException>(() => writer.Append(new short[160]));
        Assert.Throws<InvalidOperationException>(writer.AppendSilence);
        Assert.Throws<InvalidOperationException>(writer.Finish);
        Assert.Equal(block, writer.Block.ToArray());
        writer.BlockWritten();
        Assert.True(writer.Block.IsEmpty);
        Assert.Throws<ArgumentException>(() => writer.Append(new short[161]));
        writer.Append(new short[160]);
        writer.Finish();
        Assert.False(writer.Block.IsEmpty);
        writer.BlockWritten();
        Assert.Throws<InvalidOperationException>(() => writer.Append(new short[160]));
    }

    private static OggOpusWriter Open(int rateHz) =>
        new(AudioCodecs.CreateEncoder(AudioFormat.Opus(rateHz), new OpusSettings { UsesInbandFec = false }), rateHz, serial: 4711);

    private static byte[] Write(Pcm sound)
    {
        using OggOpusWriter writer = Open(sound.SampleRateHz);
        List<byte> file = [];
        Append(writer, sound, file);
        Finish(writer, file);
        return [.. file];
    }

    private static void Append(OggOpusWriter writer, Pcm sound, List<byte> file)
    {
        int length = sound.SampleRateHz / 50;
        for (int at = 0; at + length <= sound.Samples.Length; at += length)
        {
            Drain(writer, file);
            writer.Append(sound.Samples.AsSpan(at, length));
        }
    }

    private static void Finish(OggOpusWriter writer, List<byte> file)
    {
        Drain(writer, file);
        writer.Finish();
        Drain(writer, file);
    }

    private static void Drain(OggOpusWriter writer, List<byte> file)
    {
        if (!writer.Block.IsEmpty)
        {
            file.AddRange(writer.Block);
            writer.BlockWritten();
        }
    }
}
