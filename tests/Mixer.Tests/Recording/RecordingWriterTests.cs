using System.Collections.Concurrent;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Recording;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Mixer.Tests.Recording;

public sealed class RecordingWriterTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recordings-");
    private readonly BlockingCollection<MediaEvent> _events = [];

    [Fact]
    public void Recordings_side_by_side_are_written_and_stopped_one_by_one()
    {
        using RecordingWriter writer = new(_events.Add);
        RecordingTap[] taps = [.. Enumerable.Range(1, 8).Select(i => writer.Begin(new RecordingId(i), Target($"{i}.wav", 8000)))];
        Assert.Equal(8, writer.Count);
        Assert.Throws<ArgumentException>(() => writer.Begin(new RecordingId(1), Target("again.wav", 8000)));
        Assert.Throws<ArgumentException>(() => writer.Begin(new RecordingId(9), Target("odd.wav", 44100)));
        for (int i = 0; i < taps.Length; i++)
        {
            for (int frame = 0; frame <= i; frame++)
            {
                taps[i].TryWrite(new short[160], frame);
            }

            Assert.True(writer.Stop(taps[i].Id));
            Assert.Equal(new RecordingEnded(taps[i].Id, 0, RecordingFault.None), Next());
            Assert.Equal(160 * (i + 1), WavFile.Read(Path.Combine(_folder.FullName, $"{i + 1}.wav")).Samples.Length);
        }

        Assert.True(SpinWait.SpinUntil(() => writer.Count == 0, Limit));
        Assert.False(writer.Stop(new RecordingId(1)));
    }

    [Fact]
    public void A_disk_that_hangs_holds_up_no_frame_and_the_loss_is_told_while_it_hangs()
    {
        using HangingDisk disk = new(Path.Combine(_folder.FullName, "slow.wav"));
        using RecordingWriter writer = new(_events.Add, _ => disk);
        RecordingTap tap = writer.Begin(new RecordingId(1), Target("slow.wav", 8000));
        Assert.True(disk.Hangs.Wait(Limit, TestContext.Current.CancellationToken));

        // The recording thread is inside the system call from here on.
        int kept = 0;
        for (int i = 0; i < 500; i++)
        {
            kept += tap.TryWrite(new short[160], i) ? 1 : 0;
        }

        Assert.Equal(RecordingTap.Capacity, kept);
        Assert.Equal(new RecordingTrouble(tap.Id, (500 - kept) * 20, RecordingFault.SlowDisk), Next());
        writer.Stop(tap.Id);
        disk.GoOn.Set();
        Assert.Equal(new RecordingEnded(tap.Id, (500 - kept) * 20, RecordingFault.None), Next());
        Assert.Equal(10, WavFile.Read(Path.Combine(_folder.FullName, "slow.wav")).Duration.TotalSeconds);
    }

    [Fact]
    public void The_end_of_the_engine_completes_what_runs()
    {
        RecordingWriter writer = new(_events.Add);
        RecordingTap wav = writer.Begin(new RecordingId(1), Target("end.wav", 16000));
        RecordingTap opus = writer.Begin(new RecordingId(2), Target("end.opus", 16000, RecordingFormat.OggOpus));
        for (int i = 0; i < 100; i++)
        {
            wav.TryWrite(new short[320], i);
            opus.TryWrite(new short[320], i);
        }

        writer.Dispose();
        writer.Dispose();
        Assert.Equal([RecordingFault.None, RecordingFault.None], _events.Cast<RecordingEnded>().Select(ended => ended.Fault));
        Assert.Equal(2, WavFile.Read(Path.Combine(_folder.FullName, "end.wav")).Duration.TotalSeconds);
        Assert.True(wav.IsClosed && opus.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => writer.Begin(new RecordingId(3), Target("late.wav", 8000)));
    }

    [Fact]
    public void What_people_said_is_for_our_own_user_and_group_to_read()
    {
        string path = Path.Combine(_folder.FullName, "private.wav");
        RecordingWriter.CreateOnDisk(path).Dispose();
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        UnixFileMode mode = OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);
        Assert.Equal(UnixFileMode.None, mode & Others);
    }

    [Fact]
    public void A_defect_ends_one_recording_and_leaves_the_others()
    {
        using RecordingWriter writer = new(_events.Add, path =>
            path.Contains("bad", StringComparison.Ordinal) ? throw new InvalidCastException() : RecordingWriter.CreateOnDisk(path));
        RecordingTap good = writer.Begin(new RecordingId(1), Target("good.wav", 8000));
        writer.Begin(new RecordingId(2), Target("bad.wav", 8000));
        Assert.Equal(new RecordingEnded(new RecordingId(2), 0, RecordingFault.Defect), Next());
        good.TryWrite(new short[160], 1);
        writer.Stop(good.Id);
        Assert.Equal(new RecordingEnded(good.Id, 0, RecordingFault.None), Next());
    }

    public void Dispose()
    {
        _events.Dispose();
        _folder.Delete(recursive: true);
    }

    private RecordingTarget Target(string name, int rateHz, RecordingFormat format = RecordingFormat.Wav) =>
        new(Path.Combine(_folder.FullName, name), format, rateHz);

    private MediaEvent Next() => _events.TryTake(out MediaEvent? item, Limit) ? item : throw new TimeoutException("No event came.");

    private sealed class HangingDisk(string path) : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
    {
        public ManualResetEventSlim Hangs { get; } = new();

        public ManualResetEventSlim GoOn { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Hangs.Set();
            GoOn.Wait(Limit);
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            GoOn.Set();
            base.Dispose(disposing);
        }
    }
}
