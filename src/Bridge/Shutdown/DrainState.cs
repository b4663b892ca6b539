namespace PhoneBridge.Bridge.Shutdown;

/// <summary>Where the bridge is on its way out.</summary>
public enum DrainPhase
{
    /// <summary>Calls are taken.</summary>
    Serving,

    /// <summary>New calls get 503, running ones go on.</summary>
    Draining,

    /// <summary>The running calls hear a goodbye and get BYE.</summary>
    Ending,

    /// <summary>No call is left, or they have been cut off: all else may stop.</summary>
    Ended,
}

/// <summary>Tells every part that the bridge is going down. Any thread; moves one way only.</summary>
/// <remarks>
/// The part that owns the calls registers with <see cref="Draining"/> and <see cref="Ending"/> and says by
/// <see cref="SetRunningCalls"/> how many are left: when none is, the wait is over before its deadline.
/// </remarks>
public sealed class DrainState : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = Completed();
    private int _runningCalls;

    /// <summary>Where the bridge is now.</summary>
    public DrainPhase Phase => _ended.IsCancellationRequested ? DrainPhase.Ended
        : _ending.IsCancellationRequested ? DrainPhase.Ending
        : _draining.IsCancellationRequested ? DrainPhase.Draining
        : DrainPhase.Serving;

    /// <summary>Whether new calls are refused.</summary>
    public bool IsDraining => Phase != DrainPhase.Serving;

    /// <summary>Cancelled when new calls are to be refused from here on.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Cancelled when the running calls are to be told goodbye and ended.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Cancelled when the calls are gone; event streams end here, so that they show the goodbyes too.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Calls that still run.</summary>
    public int RunningCalls => Volatile.Read(ref _runningCalls);

    /// <summary>Says how many calls run now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void SetRunningCalls(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        lock (_lock)
        {
            if (_runningCalls == 0 && count != 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _runningCalls = count;
            if (count == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>Done as soon as no call runs.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _idle.Task;
        }
    }

    /// <summary>Starts refusing new calls. Later calls of this change nothing.</summary>
    public void BeginDraining() => _draining.Cancel();

    /// <summary>Starts ending the running calls, and refusing new ones if that was not so yet.</summary>
    public void BeginEnding()
    {
        _draining.Cancel();
        _ending.Cancel();
    }

    /// <summary>Says that the calls are gone.</summary>
    public void SetEnded()
    {
        BeginEnding();
        _ended.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _draining.Dispose();
        _ending.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource source = new();
        source.SetResult();
        return source;
    }
}
