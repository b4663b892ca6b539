using System.Collections.Concurrent;
using PhoneBridge.Benchmarks.Measuring;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>The media clock of many phones: one thread, absolute deadlines every millisecond, each phone at its own place in the 20.</summary>
internal sealed class LoadLoop : IDisposable
{
    /// <summary>Packet time of all phones [ms].</summary>
    public const int PeriodMs = 20;

    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(2 * PeriodMs);

    private readonly ConcurrentQueue<(LoadPhone Phone, int Slot)> _joining = [];
    private readonly List<LoadPhone>[] _slots = [.. Enumerable.Range(0, PeriodMs).Select(_ => new List<LoadPhone>())];
    private readonly Thread _thread;
    private volatile bool _isStopping, _isMeasuring;

    /// <summary>Starts the thread.</summary>
    public LoadLoop(int number)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"phones {number}" };
        _thread.Start();
    }

    /// <summary>Whether what is received counts.</summary>
    public bool IsMeasuring
    {
        get => _isMeasuring;
        set => _isMeasuring = value;
    }

    /// <summary>Marker sent until heard, over all phones of this loop; to be read when the measurement is over.</summary>
    public Distribution Latency { get; } = new();

    /// <summary>Slots that began more than 10 ms late while measuring: such a run says little of the bridge.</summary>
    public long LateSlots { get; private set; }

    /// <summary>Periods left out while measuring, because this thread did not get the processor: no phone sent in them.</summary>
    public long Skipped { get; private set; }

    /// <summary>Latest slot while measuring.</summary>
    public TimeSpan WorstLateness { get; private set; }

    /// <summary>Room for a datagram.</summary>
    public byte[] Buffer { get; } = new byte[2048];

    /// <summary>Takes a phone.</summary>
    /// <param name="phone">Connected.</param>
    /// <param name="slot">Its place in the period [ms].</param>
    public void Add(LoadPhone phone, int slot) => _joining.Enqueue((phone, slot % PeriodMs));

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
    }

    private void Run()
    {
        _ = Libc.Prctl(Libc.SetTimerSlack, 1, 0, 0, 0);
        long slot = MonotonicTime.Now.Ticks / Slot.Ticks;
        while (!_isStopping)
        {
            slot++;
            TimeSpan deadline = slot * Slot;
            SleepUntil(deadline);
            TimeSpan lateness = MonotonicTime.Now - deadline;
            long skipped = lateness > TooLate ? lateness.Ticks / Slot.Ticks / PeriodMs : 0;
            slot += skipped * PeriodMs;
            Note(lateness, skipped);
            while (_joining.TryDequeue(out (LoadPhone Phone, int Slot) joining))
            {
                _slots[joining.Slot].Add(joining.Phone);
            }

            List<LoadPhone> phones = _slots[slot % PeriodMs];
            for (int i = phones.Count - 1; i >= 0; i--)
            {
                if (!phones[i].Turn(slot / PeriodMs, this))
                {
                    phones.RemoveAt(i);
                }
            }
        }
    }

    private void Note(TimeSpan lateness, long skipped)
    {
        if (_isMeasuring)
        {
            Skipped += skipped;
            LateSlots += lateness > Late ? 1 : 0;
            WorstLateness = lateness > WorstLateness ? lateness : WorstLateness;
        }
    }

    private static void SleepUntil(TimeSpan deadline)
    {
        Libc.TimeSpec until = new()
        {
            Seconds = deadline.Ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = deadline.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        while (Libc.ClockNanosleep(Libc.ClockMonotonic, Libc.TimerAbsolute, in until, 0) == Libc.Interrupted)
        {
        }
    }
}
