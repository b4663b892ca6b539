using System.Net;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>The open TCP connections, their caps and their time-outs.</summary>
/// <remarks>Loop only.</remarks>
internal sealed class ConnectionTable(SipEndpointOptions options)
{
    private readonly Dictionary<long, TcpConnection> _byChannel = [];
    private readonly Dictionary<IPEndPoint, TcpConnection> _byRemote = [];
    private readonly Dictionary<IPAddress, int> _accepted = [];
    private readonly DeadlineQueue<TcpConnection> _deadlines = new();

    /// <summary>Open connections.</summary>
    public int Count => _byChannel.Count;

    /// <summary>When a time-out or a ping may be due.</summary>
    public TimeSpan Deadline => _deadlines.Next < Pings.Deadline ? _deadlines.Next : Pings.Deadline;

    /// <summary>Keeps those that we opened alive.</summary>
    public ConnectionPings Pings { get; } = new(options.PingAfter);

    /// <summary>All of them, to be closed at the end.</summary>
    public IReadOnlyList<TcpConnection> All => [.. _byChannel.Values];

    /// <summary>True when one more connection of that address may be kept; the total is not looked at.</summary>
    public bool HasRoomFor(IPAddress address) => _accepted.GetValueOrDefault(address) < options.MaxConnectionsPerAddress;

    /// <summary>True when there are as many connections as may be.</summary>
    public bool IsFull => _byChannel.Count >= options.MaxConnections;

    /// <summary>The connection that is quiet for longest and carries no call; null when all carry one.</summary>
    public TcpConnection? LongestIdle(IReadOnlySet<long> inUse)
    {
        TcpConnection? idle = null;
        foreach (TcpConnection connection in _byChannel.Values)
        {
            if (!inUse.Contains(connection.Flow.Channel) && (idle is null || connection.LastActivity < idle.LastActivity))
            {
                idle = connection;
            }
        }

        return idle;
    }

    /// <summary>Adds a connection.</summary>
    public void Add(TcpConnection connection, TimeSpan now)
    {
        _byChannel.Add(connection.Flow.Channel, connection);
        _byRemote[connection.Flow.Remote] = connection;
        if (connection.IsAccepted)
        {
            IPAddress address = connection.Flow.Remote.Address;
            _accepted[address] = _accepted.GetValueOrDefault(address) + 1;
        }
        else
        {
            Pings.Add(connection, now);
        }

        Touch(connection, now);
    }

    /// <summary>Takes a connection out. False when it was out already.</summary>
    public bool Remove(TcpConnection connection)
    {
        if (!_byChannel.Remove(connection.Flow.Channel))
        {
            return false;
        }

        _deadlines.Remove(connection);
        Pings.Remove(connection);
        if (_byRemote.TryGetValue(connection.Flow.Remote, out TcpConnection? latest) && latest == connection)
        {
            _byRemote.Remove(connection.Flow.Remote);
        }

        if (connection.IsAccepted)
        {
            IPAddress address = connection.Flow.Remote.Address;
            if (--_accepted[address] == 0)
            {
                _accepted.Remove(address);
            }
        }

        return true;
    }

    /// <summary>The connection of that flow, else one to that place; null when there is none.</summary>
    public TcpConnection? Find(long channel, IPEndPoint remote) =>
        _byChannel.GetValueOrDefault(channel) ?? _byRemote.GetValueOrDefault(remote);

    /// <summary>Something went over the connection: its time-outs start again.</summary>
    public void Touch(TcpConnection connection, TimeSpan now)
    {
        connection.LastActivity = now;
        connection.PartialSince = connection.Framer.HasPartialMessage ? connection.PartialSince ?? now : null;
        connection.Deadline =
            connection.PartialSince is { } began ? began + options.MessageTimeout
            : connection is { IsSilent: true, IsAccepted: true } ? now + options.FirstByteTimeout
            : now + options.IdleTimeout;
        _deadlines.Update(connection);
    }

    /// <summary>A quiet connection that carries a call is left for another while.</summary>
    public void Spare(TcpConnection connection, TimeSpan now)
    {
        connection.Deadline = now + options.IdleTimeout;
        _deadlines.Update(connection);
    }

    /// <summary>A connection whose time is over; null when there is none.</summary>
    public TcpConnection? Due(TimeSpan now) => _deadlines.Due(now);
}
