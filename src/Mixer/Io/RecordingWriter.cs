using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Io;

/// <summary>
/// Writes all recordings of the engine on one thread, which is no media thread: it may wait for a disk as long as it likes. Costs
/// nothing until the first recording.
/// </summary>
/// <remarks>
/// Any thread may call. While it waits for a slow disk all recordings wait with it; each has 2.56 s until it loses sound, and a timer
/// tells that this happens.
/// </remarks>
internal sealed class RecordingWriter : IDisposable
{
    private const int TurnMs = 100;
    private const int WatchMs = 500;

    // A disk that never answers may not hold up the end of the process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Action<MediaEvent> _tell;
    private readonly Func<string, Stream> _create;
    private readonly Lock _lock = new();
    private readonly List<RecordingFile> _files = [];
    private readonly Dictionary<RecordingId, RecordingTap> _taps = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Timer _watch;
    private Thread? _thread;
    private bool _stopping;

    /// <summary>Makes a writer; its thread starts with the first recording.</summary>
    /// <param name="tell">Hears of trouble and of ends, on the recording thread or a pool thread; must return at once.</param>
    /// <param name="create">Makes a new file for writing; null: on the disk, and it fails when there is one.</param>
    public RecordingWriter(Action<MediaEvent> tell, Func<string, Stream>? create = null)
    {
        _tell = tell;
        _create = create ?? CreateOnDisk;
        _watch = new Timer(_ => Watch());
    }

    /// <summary>Recordings that run.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _files.Count;
            }
        }
    }

    /// <summary>Begins a recording. The file is made by the recording thread; that it could not is told as its end.</summary>
    /// <param name="id">A name that no running recording has.</param>
    /// <param name="target">Where to.</param>
    /// <returns>Where the frames go.</returns>
    /// <exception cref="ArgumentException">The name is taken, there is no path, or the rate is none of 8000, 16000 and 48000 Hz.</exception>
    public RecordingTap Begin(RecordingId id, RecordingTarget target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target.Path);
        if (target.SampleRateHz is not (8000 or 16000 or 48000))
        {
            throw new ArgumentException($"Cannot record at {target.SampleRateHz} Hz.", nameof(target));
        }

        RecordingTap tap = new(id, target.SampleRateHz);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _taps.Add(id, tap);
            _files.Add(new RecordingFile(tap, target, _create, _tell));
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "recording" };
                _thread.Start();
            }

            _watch.Change(WatchMs, WatchMs);
        }

        _wake.Set();
        return tap;
    }

    /// <summary>Ends a recording here; its end is told when the file is complete.</summary>
    /// <returns>False: there is none of that name any more.</returns>
    public bool Stop(RecordingId id)
    {
        lock (_lock)
        {
            if (!_taps.TryGetValue(id, out RecordingTap? tap))
            {
                return false;
            }

            tap.Stop();
        }

        _wake.Set();
        return true;
    }

    /// <summary>Completes all files and stops; call it when no loop runs any more. Does not wait for ever for a disk.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            Volatile.Write(ref _stopping, true);
        }

        _watch.Dispose();
        _wake.Set();
        if (_thread is null || _thread.Join(Patience))
        {
            _wake.Dispose();
        }
    }

    /// <summary>Makes a new file, which holds what people said: it is for our own user and group, whatever the process' mask allows.</summary>
    internal static FileStream CreateOnDisk(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,         // a block is written whole; nothing may wait in a buffer when the process dies
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        }

        return new FileStream(path, options);
    }

    private void Run()
    {
        bool isLast;
        do
        {
            isLast = Volatile.Read(ref _stopping);
            RecordingFile[] files = Files();
            bool hasMore = false;
            foreach (RecordingFile file in files)
            {
                hasMore |= TurnGuarded(file, isLast);
            }

            Forget(files);
            if (!isLast && !hasMore)
            {
                _wake.WaitOne(files.Length == 0 ? Timeout.Infinite : TurnMs);
            }
        }
        while (!isLast);
    }

    // An exception that left this thread would end the process, and with it every call: it ends this recording only.
    private static bool TurnGuarded(RecordingFile file, bool isLast)
    {
        try
        {
            if (isLast)
            {
                file.EndNow(MediaThread.Now);
            }

            return file.Turn(MediaThread.Now);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            file.Abort();
            return false;
        }
    }

    private void Watch()
    {
        foreach (RecordingFile file in Files())
        {
            file.Watch();
        }
    }

    private RecordingFile[] Files()
    {
        lock (_lock)
        {
            return [.. _files];
        }
    }

    private void Forget(RecordingFile[] files)
    {
        foreach (RecordingFile file in files)
        {
            if (file.HasEnded)
            {
                lock (_lock)
                {
                    _files.Remove(file);
                    _taps.Remove(file.Id);
                    if (_files.Count == 0 && !_stopping)
                    {
                        _watch.Change(Timeout.Infinite, Timeout.Infinite);
                    }
                }
            }
        }
    }
}
