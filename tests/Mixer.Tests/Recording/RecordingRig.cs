using PhoneBridge.Media.Tones;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Recording;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Mixer.Tests.Recording;

/// <summary>One recording on virtual time: a frame each 20 ms, a turn of the writer each 100 ms, files in a folder of its own.</summary>
internal sealed class RecordingRig : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recording-");
    private readonly short[] _frame;
    private long _number = 7000;

    public RecordingRig(
        RecordingFormat format = RecordingFormat.Wav, int rateHz = 8000, Func<string, Stream>? create = null, long maxWavSamples = 1L << 30)
    {
        RateHz = rateHz;
        Path = System.IO.Path.Combine(_folder.FullName, format == RecordingFormat.Wav ? "room.wav" : "room.opus");
        Tap = new RecordingTap(new RecordingId(42), rateHz);
        File = new RecordingFile(Tap, new RecordingTarget(Path, format, rateHz), create ?? RecordingWriter.CreateOnDisk, Events.Add, maxWavSamples);
        _frame = new short[rateHz / 50];
    }

    public int RateHz { get; }

    public string Path { get; }

    public RecordingTap Tap { get; }

    public RecordingFile File { get; }

    public List<MediaEvent> Events { get; } = [];

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(2);

    /// <summary>The writer has its turns; off: it hangs in a system call.</summary>
    public bool Turns { get; set; } = true;

    /// <summary>Called after each frame.</summary>
    public Action? OnFrame { get; set; }

    public RecordingEnded Ended => Assert.IsType<RecordingEnded>(Events[^1]);

    /// <summary>Says a tone.</summary>
    public void Say(double toneHz, double seconds)
    {
        ToneGenerator tone = new(toneHz, -17, RateHz);
        Pass(seconds, () =>
        {
            tone.Write(_frame);
            Tap.TryWrite(_frame, _number);
        });
    }

    /// <summary>Nobody is heard.</summary>
    public void Hush(double seconds) => Pass(seconds, () => Tap.WriteSilence(_number));

    /// <summary>Nothing is offered at all, as when a loop skips periods.</summary>
    public void Skip(double seconds) => Pass(seconds, () => { });

    /// <summary>Ends it and lets the writer complete the file.</summary>
    public void Stop()
    {
        Tap.Stop();
        Now += TimeSpan.FromSeconds(2);
        while (File.Turn(Now))
        {
        }
    }

    public async Task<Pcm> ReadAsync() => Path.EndsWith(".wav", StringComparison.Ordinal)
        ? WavFile.Read(Path)
        : await OpusTools.DecodeAsync(await System.IO.File.ReadAllBytesAsync(Path));

    public void Dispose() => _folder.Delete(recursive: true);

    private void Pass(double seconds, Action offer)
    {
        for (int i = 0; i < (int)Math.Round(seconds * 50); i++)
        {
            offer();
            _number++;
            Now += TimeSpan.FromMilliseconds(20);
            if (Turns && _number % 5 == 0)
            {
                while (File.Turn(Now))
                {
                }
            }

            OnFrame?.Invoke();
        }
    }
}

/// <summary>A file on a disk that may be full, after some bytes of what is to be written.</summary>
internal sealed class FullDisk(string path) : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
{
    private const int NoSpace = 28;

    public bool IsFull { get; set; }

    public int Refusals { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsFull)
        {
            Refusals++;
            base.Write(buffer[..(buffer.Length / 3)]);          // as the kernel does when the last block is used up
            throw new IOException("No space left on device", NoSpace);
        }

        base.Write(buffer);
    }
}
