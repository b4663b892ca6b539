using System.Collections.Concurrent;

namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// Events on their way from the media threads to the one thread that tells them. One queue for all loops, so that events of a leg
/// keep their order when it changes its loop.
/// </summary>
internal sealed class EventOutlet : IDisposable
{
    // Grown beforehand: from then on the queue reuses its storage unless more events than this wait at once.
    private const int RoomFromTheStart = 4096;

    private readonly ConcurrentQueue<LoopEvent> _events = new();
    private readonly AutoResetEvent _signal = new(false);

    public EventOutlet()
    {
        for (int i = 0; i < RoomFromTheStart; i++)
        {
            _events.Enqueue(default);
        }

        while (_events.TryDequeue(out _))
        {
        }
    }

    /// <summary>Adds an event; <see cref="Flush"/> makes it known. Any thread.</summary>
    public void Post(in LoopEvent item) => _events.Enqueue(item);

    /// <summary>Wakes the reader if there is something to read.</summary>
    public void Flush()
    {
        if (!_events.IsEmpty)
        {
            Wake();
        }
    }

    /// <summary>Wakes the reader.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Waits until woken. The reader only.</summary>
    public void Wait() => _signal.WaitOne();

    /// <summary>Takes the oldest event. The reader only.</summary>
    public bool TryTake(out LoopEvent item) => _events.TryDequeue(out item);

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();
}
