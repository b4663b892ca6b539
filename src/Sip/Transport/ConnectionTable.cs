using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>The open TCP and TLS connections, their caps and their time-outs.</summary>
/// <remarks>Loop only.</remarks>
internal sealed class ConnectionTable(SipEndpointOptions options)
{
    private readonly Dictionary<long, TcpConnection> _byChannel = [];
    private readonly Dictionary<(SipTransportKind, IPEndPoint), TcpConnection> _byRemote = [];
    private readonly Dictionary<IPAddress, int> _accepted = [];
    private readonly DeadlineQueue<TcpConnection> _deadlines = new();

    /// <summary>Open connections.</summary>
    public int Count => _byChannel.Count;

    /// <summary>Those whose handshake is not over.</summary>
    public int Handshakes { get; private set; }

    /// <summary>When a time-out or a ping may be due.</summary>
    public TimeSpan Deadline => _deadlines.Next < Pings.Deadline ? _deadlines.Next : Pings.Deadline;

    /// <summary>Keeps those that we opened alive.</summary>
    public ConnectionPings Pings { get; } = new(options.PingAfter);

    /// <summary>All of them, to be closed at the end.</summary>
    public IReadOnlyList<TcpConnection> All => [.. _byChannel.Values];

    /// <summary>True when one more connection of that address may be kept; the total is not looked at.</summary>
    public bool HasRoomFor(IPAddress address) => _accepted.GetValueOrDefault(Neighbourhood(address)) < options.MaxConnectionsPerAddress;

    /// <summary>True when there are as many connections as may be.</summary>
    public bool IsFull => _byChannel.Count >= options.MaxConnections;

    /// <summary>The one that is to make room: the oldest without a message, else the quietest, known peers last; null when all are in use.</summary>
    /// <param name="inUse">The connections that calls and registrations run over; costly, and only asked for when it matters.</param>
    public TcpConnection? LeastWorth(Func<IReadOnlySet<long>> inUse)
    {
        if (_byChannel.Values.Where(static connection => !connection.IsProven).MinBy(static connection => connection.Since) is { } unproven)
        {
            return unproven;
        }

        IReadOnlySet<long> spared = inUse();
        return _byChannel.Values.Where(connection => !spared.Contains(connection.Flow.Channel))
            .MinBy(static connection => (connection.IsKnown, connection.LastActivity));
    }

    /// <summary>Adds a connection.</summary>
    public void Add(TcpConnection connection, TimeSpan now)
    {
        connection.Since = now;
        connection.IsKnown = options.IsKnownPeer?.Invoke(connection.Flow.Remote.Address) == true;
        connection.IsProven = !connection.IsAccepted || connection.IsKnown;
        _byChannel.Add(connection.Flow.Channel, connection);
        _byRemote[PlaceOf(connection)] = connection;
        Handshakes += connection.IsHandshaking ? 1 : 0;
        if (connection.IsAccepted)
        {
            IPAddress address = Neighbourhood(connection.Flow.Remote.Address);
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
        Handshakes -= connection.IsHandshaking ? 1 : 0;
        if (_byRemote.TryGetValue(PlaceOf(connection), out TcpConnection? latest) && latest == connection)
        {
            _byRemote.Remove(PlaceOf(connection));
        }

        if (connection.IsAccepted)
        {
            IPAddress address = Neighbourhood(connection.Flow.Remote.Address);
            if (--_accepted[address] == 0)
            {
                _accepted.Remove(address);
            }
        }

        return true;
    }

    /// <summary>The connection of that flow, else one of its kind to that place; null when there is none.</summary>
    public TcpConnection? Find(SipFlow flow, IPEndPoint remote) =>
        _byChannel.GetValueOrDefault(flow.Channel) ?? _byRemote.GetValueOrDefault((flow.Transport, remote));

    /// <summary>Whether the connection was not taken out meanwhile.</summary>
    public bool Holds(TcpConnection connection) => _byChannel.ContainsKey(connection.Flow.Channel);

    /// <summary>The handshake is over.</summary>
    public void Secure(TcpConnection connection, string? provenPeer, TimeSpan now)
    {
        if (!Holds(connection))
        {
            return;
        }

        Handshakes--;
        connection.OnSecured(provenPeer);
        connection.IsKnown |= provenPeer is not null;
        connection.IsProven |= connection.IsKnown;
        Touch(connection, now);
    }

    /// <summary>Something went over the connection: its time-outs start again.</summary>
    public void Touch(TcpConnection connection, TimeSpan now)
    {
        if (!Holds(connection))
        {
            return;     // closed while its last bytes waited for the loop: a deadline of it would be due for ever
        }

        connection.LastActivity = now;
        connection.PartialSince = connection.Framer.HasPartialMessage ? connection.PartialSince ?? now : null;
        TimeSpan deadline =
            connection.IsHandshaking ? connection.Since + options.ConnectTimeout + options.HandshakeTimeout
            : connection.PartialSince is { } began ? began + options.MessageTimeout
            : connection is { IsSilent: true, IsAccepted: true } ? now + options.FirstByteTimeout
            : now + options.IdleTimeout;

        // However it is spread over them, a stranger's first message has no longer than the byte and the message together.
        TimeSpan last = connection.Since + options.FirstByteTimeout + options.MessageTimeout;
        connection.Deadline = (connection.IsAccepted, connection.IsHandshaking, connection.IsProven) switch
        {
            (true, true, _) => connection.Since + options.HandshakeTimeout,
            (true, false, false) when last < deadline => last,
            _ => deadline,
        };
        _deadlines.Update(connection);
    }

    /// <summary>True when its time is over only because nothing was to be said.</summary>
    public static bool IsMerelyQuiet(TcpConnection connection) =>
        connection is { IsHandshaking: false, PartialSince: null, IsProven: true } && !(connection.IsSilent && connection.IsAccepted);

    /// <summary>A quiet connection is left for another while.</summary>
    public void Spare(TcpConnection connection, TimeSpan now)
    {
        connection.Deadline = now + options.IdleTimeout;
        _deadlines.Update(connection);
    }

    /// <summary>A connection whose time is over; null when there is none.</summary>
    public TcpConnection? Due(TimeSpan now) => _deadlines.Due(now);

    private static (SipTransportKind, IPEndPoint) PlaceOf(TcpConnection connection) => (connection.Flow.Transport, connection.Flow.Remote);

    // One subscriber of IPv6 has a network of 64 bits.
    private static IPAddress Neighbourhood(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }
}
