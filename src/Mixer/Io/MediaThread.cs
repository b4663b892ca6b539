using System.Diagnostics;
using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Io;

/// <summary>
/// The thread of one media loop: sleeps to absolute deadlines on the monotonic clock, obeys messages, runs slots. Without legs it
/// sleeps until a message comes.
/// </summary>
internal sealed class MediaThread : IDisposable
{
    private readonly LoopCore _core;
    private readonly LoopInbox _inbox;
    private readonly TickSchedule _schedule;
    private readonly int? _realTimePriority;
    private readonly Thread _thread;
    private bool _stopping;

    /// <summary>Makes a thread that does not run yet.</summary>
    /// <param name="core">What it runs.</param>
    /// <param name="inbox">Where its messages come in.</param>
    /// <param name="schedule">The timetable, common to all loops.</param>
    /// <param name="index">Number of the loop, for the thread's name.</param>
    /// <param name="realTimePriority">Priority under SCHED_FIFO to ask for, or null.</param>
    public MediaThread(LoopCore core, LoopInbox inbox, TickSchedule schedule, int index, int? realTimePriority)
    {
        _core = core;
        _inbox = inbox;
        _schedule = schedule;
        _realTimePriority = realTimePriority;
        _thread = new Thread(Run) { IsBackground = true, Name = $"media {index}" };
    }

    /// <summary>The monotonic clock of the media path.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Stops the thread and waits for its end; what it owns is left as it is.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _inbox.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        Prepare();
        long slot = 0;
        while (!Volatile.Read(ref _stopping))
        {
            if (_core.Legs == 0)
            {
                _inbox.Sleep(ref _stopping);
                slot = _schedule.NextSlotAt(Now);
            }
            else
            {
                SleepUntil(_schedule.DeadlineOf(slot));
                TimeSpan now = Now;
                long skipped = _schedule.PeriodsToSkip(slot, now);
                _core.Counters.CountWakeUp(now - _schedule.DeadlineOf(slot), skipped);
                slot += skipped * TickSchedule.SlotsPerPeriod;
            }

            TurnGuarded(slot, new TickTime(_schedule.DeadlineOf(slot), Now));
            _core.Counters.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
            slot++;
        }
    }

    // An exception that left this thread would end the process, and with it every call. It is a defect of ours: counted, kept for
    // the log, and the loop goes on with the next slot.
    private void TurnGuarded(long slot, TickTime time)
    {
        try
        {
            ArrivalTime.ReadClocks();
            _core.ObeyMessages(slot, time);
            _core.RunSlot(slot, time);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _core.Counters.Faults++;
            Volatile.Write(ref _core.Counters.LastFault, fault);
        }
    }

    private void Prepare()
    {
        // The kernel may delay a wake-up by the thread's timer slack, 50 µs by default; 1 ns is the least it takes.
        _ = Libc.Prctl(Libc.SetTimerSlack, 1, 0, 0, 0);
        if (_realTimePriority is { } priority && Libc.SetScheduler(0, Libc.SchedulerFifo, in priority) != 0)
        {
            _core.Counters.RealTimeRefused = 1;
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
