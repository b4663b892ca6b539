namespace PhoneBridge.Testing.Memory;

/// <summary>Counts the bytes that the calling thread allocates from its start on.</summary>
/// <remarks>
/// When a collection comes between, the runtime counts what was left of the thread's allocation buffer, some kilobytes, as if it had been
/// allocated. What was measured over a collection is therefore no measurement: <see cref="TryRead"/> says so.
/// </remarks>
public readonly struct AllocationMeter
{
    private readonly int _collections;
    private readonly long _before;

    private AllocationMeter(int collections)
    {
        _collections = collections;
        _before = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Starts to count.</summary>
    public static AllocationMeter Start() => new(GC.CollectionCount(0));

    /// <summary>Bytes allocated since the start.</summary>
    /// <returns>False when a collection came between.</returns>
    public bool TryRead(out long bytes)
    {
        bytes = GC.GetAllocatedBytesForCurrentThread() - _before;
        return GC.CollectionCount(0) == _collections;
    }

    /// <summary>Bytes that a piece of work allocates; it is done again when a collection came between.</summary>
    /// <exception cref="InvalidOperationException">There was a collection each time.</exception>
    public static long Of(Action work)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            AllocationMeter meter = Start();
            work();
            if (meter.TryRead(out long bytes))
            {
                return bytes;
            }
        }

        throw new InvalidOperationException("A collection came each time.");
    }
}
