namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A list of bounded length that keeps its beginning and its end: what began a call and what ended it matter most.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class KeptEnds<T>(int capacity)
{
    private readonly List<T> _first = [];
    private readonly Queue<T> _last = new();

    /// <summary>What was in the middle and is gone.</summary>
    public long Dropped { get; private set; }

    /// <summary>Where in <see cref="ToArray"/> the gap is; meaningless while nothing was dropped.</summary>
    public int GapAt => _first.Count;

    /// <summary>Adds one.</summary>
    /// <param name="item">The new last one.</param>
    /// <param name="dropped">The oldest of the second half, which has gone for it.</param>
    /// <returns>True when one has gone.</returns>
    public bool Add(T item, out T dropped)
    {
        dropped = default!;
        if (_first.Count < (capacity + 1) / 2)
        {
            _first.Add(item);
            return false;
        }

        bool isFull = _first.Count + _last.Count >= capacity;
        if (isFull)
        {
            Dropped++;
            if (!_last.TryDequeue(out dropped!))
            {
                dropped = item;
                return true;
            }
        }

        _last.Enqueue(item);
        return isFull;
    }

    /// <summary>Counts one that was not even added.</summary>
    public void PassOver() => Dropped++;

    /// <summary>The last ones, newest first.</summary>
    public IEnumerable<T> Newest(int count) => _last.Reverse().Concat(Enumerable.Reverse(_first)).Take(count);

    /// <summary>All that are kept, in order.</summary>
    public T[] ToArray() => [.. _first, .. _last];
}
