using System.Collections.Concurrent;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Bridge.Calls;

/// <summary>
/// The one thread that owns every call session and every live meeting of this node: an actor. Signalling, media, timers and
/// the API post work to it, and what it owns needs no lock.
/// </summary>
/// <remarks>
/// It is a <see cref="SynchronizationContext"/>, so that an <c>await</c> inside posted work comes back to this thread. Work
/// must not block: whatever waits (database, speech engine) is awaited. A piece of work that throws is reported to
/// <paramref name="onFault"/> and never ends the loop.
/// </remarks>
/// <param name="time">Clock of <see cref="Now"/> and of the timers.</param>
/// <param name="onFault">Told of every exception that escaped from posted work; called on the loop.</param>
public sealed class ControlLoop(TimeProvider time, Action<Exception> onFault) : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State, long Stamp)> _work = [];
    private readonly QueueDelay _delay = new(time);
    // A sorted set and not a heap: a cancelled timer must leave at once, or each ended call would leave some behind.
    private readonly SortedSet<Timer> _timers = [];
    private readonly long _origin = time.GetTimestamp();
    private Thread? _thread;
    private long _handled;
    private long _timerSequence;

    /// <summary>Monotonic time since this loop was made; the clock of every machine that runs on it.</summary>
    public TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Pieces of work done so far. Any thread.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Pieces of work that wait. Any thread.</summary>
    public int Backlog => _work.Count;

    /// <summary>How long work waits. Any thread.</summary>
    public TimeSpan Delay => _delay.Current;

    /// <summary>Timers that are armed. For the leak tests; exact on the loop, near elsewhere.</summary>
    public int Timers => _timers.Count;

    /// <summary>True on the loop's own thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Starts the thread. Call once.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "control" };
        _thread.Start();
    }

    /// <summary>Queues work; runs in the order of posting. Any thread. Work posted after <see cref="Dispose"/> is dropped.</summary>
    public void Post(Action work) => Post(static state => ((Action)state!)(), work);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _work.Add((d, state, _delay.Stamp()));
        }
        catch (InvalidOperationException)
        {
            // The loop has ended; nobody is left for whom the work could matter.
        }
    }

    /// <summary>Runs work on the loop and hands its result to a caller on another thread.</summary>
    public Task<T> InvokeAsync<T>(Func<Task<T>> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => Complete(work, done));
        return done.Task;

        static async void Complete(Func<Task<T>> work, TaskCompletionSource<T> done)
        {
            try
            {
                done.TrySetResult(await work().ConfigureAwait(true));
            }
#pragma warning disable CA1031 // Whatever went wrong belongs to the one who asked.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                done.TrySetException(fault);
            }
        }
    }

    /// <summary>Calls <paramref name="onDue"/> at <paramref name="at"/> on the loop's clock. On the loop only; cancel by disposing.</summary>
    public IDisposable At(TimeSpan at, Action onDue)
    {
        Timer timer = new(this, at, _timerSequence++, onDue);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Does work at once; what it throws is reported and goes no further. On the loop only.</summary>
    internal void Guarded(Action work) => Guarded(static state => ((Action)state!)(), work);

    /// <summary>Ends the loop after the work that is already queued, and waits for it.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted)
        {
            return;
        }

        _work.CompleteAdding();
        if (!IsCurrent)
        {
            _thread?.Join();
        }

        _work.Dispose();
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        while (!_work.IsCompleted)
        {
            try
            {
                if (!_work.TryTake(out (SendOrPostCallback Callback, object? State, long Stamp) item))
                {
                    _delay.OnEmpty();
                    _work.TryTake(out item, UntilNextTimer());
                }

                if (item.Callback is not null)
                {
                    _delay.OnTaken(item.Stamp);
                    Guarded(item.Callback, item.State);
                }
            }
            catch (InvalidOperationException)
            {
                break;
            }

            RunDueTimers();
        }
    }

    private int UntilNextTimer() => _timers.Min is { } next
        ? (int)Math.Clamp(Math.Ceiling((next.At - Now).TotalMilliseconds), 0, 60_000)
        : Timeout.Infinite;

    private void RunDueTimers()
    {
        while (_timers.Min is { } next && next.At <= Now)
        {
            _timers.Remove(next);
            Guarded(next.OnDue);
        }
    }

    private void Guarded(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
#pragma warning disable CA1031 // One failing call must not take the others down.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            onFault(fault);
        }

        Volatile.Write(ref _handled, _handled + 1);
    }

    private sealed class Timer(ControlLoop loop, TimeSpan at, long sequence, Action onDue) : IDisposable, IComparable<Timer>
    {
        public TimeSpan At { get; } = at;

        public Action OnDue { get; } = onDue;

        private long Sequence { get; } = sequence;

        public int CompareTo(Timer? other) => other is null ? 1 : (At, Sequence).CompareTo((other.At, other.Sequence));

        /// <summary>Cancels; on the loop only. A timer that has fired is no longer in the set and nothing happens.</summary>
        public void Dispose() => loop._timers.Remove(this);
    }
}
