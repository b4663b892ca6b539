namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// Messages to one loop: any thread posts, the loop takes all that are there. First in, first out; the message is its own list node,
/// so taking allocates nothing and never waits. A loop that has nothing to do sleeps here.
/// </summary>
internal sealed class LoopInbox : IDisposable
{
    private readonly AutoResetEvent _wake = new(false);
    private LoopMessage? _newest;
    private int _sleeps;

    /// <summary>Something is waiting.</summary>
    public bool HasMail => Volatile.Read(ref _newest) is not null;

    /// <summary>Adds a message that is in no inbox. Any thread.</summary>
    public void Post(LoopMessage message)
    {
        LoopMessage? seen = Volatile.Read(ref _newest);
        while (true)
        {
            message.Next = seen;
            LoopMessage? actual = Interlocked.CompareExchange(ref _newest, message, seen);
            if (ReferenceEquals(actual, seen))
            {
                Wake();
                return;
            }

            seen = actual;
        }
    }

    /// <summary>Ends the loop's sleep, if it sleeps. Any thread.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _sleeps) != 0)
        {
            _wake.Set();
        }
    }

    /// <summary>Sleeps until something is posted, unless something is there or <paramref name="stopping"/> says so. The loop's thread only.</summary>
    public void Sleep(ref readonly bool stopping)
    {
        Interlocked.Exchange(ref _sleeps, 1);       // seen by whoever posts after the look below
        if (!HasMail && !Volatile.Read(in stopping))
        {
            _wake.WaitOne();
        }

        Volatile.Write(ref _sleeps, 0);
    }

    /// <summary>Takes everything that is there, oldest first, linked by <see cref="LoopMessage.Next"/>. The loop's thread only.</summary>
    public LoopMessage? TakeAll()
    {
        LoopMessage? newest = HasMail ? Interlocked.Exchange(ref _newest, null) : null;
        LoopMessage? oldest = null;
        while (newest is not null)
        {
            LoopMessage? older = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = older;
        }

        return oldest;
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();
}
