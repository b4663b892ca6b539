using System.Collections.Concurrent;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Transport;

/// <summary>Work for the loop thread, and its sleep until there is some or a deadline comes.</summary>
/// <remarks><see cref="Post"/>, <see cref="TryPostBounded"/> and <see cref="Wake"/>: any thread. The rest: the loop only.</remarks>
internal sealed class LoopInbox : IDisposable
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<(Action Run, bool IsBounded, long Stamp)> _work = new();
    private readonly AutoResetEvent _signal = new(initialState: false);
    private readonly ITimer _timer;
    private readonly int _capacity;
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private int _bounded;

    /// <summary>Builds an empty inbox.</summary>
    /// <param name="time">Whose timer ends the sleep.</param>
    /// <param name="capacity">How much bounded work may wait.</param>
    public LoopInbox(TimeProvider time, int capacity)
    {
        _capacity = capacity;
        Delay = new QueueDelay(time);
        _timer = time.CreateTimer(
            static signal => ((AutoResetEvent)signal!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long work waits here. Any thread.</summary>
    public QueueDelay Delay { get; }

    /// <summary>Adds work that must not be lost.</summary>
    public void Post(Action run)
    {
        _work.Enqueue((run, false, Delay.Stamp()));
        Wake();
    }

    /// <summary>Adds work that may be lost under overload. False when too much waits already.</summary>
    public bool TryPostBounded(Action run)
    {
        if (Interlocked.Increment(ref _bounded) > _capacity)
        {
            Interlocked.Decrement(ref _bounded);
            return false;
        }

        _work.Enqueue((run, true, Delay.Stamp()));
        Wake();
        return true;
    }

    /// <summary>Ends the loop's sleep.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Takes the oldest work.</summary>
    public bool TryTake(out Action run)
    {
        if (!_work.TryDequeue(out (Action Run, bool IsBounded, long Stamp) item))
        {
            Delay.OnEmpty();
            run = null!;
            return false;
        }

        if (item.IsBounded)
        {
            Interlocked.Decrement(ref _bounded);
        }

        Delay.OnTaken(item.Stamp);
        run = item.Run;
        return true;
    }

    /// <summary>Sleeps until there is work or the deadline comes. Returns early at will.</summary>
    public void Sleep(TimeSpan now, TimeSpan deadline)
    {
        if (deadline <= now || !_work.IsEmpty)
        {
            return;
        }

        Delay.OnEmpty();
        if (deadline != _armedFor)
        {
            _armedFor = deadline;

            // Timers count whole milliseconds: rounded up, so that the loop does not wake just before the deadline and spin.
            TimeSpan wait = deadline == TimeSpan.MaxValue ? LongestSleep : deadline - now;
            wait = wait < LongestSleep ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : LongestSleep;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        _signal.WaitOne();
        _armedFor = TimeSpan.MinValue;
    }

    /// <inheritdoc/>
    /// <remarks>The signal is left to the collector: sockets that close may still report, and commands may still come.</remarks>
    public void Dispose() => _timer.Dispose();
}
