using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>Keeps connections that we opened alive: CRLF CRLF after a while of quiet, CRLF expected in return (RFC 5626 §4.4.1; TRA6).</summary>
/// <remarks>
/// Loop only. A peer that has answered a ping once and does not answer a later one is gone: its connection is to be closed, and the next
/// message opens another. One that never answered a ping may not know them, and keeps its connection.
/// </remarks>
/// <param name="pingAfter">Quiet before a ping.</param>
internal sealed class ConnectionPings(TimeSpan pingAfter)
{
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(10);
    private static readonly byte[] Ping = "\r\n\r\n"u8.ToArray();

    private readonly Dictionary<TcpConnection, Entry> _entries = [];
    private readonly DeadlineQueue<Entry> _deadlines = new();

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _deadlines.Next;

    /// <summary>Begins to keep a connection alive.</summary>
    public void Add(TcpConnection connection, TimeSpan now)
    {
        Entry entry = new(connection) { Deadline = now + pingAfter };
        _entries.Add(connection, entry);
        _deadlines.Update(entry);
    }

    /// <summary>The connection is over.</summary>
    public void Remove(TcpConnection connection)
    {
        if (_entries.Remove(connection, out Entry? entry))
        {
            _deadlines.Remove(entry);
        }
    }

    /// <summary>Something came.</summary>
    /// <returns>True when it was a pong and nothing else: it is no message, and no sign that the connection is used.</returns>
    public bool TakePong(TcpConnection connection, ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!_entries.TryGetValue(connection, out Entry? entry) || !entry.IsAwaited)
        {
            return false;
        }

        bool isPong = !connection.Framer.HasPartialMessage && bytes.SequenceEqual("\r\n"u8);
        entry.HasAnswered |= isPong;
        entry.IsAwaited = false;            // whatever it is, the peer lives
        Schedule(entry, now + pingAfter);
        return isPong;
    }

    /// <summary>Sends the pings that are due.</summary>
    /// <returns>The connections whose peer is gone.</returns>
    public IReadOnlyList<TcpConnection> OnTime(TimeSpan now)
    {
        List<TcpConnection>? gone = null;
        while (_deadlines.Due(now) is { } due)
        {
            TimeSpan quietUntil = due.Connection.LastActivity + pingAfter;
            if (due.IsAwaited)
            {
                due.IsAwaited = false;
                if (due.HasAnswered)
                {
                    (gone ??= []).Add(due.Connection);
                }

                Schedule(due, now + pingAfter);
            }
            else if (quietUntil > now)
            {
                Schedule(due, quietUntil);
            }
            else
            {
                due.IsAwaited = due.Connection.TrySend(Ping, owner: null);
                Schedule(due, now + PongWithin);
            }
        }

        return gone ?? (IReadOnlyList<TcpConnection>)[];
    }

    private void Schedule(Entry entry, TimeSpan deadline)
    {
        entry.Deadline = deadline;
        _deadlines.Update(entry);
    }

    private sealed class Entry(TcpConnection connection) : IDeadline
    {
        public TcpConnection Connection => connection;

        public TimeSpan Deadline { get; set; }

        public int QueueIndex { get; set; } = -1;

        /// <summary>A ping is out.</summary>
        public bool IsAwaited { get; set; }

        /// <summary>The peer knows pings.</summary>
        public bool HasAnswered { get; set; }
    }
}
