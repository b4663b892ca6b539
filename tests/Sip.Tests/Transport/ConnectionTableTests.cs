using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Caps, time-outs and who makes room, by a clock of the test's own; the sockets are never connected.</summary>
[Trait("Req", "MSG6")]
public sealed class ConnectionTableTests : IDisposable
{
    private static readonly TcpConnectionEvents NoEvents = new((_, _) => { }, _ => { }, _ => { }, (_, _) => { }, (_, _) => { });
    private static readonly IReadOnlySet<long> Nothing = new HashSet<long>();

    private readonly List<TcpConnection> _connections = [];

    public void Dispose() => _connections.ForEach(static connection => connection.Dispose());

    [Fact]
    public void The_oldest_without_a_message_makes_room_then_the_quietest_stranger_then_a_known_peer()
    {
        ConnectionTable table = new(new SipEndpointOptions { IsKnownPeer = address => address.Equals(IPAddress.Parse("192.0.2.1")) });
        TcpConnection known = Add(table, "192.0.2.1", 0);
        TcpConnection quiet = Add(table, "203.0.113.1", 1);
        TcpConnection calling = Add(table, "203.0.113.2", 1);
        TcpConnection older = Add(table, "203.0.113.3", 2, isTls: true);
        TcpConnection newer = Add(table, "203.0.113.4", 3);
        quiet.IsProven = calling.IsProven = true;
        table.Touch(quiet, Seconds(5));
        HashSet<long> inUse = [calling.Flow.Channel];

        Assert.Equal(1, table.Handshakes);
        foreach (TcpConnection expected in (TcpConnection[])[older, newer, quiet, known])
        {
            Assert.Same(expected, table.LeastWorth(() => inUse));
            Assert.True(table.Remove(expected));
        }

        Assert.Null(table.LeastWorth(() => inUse));
        Assert.Equal((1, 0), (table.Count, table.Handshakes));
    }

    [Fact]
    public void A_handshake_a_first_byte_and_a_first_message_have_their_time_and_together_no_more_than_half_a_minute()
    {
        ConnectionTable table = new(new SipEndpointOptions());
        TcpConnection connection = Add(table, "203.0.113.1", 0, isTls: true);
        Assert.Equal(Seconds(10), connection.Deadline);
        table.Secure(connection, provenPeer: null, Seconds(9));
        Assert.Equal(Seconds(19), connection.Deadline);
        connection.IsSilent = false;
        connection.Framer.Append("OPTIONS sip:a"u8);
        connection.Framer.TryRead(out _);
        table.Touch(connection, Seconds(18));
        Assert.Equal(Seconds(30), connection.Deadline);
        table.Touch(connection, Seconds(29));
        Assert.Equal(Seconds(30), connection.Deadline);
        Assert.Same(connection, table.Due(Seconds(30)));
        Assert.False(ConnectionTable.IsMerelyQuiet(connection));
    }

    [Fact]
    public void Pings_alone_keep_no_strangers_connection()
    {
        ConnectionTable table = new(new SipEndpointOptions());
        TcpConnection connection = Add(table, "203.0.113.1", 0);
        connection.IsSilent = false;
        table.Touch(connection, Seconds(25));
        Assert.Equal(Seconds(30), connection.Deadline);
        connection.IsProven = true;     // a message came
        table.Touch(connection, Seconds(25));
        Assert.Equal(Seconds(625), connection.Deadline);
        Assert.True(ConnectionTable.IsMerelyQuiet(connection));
    }

    [Fact]
    public void Bytes_that_come_after_the_end_of_a_connection_leave_no_deadline_behind()
    {
        ConnectionTable table = new(new SipEndpointOptions());
        TcpConnection connection = Add(table, "203.0.113.1", 0);
        table.Remove(connection);
        table.Touch(connection, Seconds(1));
        Assert.Null(table.Due(Seconds(1000)));
        Assert.Equal(TimeSpan.MaxValue, table.Deadline);
    }

    [Fact]
    public void A_peer_is_known_by_its_certificate_too()
    {
        ConnectionTable table = new(new SipEndpointOptions());
        TcpConnection connection = Add(table, "203.0.113.1", 0, isTls: true);
        table.Secure(connection, "operator", Seconds(1));
        Assert.Equal((true, true, "operator"), (connection.IsKnown, connection.IsProven, connection.Flow.ProvenPeer));
    }

    [Fact]
    public void Of_IPv6_a_network_of_64_bits_counts_as_one_address()
    {
        ConnectionTable table = new(new SipEndpointOptions { MaxConnectionsPerAddress = 2 });
        Add(table, "2001:db8:0:1::1", 0);
        TcpConnection second = Add(table, "2001:db8:0:1:ffff::2", 0);
        Assert.False(table.HasRoomFor(IPAddress.Parse("2001:db8:0:1::3")));
        Assert.True(table.HasRoomFor(IPAddress.Parse("2001:db8:0:2::1")));
        table.Remove(second);
        Assert.True(table.HasRoomFor(IPAddress.Parse("2001:db8:0:1::3")));
    }

    [Fact]
    public void TCP_and_TLS_to_one_place_are_kept_apart()
    {
        ConnectionTable table = new(new SipEndpointOptions());
        TcpConnection tcp = Add(table, "203.0.113.1", 0);
        SipFlow secure = tcp.Flow with { Transport = SipTransportKind.Tls, Channel = 0 };
        Assert.Null(table.Find(secure, secure.Remote));
        Assert.Same(tcp, table.Find(tcp.Flow with { Channel = 0 }, tcp.Flow.Remote));
        Assert.NotNull(table.LeastWorth(static () => Nothing));
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private TcpConnection Add(ConnectionTable table, string address, int atSecond, bool isTls = false)
    {
        IPAddress remote = IPAddress.Parse(address);
        SipFlow flow = new(
            isTls ? SipTransportKind.Tls : SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, 5060), new IPEndPoint(remote, 5060), _connections.Count + 1);
        Securing? never = isTls ? static (_, _, _) => new TaskCompletionSource<(SslStream, string?)>().Task : null;
        TcpConnection connection = new(
            flow, new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp), never, NoEvents, maxUnsentBytes: 1000) { IsAccepted = true };
        _connections.Add(connection);
        table.Add(connection, Seconds(atSecond));
        return connection;
    }
}
