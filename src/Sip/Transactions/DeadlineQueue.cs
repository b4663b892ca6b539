namespace PhoneBridge.Sip.Transactions;

/// <summary>Something that wants to be woken at one moment; its place in the queue is kept with it.</summary>
internal interface IDeadline
{
    /// <summary>When to wake it, on the caller's monotonic clock; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    TimeSpan Deadline { get; }

    /// <summary>Owned by the queue: index in the heap, -1 when not queued.</summary>
    int QueueIndex { get; set; }
}

/// <summary>A binary heap of deadlines whose members can move and leave, so that nothing stale waits in it.</summary>
/// <remarks>Not thread safe. A member that changes its deadline is announced by <see cref="Update"/>.</remarks>
internal sealed class DeadlineQueue<T>
    where T : class, IDeadline
{
    private readonly List<T> _heap = [];

    /// <summary>Members that wait for a moment.</summary>
    public int Count => _heap.Count;

    /// <summary>The earliest deadline, <see cref="TimeSpan.MaxValue"/> when there is none.</summary>
    public TimeSpan Next => _heap.Count == 0 ? TimeSpan.MaxValue : _heap[0].Deadline;

    /// <summary>Puts the item where its deadline belongs; takes it out when it has none.</summary>
    public void Update(T item)
    {
        if (item.Deadline == TimeSpan.MaxValue)
        {
            Remove(item);
            return;
        }

        if (item.QueueIndex < 0)
        {
            item.QueueIndex = _heap.Count;
            _heap.Add(item);
        }

        SiftDown(SiftUp(item.QueueIndex));
    }

    /// <summary>Takes the item out; nothing happens when it is not there.</summary>
    public void Remove(T item)
    {
        int index = item.QueueIndex;
        if (index < 0)
        {
            return;
        }

        item.QueueIndex = -1;
        int last = _heap.Count - 1;
        T moved = _heap[last];
        _heap.RemoveAt(last);
        if (index == last)
        {
            return;
        }

        Place(moved, index);
        SiftDown(SiftUp(index));
    }

    /// <summary>The item with the earliest deadline if that is due. It stays queued until it is updated or removed.</summary>
    public T? Due(TimeSpan now) => _heap.Count > 0 && _heap[0].Deadline <= now ? _heap[0] : null;

    private int SiftUp(int index)
    {
        while (index > 0 && _heap[index].Deadline < _heap[(index - 1) / 2].Deadline)
        {
            Swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }

        return index;
    }

    private void SiftDown(int index)
    {
        while (true)
        {
            int child = (index * 2) + 1;
            if (child >= _heap.Count)
            {
                return;
            }

            if (child + 1 < _heap.Count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (_heap[index].Deadline <= _heap[child].Deadline)
            {
                return;
            }

            Swap(index, child);
            index = child;
        }
    }

    private void Swap(int a, int b)
    {
        T item = _heap[a];
        Place(_heap[b], a);
        Place(item, b);
    }

    private void Place(T item, int index)
    {
        _heap[index] = item;
        item.QueueIndex = index;
    }
}
