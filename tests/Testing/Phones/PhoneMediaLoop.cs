using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Phones;

/// <summary>One thread that keeps the media clocks of many phones: each has its own absolute deadlines.</summary>
public sealed partial class PhoneMediaLoop : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<PhoneMedia> _joining = [];
    private readonly PriorityQueue<PhoneMedia, TimeSpan> _due = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _ticks;
    private long _lateTicks;
    private TimeSpan _worst;

    /// <summary>Starts the thread.</summary>
    public PhoneMediaLoop(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Frames served so far.</summary>
    public long Ticks => Volatile.Read(ref _ticks);

    /// <summary>Frames served more than 10 ms late: a measurement with many of them is one of the test machine, not of the bridge.</summary>
    public long LateTicks => Volatile.Read(ref _lateTicks);

    /// <summary>Latest frame so far.</summary>
    public TimeSpan WorstLateness => _worst;

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    internal void Add(PhoneMedia media) => _joining.Enqueue(media);

    private void Run()
    {
        while (!_isStopping)
        {
            TimeSpan now = MonotonicTime.Now;
            while (_joining.TryDequeue(out PhoneMedia? joining))
            {
                _due.Enqueue(joining, joining.FirstDeadline(now));
            }

            while (_due.TryPeek(out PhoneMedia? media, out TimeSpan deadline) && deadline <= now)
            {
                _due.Dequeue();
                Note(now - deadline);
                TimeSpan? next = media.OnDeadline(deadline);
                if (next is { } again)
                {
                    _due.Enqueue(media, again);
                }

                now = MonotonicTime.Now;
            }

            TimeSpan wake = _due.TryPeek(out _, out TimeSpan first) && first < now + LongestSleep ? first : now + LongestSleep;
            SleepUntil(wake);
        }
    }

    private void Note(TimeSpan lateness)
    {
        _ticks++;
        if (lateness > TimeSpan.FromMilliseconds(10))
        {
            _lateTicks++;
        }

        if (lateness > _worst)
        {
            _worst = lateness;
        }
    }

    private static void SleepUntil(TimeSpan deadline)
    {
        // The stopwatch is CLOCK_MONOTONIC, so its reading is a deadline as it stands.
        TimeSpec until = new() { Seconds = deadline.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = deadline.Ticks % TimeSpan.TicksPerSecond * 100 };
        _ = ClockNanosleep(Monotonic, AbsoluteTime, in until, 0);
    }

    private const int Monotonic = 1;
    private const int AbsoluteTime = 1;

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in TimeSpec request, nint remain);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
