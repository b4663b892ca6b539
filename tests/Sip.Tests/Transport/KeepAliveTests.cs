using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Keepalives of our own on real sockets of the loopback: OPTIONS, and pings on connections that we opened.</summary>
[Trait("Req", "TRA6")]
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly SipUri Peer = new() { Scheme = "sip", Host = "peer.example" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task An_OPTIONS_of_ours_gives_the_status_of_its_answer(int status)
    {
        using UdpClient peer = new(new IPEndPoint(IPAddress.Loopback, 0));
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Udp);
        Task<int> answer = endpoint.AskAsync(Peer, new SipTarget(SipTransportKind.Udp, (IPEndPoint)peer.Client.LocalEndPoint!), Cancellation);
        UdpReceiveResult received = await peer.ReceiveAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        SipRequest request = Assert.IsType<SipRequest>(SipParser.Parse(received.Buffer).Message);
        Assert.Equal((SipMethods.Options, "sip:peer.example", "70"), (request.Method, request.Uri.ToString(), request.Headers[SipHeaderNames.MaxForwards]));
        Assert.NotNull(request.Contact);
        await peer.SendAsync(SipWriter.Write(SipResponse.For(request, status, toTag: "p")), received.RemoteEndPoint, Cancellation);
        Assert.Equal(status, await answer.WaitAsync(Patience, Cancellation));
    }

    [Fact]
    [Trait("Req", "TRA1")]
    public async Task Behind_a_NAT_our_own_requests_name_the_public_address()
    {
        using UdpClient peer = new(new IPEndPoint(IPAddress.Loopback, 0));
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Udp, IPAddress.Parse("203.0.113.5"));
        Task<int> answer = endpoint.AskAsync(Peer, new SipTarget(SipTransportKind.Udp, (IPEndPoint)peer.Client.LocalEndPoint!), Cancellation);
        UdpReceiveResult received = await peer.ReceiveAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        SipRequest request = Assert.IsType<SipRequest>(SipParser.Parse(received.Buffer).Message);
        string outside = $"203.0.113.5:{received.RemoteEndPoint.Port}";
        Assert.StartsWith($"SIP/2.0/UDP {outside};", request.Headers[SipHeaderNames.Via], StringComparison.Ordinal);
        Assert.Equal($"<sip:{outside}>", request.Headers[SipHeaderNames.Contact]);
        await peer.SendAsync(SipWriter.Write(SipResponse.For(request, 200, toTag: "p")), received.RemoteEndPoint, Cancellation);
        Assert.Equal(200, await answer.WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task Waiting_for_an_answer_can_be_given_up_and_leaves_nothing_behind()
    {
        using UdpClient peer = new(new IPEndPoint(IPAddress.Loopback, 0));
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Udp);
        using CancellationTokenSource limit = new();
        Task<int> answer = endpoint.AskAsync(Peer, new SipTarget(SipTransportKind.Udp, (IPEndPoint)peer.Client.LocalEndPoint!), limit.Token);
        await peer.ReceiveAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await EndAsync(() => endpoint.Counters is { ClientTransactions: 0, Timers: 0 });
    }

    [Fact]
    public async Task Without_a_way_there_is_no_answer()
    {
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Tcp);
        Assert.Equal(0, await endpoint.AskAsync(Peer, new SipTarget(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 9)), Cancellation).WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task A_quiet_connection_of_ours_is_pinged_and_closed_when_a_peer_that_knew_pings_is_silent()
    {
        using Socket listener = Listen();
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Tcp);
        using Socket peer = await AnswerOneAsync(endpoint, listener);
        byte[] buffer = new byte[100];
        Assert.Equal("\r\n\r\n"u8.ToArray(), buffer[..await ReceiveAsync(peer, buffer)]);
        await peer.SendAsync("\r\n"u8.ToArray(), Cancellation);
        Assert.Equal("\r\n\r\n"u8.ToArray(), buffer[..await ReceiveAsync(peer, buffer)]);    // not answered: closed after 10 s
        Assert.Equal(0, await ReceiveAsync(peer, buffer));

        // The next request opens another one.
        using Socket next = await AnswerOneAsync(endpoint, listener);
        Assert.Equal(1, endpoint.Counters.Connections);
    }

    [Fact]
    public async Task A_peer_that_does_not_know_pings_keeps_its_connection()
    {
        using Socket listener = Listen();
        await using SipEndpoint endpoint = await StartAsync(SipTransportKind.Tcp);
        using Socket peer = await AnswerOneAsync(endpoint, listener);
        byte[] buffer = new byte[100];
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("\r\n\r\n"u8.ToArray(), buffer[..await ReceiveAsync(peer, buffer)]);
        }
    }

    private static async Task<Socket> AnswerOneAsync(SipEndpoint endpoint, Socket listener)
    {
        Task<int> answer = endpoint.AskAsync(Peer, new SipTarget(SipTransportKind.Tcp, (IPEndPoint)listener.LocalEndPoint!), Cancellation);
        Socket accepted = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        byte[] buffer = new byte[4096];
        int count = await ReceiveAsync(accepted, buffer);
        SipRequest request = Assert.IsType<SipRequest>(SipParser.Parse(buffer.AsSpan(0, count)).Message);
        await accepted.SendAsync(SipWriter.Write(SipResponse.For(request, 200, toTag: "p")), Cancellation);
        Assert.Equal(200, await answer.WaitAsync(Patience, Cancellation));
        return accepted;
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer) =>
        await socket.ReceiveAsync(buffer, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static async Task<SipEndpoint> StartAsync(SipTransportKind transport, IPAddress? publicAddress = null)
    {
        SipEndpoint endpoint = new(
            new SipEndpointOptions { Listen = [new SipListen(transport, new IPEndPoint(IPAddress.Loopback, 0))], PingAfter = TimeSpan.FromMilliseconds(50), PublicAddress = publicAddress },
            new EchoApp());
        await endpoint.StartAsync(Cancellation);
        return endpoint;
    }

    private static async Task EndAsync(Func<bool> isReached)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while (!isReached())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
