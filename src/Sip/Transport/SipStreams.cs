using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Sip.Transport;

/// <summary>Who has the messages of the connections. On the loop.</summary>
internal interface IStreamUser
{
    /// <summary>A message came; the bytes are the callee's.</summary>
    void OnMessage(byte[] bytes, SipFlow flow);

    /// <summary>Something came that cannot be framed; what is answered to it goes out before the connection is closed.</summary>
    void OnMalformed(SipParseError error, SipRequest? answerable, SipFlow flow);

    /// <summary>What was to be sent for a transaction was lost with its connection.</summary>
    void OnUnsent(Transactions.SipTransaction owner);

    /// <summary>Channels of connections that carry calls.</summary>
    IEnumerable<long> ChannelsInUse();

    /// <summary>Ways of registrations.</summary>
    IEnumerable<SipFlow> FlowsInUse();
}

/// <summary>The connections of TCP and TLS: those that come in and those that we open, bounded, framed, kept and closed.</summary>
/// <remarks>On the loop, but for <see cref="OnAccepting"/>.</remarks>
internal sealed class SipStreams
{
    private readonly SipEndpointOptions _options;
    private readonly LoopInbox _inbox;
    private readonly SipGuard _guard;
    private readonly SipCounters _counters;
    private readonly ISipTrace _trace;
    private readonly TimeProvider _time;
    private readonly Func<TimeSpan> _now;
    private readonly IStreamUser _user;
    private readonly ConnectionTable _connections;
    private readonly TcpConnectionEvents _events;
    private readonly TlsHandshake? _tls;
    private readonly byte[] _answer = new byte[SipLimits.MaxMessageBytes];
    private long _lastChannel;

    /// <summary>Prepares them; nothing is opened.</summary>
    /// <param name="options">Bounds, times and TLS.</param>
    /// <param name="inbox">Brings work to the loop.</param>
    /// <param name="guard">Takes the first look.</param>
    /// <param name="counters">Counts what is dropped.</param>
    /// <param name="trace">Told of it.</param>
    /// <param name="time">Timers of handshakes and of connecting.</param>
    /// <param name="now">The loop's time.</param>
    /// <param name="user">Has the messages.</param>
    public SipStreams(
        SipEndpointOptions options, LoopInbox inbox, SipGuard guard, SipCounters counters, ISipTrace trace, TimeProvider time, Func<TimeSpan> now,
        IStreamUser user)
    {
        _options = options;
        _inbox = inbox;
        _guard = guard;
        _counters = counters;
        _trace = trace;
        _time = time;
        _now = now;
        _user = user;
        _connections = new ConnectionTable(options);
        _events = new TcpConnectionEvents(
            (connection, bytes) => inbox.Post(() => OnBytes(connection, bytes)),
            connection => inbox.Post(connection.CloseWhenSent),
            connection => inbox.Post(() => OnClosed(connection)),
            (connection, provenPeer) => inbox.Post(() => _connections.Secure(connection, provenPeer, now())),
            (connection, why) => inbox.Post(() => OnHandshakeFailed(connection, why)));
        _tls = options.Tls is { } settings ? new TlsHandshake(settings, options.HandshakesAtOnce, time) : null;
    }

    /// <summary>Open connections.</summary>
    public int Count => _connections.Count;

    /// <summary>Those whose handshake is not over.</summary>
    public int Handshakes => _connections.Handshakes;

    /// <summary>When <see cref="CloseOverdue"/> has something to do.</summary>
    public TimeSpan Deadline => _connections.Deadline;

    /// <summary>Takes or closes a connection that came in. On a thread of the pool: a stranger's costs the loop nothing. The socket is ours.</summary>
    /// <remarks>By TLS a trunk may show its certificate wherever it is.</remarks>
    public void OnAccepting(SipTransportKind transport, Socket socket)
    {
        bool mayProveItself = transport == SipTransportKind.Tls && _options.Tls?.Invoke().Peers.Any(static peer => peer.IsKnownByCertificate) == true;
        if (RemoteOf(socket) is not { } remote || !_guard.AdmitsConnection(remote.Address, mayProveItself))
        {
            socket.Dispose();
        }
        else if (!_inbox.TryPostBounded(() => OnAccepted(transport, socket)))
        {
            _counters.CountDrop(SipDropReason.QueueFull);
            socket.Dispose();
        }
    }

    /// <summary>Sends by the connection that there is, else by a new one. On the loop.</summary>
    /// <returns>Null when it goes out; else why not.</returns>
    public string? Send(byte[] bytes, in Transactions.SipOutgoing outgoing)
    {
        IPEndPoint place = outgoing.Fallback ?? outgoing.Flow.Remote;
        TcpConnection? connection = _connections.Find(outgoing.Flow, place);
        if (connection is { IsClosing: true })
        {
            OnClosed(connection);   // the peer sends no more: what we have to say goes to where it listens
            connection = _connections.Find(outgoing.Flow with { Channel = 0 }, place);
        }

        if (connection is null)
        {
            if (outgoing.Flow.IsSecure && _tls is null)
            {
                return "there is no TLS";
            }

            if (!TryMakeRoom())
            {
                return "no room for a connection";
            }

            connection = Connect(outgoing.Flow, place);
        }

        if (connection.TrySend(bytes, outgoing.Owner))
        {
            connection.LastActivity = _now();
            return null;
        }

        Drop(SipDropReason.ConnectionStalled, connection.Flow.Remote);
        OnClosed(connection);
        return "the peer does not read";
    }

    /// <summary>Closes what was silent or slow for too long. On the loop.</summary>
    public void CloseOverdue()
    {
        foreach (TcpConnection gone in _connections.Pings.OnTime(_now()))
        {
            Drop(SipDropReason.ConnectionTimeout, gone.Flow.Remote);
            OnClosed(gone);
        }

        HashSet<long>? inUse = null;
        while (_connections.Due(_now()) is { } overdue)
        {
            bool isMerelyQuiet = ConnectionTable.IsMerelyQuiet(overdue);
            inUse ??= ConnectionsInUse();
            if (isMerelyQuiet && (overdue.IsKnown || inUse.Contains(overdue.Flow.Channel)))
            {
                _connections.Spare(overdue, _now());
                continue;
            }

            if (!isMerelyQuiet)
            {
                Drop(SipDropReason.ConnectionTimeout, overdue.Flow.Remote);
            }

            OnClosed(overdue);
        }
    }

    /// <summary>Closes all of them. On the loop.</summary>
    public void CloseAll()
    {
        foreach (TcpConnection connection in _connections.All)
        {
            OnClosed(connection);
        }
    }

    private static IPEndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return (IPEndPoint?)socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;    // reset by the peer before we came to it
        }
    }

    private void OnAccepted(SipTransportKind transport, Socket socket)
    {
        IPEndPoint remote;
        IPEndPoint local;
        try
        {
            remote = (IPEndPoint)socket.RemoteEndPoint!;
            local = (IPEndPoint)socket.LocalEndPoint!;
        }
        catch (SocketException)
        {
            socket.Dispose();   // reset by the peer before we came to it
            return;
        }

        if (!_connections.HasRoomFor(remote.Address) || !TryMakeRoom())
        {
            Drop(SipDropReason.ConnectionRefused, remote);
            socket.Dispose();
            return;
        }

        SipFlow flow = new(transport, local, remote, ++_lastChannel);
        Securing? securing = transport == SipTransportKind.Tls ? _tls!.AcceptAsync : null;
        TcpConnection connection = new(flow, socket, securing, _events, _options.MaxUnsentBytes) { IsAccepted = true };
        _connections.Add(connection, _now());
        _ = connection.RunAcceptedAsync();
    }

    private void OnBytes(TcpConnection connection, ReadOnlyMemory<byte> bytes)
    {
        if (!_connections.Holds(connection))
        {
            return;     // closed meanwhile
        }

        if (_connections.Pings.TakePong(connection, bytes.Span, _now()))
        {
            connection.ReadOn();
            return;
        }

        connection.Framer.Append(bytes.Span);
        connection.ReadOn();
        connection.IsSilent = false;
        while (connection.Framer.TryRead(out SipFrame frame))
        {
            switch (frame.Kind)
            {
                case SipFrameKind.Message:
                    connection.IsProven = true;
                    // A message keeps slices of its bytes, and the framer's buffer moves on.
                    if (Admits(frame.Bytes.Span, connection))
                    {
                        _user.OnMessage(frame.Bytes.ToArray(), connection.Flow);
                    }

                    break;
                case SipFrameKind.Ping:
                    connection.TrySend("\r\n"u8.ToArray(), owner: null);
                    break;
                case SipFrameKind.Error:
                    _user.OnMalformed(frame.Error, frame.Answerable, connection.Flow);
                    connection.CloseWhenSent();
                    break;
            }
        }

        _connections.Touch(connection, _now());
    }

    // What the first look turns away on a stream is answered there.
    private bool Admits(ReadOnlySpan<byte> message, TcpConnection connection)
    {
        IPEndPoint remote = connection.Flow.Remote;
        GuardVerdict verdict = _guard.Look(
            SourceAddress.Of(remote.Address), remote.Port, message, _answer, out StatelessAnswer answer, _guard.Sources.PlaceOf(connection.Flow.ProvenPeer));
        if (verdict == GuardVerdict.Answer)
        {
            connection.TrySend(_answer.AsSpan(0, answer.Length).ToArray(), owner: null);
        }

        return verdict == GuardVerdict.Pass;
    }

    private void OnClosed(TcpConnection connection)
    {
        if (!_connections.Remove(connection))
        {
            return;
        }

        connection.Dispose();
        foreach (Transactions.SipTransaction owner in connection.TakeUnsent())
        {
            _user.OnUnsent(owner);
        }
    }

    private void OnHandshakeFailed(TcpConnection connection, string why)
    {
        if (_connections.Holds(connection))     // else it failed because we closed it
        {
            Drop(SipDropReason.HandshakeFailed, connection.Flow.Remote);
            _trace.OnHandshakeFailed(connection.Flow, connection.IsKnown || !connection.IsAccepted, why);
            OnClosed(connection);
        }
    }

    // Calls keep their connections, and so do registrations: the registrar's calls come over them.
    private HashSet<long> ConnectionsInUse()
    {
        HashSet<long> channels = [.. _user.ChannelsInUse()];
        foreach (SipFlow flow in _user.FlowsInUse())
        {
            if (_connections.Find(flow, flow.Remote) is { } connection)
            {
                channels.Add(connection.Flow.Channel);
            }
        }

        return channels;
    }

    private bool TryMakeRoom()
    {
        if (!_connections.IsFull)
        {
            return true;
        }

        if (_connections.LeastWorth(ConnectionsInUse) is not { } least)
        {
            return false;
        }

        Drop(SipDropReason.ConnectionEvicted, least.Flow.Remote);
        OnClosed(least);
        return true;
    }

    private TcpConnection Connect(SipFlow wanted, IPEndPoint remote)
    {
        Socket socket = new(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        SipFlow flow = new(wanted.Transport, wanted.Local, remote, ++_lastChannel);
        TcpConnection connection = new(
            flow, socket, wanted.IsSecure ? _tls!.ConnectAsync : null, _events, _options.MaxUnsentBytes);
        _connections.Add(connection, _now());
        _ = connection.RunConnectingAsync(_options.ConnectTimeout, _time);
        return connection;
    }

    private void Drop(SipDropReason reason, IPEndPoint source)
    {
        _counters.CountDrop(reason);
        _trace.OnDropped(reason, source);
    }
}
