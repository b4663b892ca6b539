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

    // Slots that a packet may be under way; a power of two.
    private const int LongestDelay = 1024;

    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(2 * PeriodMs);

    private readonly ConcurrentQueue<(LoadPhone Phone, int Slot)> _joining = [];
    private readonly List<LoadPhone>[] _slots = [.. Enumerable.Range(0, PeriodMs).Select(_ => new List<LoadPhone>())];
    private readonly Thread _thread;
    private readonly List<LoadPhone>[] _leaving = [.. Enumerable.Range(0, LongestDelay).Select(_ => new List<LoadPhone>())];
    private long _leavingAt;
    private volatile bool _isStopping, _isMeasuring;

    /// <summary>Starts the thread.</summary>
    public LoadLoop(int number)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"phones {number}" };
        _thread.Start();
    }

    /// <summary>Whether what is received counts.</summary>
    public bool IsMeasuring => _isMeasuring;

    /// <summary>Marker really sent until heard, over all phones of this loop; this and what follows are to be read when the measurement is over.</summary>
    public Distribution Latency { get; private set; } = new();

    /// <summary>The same, from when the packet would have been sent without jitter.</summary>
    public Distribution LatencyFromDue { get; private set; } = new();

    /// <summary>What the jitter really delayed the packets by while measuring.</summary>
    public TimeHistogram Delays { get; private set; } = new();

    /// <summary>Packets that were thrown away on purpose while measuring.</summary>
    public long LostOnPurpose { get; set; }

    /// <summary>Slot of the turn that is being done [ms].</summary>
    public long Now { get; private set; }

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

    /// <summary>Begins to measure, from nothing; only while nothing has been measured for some turns.</summary>
    public void BeginMeasuring()
    {
        (Latency, LatencyFromDue, Delays) = (new Distribution(), new Distribution(), new TimeHistogram());
        (LostOnPurpose, LateSlots, Skipped, WorstLateness) = (0, 0, 0, TimeSpan.Zero);
        _isMeasuring = true;
    }

    /// <summary>Ends it; what was measured is complete some turns later.</summary>
    public void EndMeasuring() => _isMeasuring = false;

    /// <summary>Has a phone send its oldest delayed packet at a slot after this one. From a phone's turn.</summary>
    public void SendAt(long slot, LoadPhone phone) =>
        _leaving[Math.Clamp(slot, _leavingAt, _leavingAt + LongestDelay - 1) % LongestDelay].Add(phone);

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
        _leavingAt = slot + 1;
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

            Now = slot;
            SendDelayed(slot);
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

    private void SendDelayed(long slot)
    {
        for (; _leavingAt <= slot; _leavingAt++)
        {
            List<LoadPhone> phones = _leaving[_leavingAt % LongestDelay];
            for (int i = 0; i < phones.Count; i++)
            {
                phones[i].SendDelayed(this);
            }

            phones.Clear();
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
