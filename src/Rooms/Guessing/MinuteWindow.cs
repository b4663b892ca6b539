namespace PhoneBridge.Rooms.Guessing;

/// <summary>Counts what happened in the last minute, in slots of one second: fixed memory, whatever the rate.</summary>
internal sealed class MinuteWindow
{
    // One slot more than a minute has: an event counts for 60 to 61 s, never for less than the minute it is due.
    private const int Slots = 61;

    private readonly int[] _counts = new int[Slots];
    private long _second = long.MinValue;
    private int _total;

    /// <summary>Counts one. Time that goes back counts as the latest second seen.</summary>
    internal void Add(TimeSpan now)
    {
        Advance(now);
        _counts[Slot(_second)]++;
        _total++;
    }

    /// <summary>Events of the last minute.</summary>
    internal int Total(TimeSpan now)
    {
        Advance(now);
        return _total;
    }

    private void Advance(TimeSpan now)
    {
        // Whole seconds towards the past, also below zero, where restored events may lie.
        long second = (long)Math.Floor(now.TotalSeconds);
        if (_second == long.MinValue || second - _second >= Slots)
        {
            Array.Clear(_counts);
            _total = 0;
            _second = second;
            return;
        }

        while (_second < second)
        {
            _second++;
            _total -= _counts[Slot(_second)];
            _counts[Slot(_second)] = 0;
        }
    }

    private static int Slot(long second) => (int)(((second % Slots) + Slots) % Slots);
}
