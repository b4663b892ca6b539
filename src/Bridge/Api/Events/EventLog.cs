using PhoneBridge.Bridge.Conference;

namespace PhoneBridge.Bridge.Api.Events;

/// <summary>The last events of all meetings, numbered from 1, for streams that read at their own pace.</summary>
/// <remarks>
/// A ring: the oldest go when it is full, and a reader who is too slow begins anew with snapshots. Any thread; a lock held for
/// a few instructions, and one wake-up for all readers.
/// </remarks>
/// <param name="capacity">Events kept.</param>
internal sealed class EventLog(int capacity)
{
    private readonly Lock _lock = new();
    private readonly MeetingUpdate[] _ring = new MeetingUpdate[capacity];
    private long _first = 1;
    private long _next = 1;
    private TaskCompletionSource _more = NewSignal();

    /// <summary>Names this log: numbers of another run of the bridge, or from before a gap, mean nothing here.</summary>
    public string Epoch { get; private set; } = NewEpoch();

    /// <summary>Keeps an event and wakes the readers.</summary>
    public void Append(MeetingUpdate update)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _ring[_next % capacity] = update;
            _next++;
            _first = Math.Max(_first, _next - capacity);
            more = _more;
            _more = NewSignal();
        }

        more.SetResult();
    }

    /// <summary>Forgets everything, because events were missed: every reader begins anew with snapshots.</summary>
    public void Restart()
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            Epoch = NewEpoch();
            _first = _next;
            more = _more;
            _more = NewSignal();
        }

        more.SetResult();
    }

    /// <summary>Where a new reader begins: behind the newest event.</summary>
    public EventPosition End()
    {
        lock (_lock)
        {
            return new EventPosition(Epoch, _next);
        }
    }

    /// <summary>Reads at a position.</summary>
    /// <param name="position">Where; moved on by one when an event was read.</param>
    /// <param name="update">The event.</param>
    /// <param name="more">Done when there is more to read, if the result is <see cref="EventRead.Nothing"/>.</param>
    public EventRead Read(ref EventPosition position, out MeetingUpdate? update, out Task more)
    {
        lock (_lock)
        {
            more = _more.Task;
            update = null;
            if (position.Epoch != Epoch || position.Next < _first || position.Next > _next)
            {
                return EventRead.Gone;
            }

            if (position.Next == _next)
            {
                return EventRead.Nothing;
            }

            update = _ring[position.Next % capacity];
            position = position with { Next = position.Next + 1 };
            return EventRead.Event;
        }
    }

    private static string NewEpoch() => Guid.NewGuid().ToString("N")[..12];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a reader found.</summary>
internal enum EventRead
{
    /// <summary>An event.</summary>
    Event,

    /// <summary>Nothing new yet.</summary>
    Nothing,

    /// <summary>What comes next is not kept any more.</summary>
    Gone,
}

/// <summary>A place in an <see cref="EventLog"/>; as text, the id of the last event read.</summary>
/// <param name="Epoch">Which log.</param>
/// <param name="Next">Number of the next event to read.</param>
internal readonly record struct EventPosition(string Epoch, long Next)
{
    /// <summary>Reads the id of the last event that a client has, from <c>Last-Event-ID</c>. Never throws.</summary>
    public static bool TryParse(string text, out EventPosition position)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool ok = long.TryParse(
            text.AsSpan(dash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long last);
        position = dash > 0 && ok && last < long.MaxValue ? new EventPosition(text[..dash], last + 1) : default;
        return position.Epoch is not null;
    }

    /// <summary>The id of the event before this place.</summary>
    public override string ToString() => $"{Epoch}-{Next - 1}";
}
