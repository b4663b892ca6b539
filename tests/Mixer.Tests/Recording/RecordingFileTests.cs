using PhoneBridge.Mixer.Io;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Mixer.Tests.Recording;

public sealed class RecordingFileTests
{
    private static readonly double[] Tones = [500, 900, 1300, 1700];

    [Theory]
    [InlineData(RecordingFormat.Wav, 8000)]
    [InlineData(RecordingFormat.Wav, 48000)]
    [InlineData(RecordingFormat.OggOpus, 8000)]
    [InlineData(RecordingFormat.OggOpus, 16000)]
    public async Task Time_stays_true_over_silence_skipped_ticks_and_a_disk_that_hangs(RecordingFormat format, int rateHz)
    {
        using RecordingRig rig = new(format, rateHz);
        rig.Say(Tones[0], 2);               // 0 to 2 s
        rig.Hush(1.5);
        rig.Say(Tones[1], 1.5);             // 3.5 to 5 s
        rig.Skip(0.5);
        rig.Say(Tones[2], 0.5);             // 5.5 to 6 s
        rig.Turns = false;
        rig.Say(Tones[2], 5);               // to 11 s, of which all but 2.56 s is lost
        rig.Turns = true;
        rig.Say(Tones[3], 1);               // 11 to 12 s
        rig.Stop();

        long lost = (5000 - 2560) / 20 * 20;
        RecordingTrouble trouble = Assert.IsType<RecordingTrouble>(rig.Events[0]);
        Assert.Equal((RecordingFault.SlowDisk, new RecordingId(42)), (trouble.Fault, trouble.Recording));
        Assert.InRange(trouble.LostMs, lost, lost + 100);
        Assert.Equal(RecordingFault.None, rig.Ended.Fault);
        Assert.InRange(rig.Ended.LostMs, lost, lost + 100);        // the tone after it lost what came before the next turn
        Assert.Equal(2, rig.Events.Count);

        Pcm heard = await rig.ReadAsync();
        Assert.Equal(12, heard.Duration.TotalSeconds, 0.0001);
        ToneTimeline timeline = ToneTimeline.Measure(heard, Tones);
        (double From, double To)[] expected = [(0, 2), (3.5, 5), (5.5, 8.56), (11, 12)];
        for (int i = 0; i < Tones.Length; i++)
        {
            TimeRange range = Assert.Single(timeline.Heard(Tones[i], -25));
            Assert.InRange(range.From.TotalSeconds, expected[i].From - 0.021, expected[i].From + (i == 3 ? 0.121 : 0.021));
            Assert.InRange(range.To.TotalSeconds, expected[i].To - 0.061, expected[i].To + 0.021);
        }
    }

    [Theory]
    [InlineData(RecordingFormat.Wav)]
    [InlineData(RecordingFormat.OggOpus)]
    public async Task A_disk_that_was_full_for_a_while_costs_what_did_not_fit_and_nothing_else(RecordingFormat format)
    {
        FullDisk? disk = null;
        using RecordingRig rig = new(format, create: path => disk = new FullDisk(path));
        rig.Say(Tones[0], 2);
        disk!.IsFull = true;
        rig.Say(Tones[1], 20);
        Assert.InRange(disk.Refusals, 15, 25);
        Assert.Equal(new RecordingTrouble(new RecordingId(42), 0, RecordingFault.DiskFull), Assert.Single(rig.Events));
        disk.IsFull = false;
        rig.Say(Tones[2], 3);
        rig.Stop();

        Assert.Equal(RecordingFault.None, rig.Ended.Fault);
        Assert.InRange(rig.Ended.LostMs, 20_000 - 3500, 20_000 - 2000);
        Assert.Equal(2, rig.Events.Count);
        Pcm heard = await rig.ReadAsync();
        Assert.Equal(25, heard.Duration.TotalSeconds, 0.0001);
        ToneTimeline timeline = ToneTimeline.Measure(heard, Tones);
        double kept = timeline.Heard(Tones[1], -25).Sum(range => range.Length.TotalSeconds);
        Assert.Equal(20 - (rig.Ended.LostMs / 1000.0), kept, 1.05);      // what was lost of the third tone is in the sum as well
        Assert.Equal(25, Assert.Single(timeline.Heard(Tones[2], -25)).To.TotalSeconds, 0.021);
        if (format == RecordingFormat.OggOpus)
        {
            string[] found = await OpusTools.InspectAsync(await File.ReadAllBytesAsync(rig.Path, TestContext.Current.CancellationToken));
            Assert.DoesNotContain(found, line => line.Contains("WARNING", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_disk_that_stays_full_ends_the_recording_after_five_minutes_with_what_it_holds()
    {
        FullDisk? disk = null;
        using RecordingRig rig = new(create: path => disk = new FullDisk(path));
        rig.Say(Tones[0], 3);
        disk!.IsFull = true;
        rig.Say(Tones[1], 299);
        Assert.False(rig.File.HasEnded);
        rig.Say(Tones[1], 4);
        Assert.True(rig.File.HasEnded);
        Assert.True(rig.Tap.IsClosed);
        Assert.Equal(RecordingFault.DiskFull, rig.Ended.Fault);
        Assert.InRange(rig.Ended.LostMs, 299_500, 303_500);
        Assert.Equal(2, rig.Events.Count);
        Assert.InRange((await rig.ReadAsync()).Duration.TotalSeconds, 2.5, 3);
        Assert.False(rig.Tap.TryWrite(new short[160], 1L << 40));
    }

    [Fact]
    public void The_kernels_own_full_disk_is_one()
    {
        using RecordingRig rig = new(create: _ => new FileStream("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0));
        rig.Say(Tones[0], 4);
        Assert.Equal(new RecordingTrouble(new RecordingId(42), 0, RecordingFault.DiskFull), Assert.Single(rig.Events));
        rig.File.EndNow(rig.Now);
        Assert.Equal(RecordingFault.DiskFull, rig.Ended.Fault);
        Assert.Equal(4000, rig.Ended.LostMs);
    }

    [Theory]
    [InlineData(RecordingFormat.Wav)]
    [InlineData(RecordingFormat.OggOpus)]
    public async Task Copied_at_any_moment_the_file_plays_and_misses_less_than_a_second(RecordingFormat format)
    {
        using RecordingRig rig = new(format, 16000);
        Random random = new(11);
        List<(double Seconds, byte[] File)> copies = [];
        double seconds = 0;
        rig.OnFrame = () =>
        {
            seconds += 0.02;
            if (seconds > 0.2 && random.Next(40) == 0)
            {
                using FileStream file = new(rig.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                byte[] copy = new byte[file.Length];
                file.ReadExactly(copy);
                copies.Add((seconds, copy));
            }
        };
        rig.Say(Tones[0], 12);
        Assert.True(copies.Count > 8);
        foreach ((double at, byte[] copy) in copies.Where(copy => copy.Seconds > 1).Take(12))
        {
            string path = rig.Path + ".copy";
            await File.WriteAllBytesAsync(path, copy, TestContext.Current.CancellationToken);
            Pcm heard = format == RecordingFormat.Wav ? WavFile.Read(path) : await OpusTools.DecodeAsync(copy);
            Assert.InRange(heard.Duration.TotalSeconds, at - 1, at);
            Assert.InRange(Goertzel.LevelDbov(heard.Samples.AsSpan(heard.SampleRateHz / 10), Tones[0], heard.SampleRateHz), -16, -12);
        }
    }

    [Fact]
    public async Task A_full_wav_file_goes_on_in_the_next_one_without_a_gap()
    {
        using RecordingRig rig = new(maxWavSamples: 8000 * 5);
        rig.Say(Tones[0], 12);
        rig.Stop();
        Assert.Equal(new RecordingEnded(new RecordingId(42), 0, RecordingFault.None), rig.Ended);
        Pcm first = await rig.ReadAsync();
        Pcm second = WavFile.Read(rig.Path.Replace(".wav", "-2.wav", StringComparison.Ordinal));
        Pcm third = WavFile.Read(rig.Path.Replace(".wav", "-3.wav", StringComparison.Ordinal));
        Assert.Equal([5.0, 5, 2], new[] { first, second, third }.Select(part => part.Duration.TotalSeconds));
        Assert.Equal(Tones[0], Peak(Signals.Join(first, second, third).Slice(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public void A_file_that_is_there_already_is_left_as_it_is()
    {
        using RecordingRig rig = new();
        File.WriteAllText(rig.Path, "an older recording");
        rig.Say(Tones[0], 0.5);
        Assert.Equal(RecordingFault.CannotCreate, rig.Ended.Fault);
        Assert.Equal("an older recording", File.ReadAllText(rig.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_ends_the_recording_at_once()
    {
        using RecordingRig rig = new(create: path => RecordingWriter.CreateOnDisk(Path.Combine(Path.GetDirectoryName(path)!, "none", "x.wav")));
        rig.Say(Tones[0], 0.5);
        Assert.Equal(RecordingFault.CannotCreate, rig.Ended.Fault);
        Assert.IsType<RecordingTrouble>(rig.Events[0]);
    }

    [Fact]
    public void A_file_that_is_taken_away_is_told_and_one_that_is_renamed_goes_on()
    {
        using RecordingRig rig = new();
        rig.Say(Tones[0], 3);
        File.Move(rig.Path, rig.Path + ".moved");
        rig.Say(Tones[0], 5);
        Assert.Empty(rig.Events);
        File.Delete(rig.Path + ".moved");
        rig.Say(Tones[0], 3);
        Assert.Equal(RecordingFault.FileRemoved, Assert.IsType<RecordingTrouble>(rig.Events[0]).Fault);
        Assert.Equal(RecordingFault.FileRemoved, rig.Ended.Fault);
        Assert.InRange(rig.Ended.LostMs, 8000, 11_000);
    }

    [Fact]
    public void Sound_of_another_rate_is_told()
    {
        using RecordingRig rig = new();
        rig.Tap.TryWrite(new short[320], 6999);
        rig.Say(Tones[0], 1);
        rig.Stop();
        Assert.Equal([new RecordingTrouble(new RecordingId(42), 0, RecordingFault.WrongRate), new RecordingEnded(new RecordingId(42), 20, RecordingFault.None)], rig.Events);
    }

    [Fact]
    public async Task A_recording_of_an_hour_in_which_nobody_spoke_is_an_hour_long()
    {
        using RecordingRig rig = new(RecordingFormat.OggOpus);
        rig.Say(Tones[0], 1);
        rig.Turns = false;
        rig.Skip(3600);
        rig.Turns = true;
        rig.Say(Tones[1], 1);
        rig.Stop();
        byte[] file = await File.ReadAllBytesAsync(rig.Path, TestContext.Current.CancellationToken);
        Assert.Contains(await OpusTools.InspectAsync(file), line => line.Contains("Playback length: 60m:02.000s", StringComparison.Ordinal));
        Assert.InRange(file.Length, 500_000, 1_200_000);
        Assert.Equal(0, rig.Ended.LostMs);
    }

    [Fact]
    public void A_recording_that_is_stopped_before_anything_was_said_is_an_empty_file()
    {
        using RecordingRig rig = new();
        rig.Stop();
        Assert.Equal(new RecordingEnded(new RecordingId(42), 0, RecordingFault.None), Assert.Single(rig.Events));
        Assert.Empty(WavFile.Read(rig.Path).Samples);
    }

    private static double Peak(Pcm pcm) => Tones.MaxBy(tone => Goertzel.LevelDbov(pcm.Samples, tone, pcm.SampleRateHz));
}
