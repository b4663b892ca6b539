using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Strangers and floods at the real sockets: 127.0.0.1 is a known peer, other addresses of the loopback are not.</summary>
[Trait("Req", "TRA4")]
public sealed class StrangersTests : IAsyncDisposable
{
    private static readonly IPAddress Unknown = IPAddress.Parse("127.1.2.3");

    private readonly EchoApp _app = new();
    private SipEndpoint? _endpoint;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SipCounters Counters => _endpoint!.Counters;

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        Assert.Empty(_app.Faults);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task A_stranger_hears_nothing_by_datagram_or_stream_while_a_peer_is_served(string listen)
    {
        await StartAsync(new SipGuardOptions { Strangers = SipStrangers.Silent }, listen);
        using Socket stranger = Datagrams(Unknown);
        foreach (string method in new[] { "OPTIONS", "INVITE", "REGISTER", "BYE" })
        {
            stranger.Send(Request(method));
        }

        using Socket connection = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        connection.Bind(new IPEndPoint(Unknown, 0));
        await connection.ConnectAsync(EndPoint(SipTransportKind.Tcp), Cancellation);
        Assert.Equal(0, await ReceiveAsync(connection));
        Assert.Equal(0, Counters.Connections);

        foreach (SipTransportKind transport in new[] { SipTransportKind.Udp, SipTransportKind.Tcp })
        {
            using WireClient peer = await WireClient.ConnectAsync(transport, EndPoint(transport));
            await peer.SendAsync(peer.Request("OPTIONS", 1));
            Assert.Equal(200, (await peer.FinalAsync()).StatusCode);
        }

        Assert.Equal((5, 0), (Counters.DropsOf(SipDropReason.Stranger), stranger.Available));
        Assert.Equal((0, 2), (Counters.RequestsReceivedOf("INVITE"), Counters.RequestsReceivedOf("OPTIONS")));
    }

    [Fact]
    public async Task A_stranger_is_refused_without_a_transaction_and_then_banned()
    {
        await StartAsync(new SipGuardOptions { Strangers = SipStrangers.Refuse, BanAttempts = 5 });
        using Socket stranger = Datagrams(Unknown);
        byte[] request = Request("INVITE");
        for (int i = 0; i < 20; i++)
        {
            stranger.Send(request);
        }

        await UntilAsync(() => Counters.DropsOf(SipDropReason.Banned) == 15);
        for (int i = 0; i < 5; i++)
        {
            byte[] buffer = new byte[2000];
            int length = await stranger.ReceiveAsync(buffer, SocketFlags.None, Cancellation);
            Assert.Equal(403, Assert.IsType<SipResponse>(SipParser.Parse(buffer.AsMemory(0, length)).Message).StatusCode);
            Assert.InRange(length, 1, request.Length);
        }

        Assert.Equal((0, 0L, 5L), (stranger.Available, Counters.ServerTransactions, Counters.ResponsesSentOf(403)));
        Assert.Equal(Unknown, Assert.Single(_endpoint!.Guard.Bans).Network.BaseAddress);
        Assert.True(_endpoint.Guard.Lift(Unknown));
    }

    [Theory]
    [InlineData("REGISTER", 405)]
    [InlineData("NONSENSE", 501)]
    [InlineData("BYE", 481)]
    [InlineData("", 0)]
    public async Task Where_everybody_is_served_a_source_that_tries_what_is_not_served_is_banned(string method, int status)
    {
        await StartAsync(new SipGuardOptions { BanAttempts = 20 });
        using Socket scanner = Datagrams(Unknown);
        for (int i = 0; i < 20; i++)
        {
            scanner.Send(method.Length == 0 ? "INVITE x SIP/2.0\r\n\r\n"u8.ToArray() : Request(method, i));
        }

        await UntilAsync(() => Counters.Bans == 1);
        Assert.Equal(20, status == 0 ? Counters.DropsOf(SipDropReason.MalformedRequest) : Counters.ResponsesSentOf(status));
        scanner.Send(Request("OPTIONS", 99));
        using WireClient other = await WireClient.ConnectAsync(SipTransportKind.Udp, EndPoint(SipTransportKind.Udp));
        await other.SendAsync(other.Request("OPTIONS", 1));
        Assert.Equal(200, (await other.FinalAsync()).StatusCode);
        Assert.Equal(1, Counters.DropsOf(SipDropReason.Banned));
    }

    [Fact]
    [Trait("Req", "OVL")]
    public async Task Calls_above_the_rate_get_503_from_the_first_look_by_both_transports()
    {
        await StartAsync(new SipGuardOptions { Overload = new SipOverloadOptions { CallsPerSecond = 1 } });
        foreach ((SipTransportKind transport, int status) in new[] { (SipTransportKind.Udp, 200), (SipTransportKind.Udp, 503), (SipTransportKind.Tcp, 503) })
        {
            using WireClient client = await WireClient.ConnectAsync(transport, EndPoint(transport));
            string invite = client.Request("INVITE", 1, body: Descriptions.Theirs);
            await client.SendAsync(invite);
            SipResponse answer = await client.FinalAsync();
            Assert.Equal(status, answer.StatusCode);
            await client.SendAsync(client.Request("ACK", 1, answer.Headers["To"], isNewBranch: status == 200));
        }

        await UntilAsync(() => Counters.DropsOf(SipDropReason.StatelessAck) == 2);
        Assert.Equal((1L, 2L), (Counters.RequestsReceivedOf("INVITE"), Counters.ShedsOf(SipShedReason.SetUpRate)));
        await UntilAsync(() => Counters.HalfOpenCalls == 0);
        Assert.Equal(1, Counters.Dialogs);
    }

    [Fact]
    public async Task A_flood_of_strangers_costs_no_memory_and_a_peer_still_calls()
    {
        await StartAsync(new SipGuardOptions { Strangers = SipStrangers.Silent, BanAttempts = 20 });
        Socket[] strangers = [.. Enumerable.Range(1, 50).Select(i => Datagrams(IPAddress.Parse($"127.3.0.{i}")))];
        for (int round = 0; round < 100; round++)
        {
            foreach (Socket stranger in strangers)
            {
                stranger.Send(Request("INVITE", round));
            }
        }

        using WireClient peer = await WireClient.ConnectAsync(SipTransportKind.Udp, EndPoint(SipTransportKind.Udp));
        SipResponse answer;
        do
        {
            await peer.SendAsync(peer.Request("INVITE", 1, body: Descriptions.Theirs, isNewBranch: false));
            answer = await peer.FinalAsync();
        }
        while (answer.StatusCode != 200);
        Assert.Equal((1L, 1L), (Counters.CallsReceived, Counters.Dialogs));
        Assert.Equal(0, Counters.DropsOf(SipDropReason.QueueFull));
        foreach (Socket stranger in strangers)
        {
            Assert.Equal(0, stranger.Available);
            stranger.Dispose();
        }
    }

    private static byte[] Request(string method, int number = 0) => Encoding.ASCII.GetBytes(
        $"{method} sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.1.2.3:5060;branch=z9hG4bKx{number};rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
        + $"To: <sip:100@127.0.0.1>\r\nCall-ID: c{number}\r\nCSeq: 1 {method}\r\nContact: <sip:a@127.1.2.3>\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n");

    private static async Task<int> ReceiveAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[100], SocketFlags.None, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (!isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private IPEndPoint EndPoint(SipTransportKind transport) =>
        new(IPAddress.Loopback, _endpoint!.Bound.Single(bound => bound.Transport == transport).EndPoint.Port);

    private Socket Datagrams(IPAddress from)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(from, 0));
        socket.Connect(EndPoint(SipTransportKind.Udp));
        return socket;
    }

    private async Task StartAsync(SipGuardOptions guard, string address = "127.0.0.1")
    {
        IPEndPoint listen = new(IPAddress.Parse(address), 0);
        _endpoint = new SipEndpoint(
            new SipEndpointOptions { Listen = [new SipListen(SipTransportKind.Udp, listen), new SipListen(SipTransportKind.Tcp, listen)], Guard = guard }, _app, _app);
        _endpoint.Guard.Sources = new SipSources([new SipPeer("p", [IPNetwork.Parse("127.0.0.1/32")])]);
        await _endpoint.StartAsync(Cancellation);
    }
}
