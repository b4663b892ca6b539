namespace PhoneBridge.Rooms.Guessing;

/// <summary>What is remembered of callers, bounded: when full, an old and unimportant one is forgotten.</summary>
internal sealed class CallerTable(int capacity)
{
    /// <summary>How many of the oldest are looked at to find one that may be forgotten at little cost.</summary>
    private const int EvictionSearch = 32;

    private readonly Dictionary<CallerTag, LinkedListNode<CallerHistory>> _byTag = [];
    private readonly LinkedList<CallerHistory> _oldestFirst = new();

    internal int Count => _byTag.Count;

    /// <summary>What is remembered of a caller, or null. Reading does not make it younger: only deeds do.</summary>
    internal CallerHistory? Find(CallerTag tag) => _byTag.TryGetValue(tag, out LinkedListNode<CallerHistory>? node) ? node.Value : null;

    /// <summary>The caller's history, made the youngest; a new one when there was none.</summary>
    internal CallerHistory Touch(CallerTag tag, TimeSpan now)
    {
        if (_byTag.TryGetValue(tag, out LinkedListNode<CallerHistory>? node))
        {
            _oldestFirst.Remove(node);
            _oldestFirst.AddLast(node);
            return node.Value;
        }

        if (_byTag.Count >= capacity)
        {
            Evict(now);
        }

        node = _oldestFirst.AddLast(new CallerHistory(tag));
        _byTag.Add(tag, node);
        return node.Value;
    }

    /// <summary>Forgets the one that matters least of the oldest; those that matter more go back to the young end.</summary>
    private void Evict(TimeSpan now)
    {
        LinkedListNode<CallerHistory> victim = _oldestFirst.First!;
        for (int i = 1; i < EvictionSearch && victim.Value.WeightAt(now) > CallerWeight.Idle && victim.Next is { } candidate; i++)
        {
            LinkedListNode<CallerHistory> kept = candidate;
            if (candidate.Value.WeightAt(now) < victim.Value.WeightAt(now))
            {
                (kept, victim) = (victim, candidate);
            }

            _oldestFirst.Remove(kept);
            _oldestFirst.AddLast(kept);
        }

        _byTag.Remove(victim.Value.Tag);
        _oldestFirst.Remove(victim);
    }
}

/// <summary>What would be lost by forgetting a caller, least first.</summary>
internal enum CallerWeight
{
    /// <summary>Nothing.</summary>
    Idle,

    /// <summary>Wrong PINs of the last hour.</summary>
    Mistyped,

    /// <summary>That the number came in before.</summary>
    Known,

    /// <summary>The quarantine.</summary>
    Quarantined,
}

/// <summary>What one number did.</summary>
internal sealed class CallerHistory(CallerTag tag)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Queue<TimeSpan> _wrong = new(capacity: 1);
    private TimeSpan _quarantinedUntil = TimeSpan.MinValue;

    internal CallerTag Tag { get; } = tag;

    /// <summary>When the number last keyed a right PIN that was written down.</summary>
    internal TimeSpan? KnownSince { get; set; }

    internal bool IsQuarantined(TimeSpan now) => now < _quarantinedUntil;

    /// <summary>Notes a wrong PIN; the last one that the hour allows begins the quarantine.</summary>
    internal void AddWrong(TimeSpan now, GuessBrakeOptions options)
    {
        while (_wrong.TryPeek(out TimeSpan oldest) && now - oldest >= Hour)
        {
            _wrong.Dequeue();
        }

        _wrong.Enqueue(now);
        if (_wrong.Count >= options.CallerPerHour)
        {
            _quarantinedUntil = now + options.Quarantine;
            _wrong.Clear();
        }
    }

    internal CallerWeight WeightAt(TimeSpan now) => true switch
    {
        _ when IsQuarantined(now) => CallerWeight.Quarantined,
        _ when KnownSince is not null => CallerWeight.Known,
        _ when _wrong.TryPeek(out TimeSpan oldest) && now - oldest < Hour => CallerWeight.Mistyped,
        _ => CallerWeight.Idle,
    };
}
