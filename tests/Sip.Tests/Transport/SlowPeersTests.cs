using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Certificates;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Thousands of peers that open connections and then dawdle, by a clock of the test's own, and one that calls meanwhile.</summary>
[Trait("Req", "MSG6")]
[Trait("Req", "TRA3")]
public sealed class SlowPeersTests : IAsyncDisposable
{
    private const int PerAddress = 100;

    private readonly EchoApp _app = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority _authority = new();
    private readonly List<Socket> _slow = [];
    private SipEndpoint? _endpoint;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPEndPoint Tls => _endpoint!.Bound[0].EndPoint;

    private IPEndPoint Tcp => _endpoint!.Bound[1].EndPoint;

    public async ValueTask DisposeAsync()
    {
        _slow.ForEach(static socket => socket.Dispose());
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        _authority.Dispose();
        Assert.Empty(_app.Faults);
    }

    [Fact]
    public async Task Two_thousand_slow_peers_disturb_no_call_and_are_gone_within_half_a_minute()
    {
        await StartAsync(maxConnections: 4000);
        byte[] hello = await ClientHelloAsync();
        byte[] beginning = "INVITE sip:room@127.0.0.1 SIP/2.0\r\nVia: "u8.ToArray();
        await OpenAsync(400, Tcp, network: 1, []);              // says nothing
        await OpenAsync(800, Tcp, network: 2, beginning);       // dribbles
        await OpenAsync(400, Tls, network: 3, []);              // begins no handshake
        await OpenAsync(400, Tls, network: 4, hello);           // ends none
        await UntilAsync(() => _endpoint!.Counters.Connections == 2000);

        using WireClient caller = await WireClient.ConnectTlsAsync(new IPEndPoint(IPAddress.Loopback, Tls.Port));
        string to = await CallAsync(caller);
        for (int second = 0; second < 30; second += 3)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            foreach (Socket socket in _slow[400..1200])
            {
                Dribble(socket);
            }
        }

        await UntilAsync(() => _endpoint!.Counters.Connections == 1);
        Assert.Equal(0, _endpoint!.Counters.Handshakes);
        Assert.Equal(2000, _endpoint.Counters.DropsOf(SipDropReason.ConnectionTimeout));
        await caller.SendAsync(caller.Request("BYE", 2, to));
        Assert.Equal(200, (await caller.FinalAsync()).StatusCode);
    }

    [Fact]
    public async Task When_all_places_are_taken_a_caller_gets_one_and_keeps_it()
    {
        await StartAsync(maxConnections: 200);
        byte[] hello = await ClientHelloAsync();
        await OpenAsync(200, Tls, network: 1, hello);
        await UntilAsync(() => _endpoint!.Counters.Connections == 200);

        using WireClient caller = await WireClient.ConnectTlsAsync(new IPEndPoint(IPAddress.Loopback, Tls.Port));
        string to = await CallAsync(caller);
        await OpenAsync(400, Tcp, network: 2, []);
        await UntilAsync(() => _endpoint!.Counters.DropsOf(SipDropReason.ConnectionEvicted) == 401);
        Assert.Equal(200, _endpoint!.Counters.Connections);
        await caller.SendAsync(caller.Request("BYE", 2, to));
        Assert.Equal(200, (await caller.FinalAsync()).StatusCode);
    }

    [Fact]
    public async Task One_address_gets_no_more_than_its_share()
    {
        await StartAsync(maxConnections: 4000);
        await OpenAsync(PerAddress, Tls, network: 1, []);
        await UntilAsync(() => _endpoint!.Counters.Connections == PerAddress);
        _slow.Add(await ConnectAsync("127.0.1.1", new IPEndPoint(IPAddress.Loopback, Tls.Port)));
        await UntilAsync(() => _endpoint!.Counters.DropsOf(SipDropReason.ConnectionRefused) == 1);
        using WireClient other = await WireClient.ConnectTlsAsync(new IPEndPoint(IPAddress.Loopback, Tls.Port));
        await CallAsync(other);
    }

    private static async Task<Socket> ConnectAsync(string from, IPEndPoint to)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(to, Cancellation);
        return socket;
    }

    // What a client says first, taken from a real one.
    private static async Task<byte[]> ClientHelloAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket socket = await ConnectAsync("127.0.0.1", (IPEndPoint)listener.LocalEndPoint!);
        using CancellationTokenSource enough = new();
        await using SslStream tls = new(new NetworkStream(socket));
        Task handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "bridge.example" }, enough.Token);
        using Socket accepted = await listener.AcceptAsync(Cancellation);
        byte[] buffer = new byte[16_384];
        int count = await accepted.ReceiveAsync(buffer, Cancellation);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake);
        return buffer[..count];
    }

    private static void Dribble(Socket socket)
    {
        try
        {
            socket.Send("x"u8);
        }
        catch (SocketException)
        {
            // closed already
        }
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        // The counters have no event: look again until they show it.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }

    private static async Task<string> CallAsync(WireClient caller)
    {
        await caller.SendAsync(caller.Request("INVITE", 1, body: Descriptions.Theirs));
        SipResponse ok = await caller.FinalAsync();
        Assert.Equal(200, ok.StatusCode);
        await caller.SendAsync(caller.Request("ACK", 1, ok.Headers["To"]));
        return ok.Headers["To"]!;
    }

    private async Task StartAsync(int maxConnections)
    {
        X509Certificate2 certificate = _authority.Issue("bridge", ["bridge.example"]);
        SipTlsSettings settings = new() { Certificate = SslStreamCertificateContext.Create(certificate, null, offline: true) };
        _endpoint = new SipEndpoint(
            new SipEndpointOptions
            {
                Listen =
                [
                    new SipListen(SipTransportKind.Tls, new IPEndPoint(IPAddress.Any, 0)),
                    new SipListen(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Any, 0)),
                ],
                Tls = () => settings,
                MaxConnections = maxConnections,
                MaxConnectionsPerAddress = PerAddress,
            },
            _app, _app, _time);
        await _endpoint.StartAsync(Cancellation);
    }

    // From as many addresses as it takes, 127.0.network.1 and up.
    private async Task OpenAsync(int count, IPEndPoint any, int network, byte[] first)
    {
        for (int i = 0; i < count; i++)
        {
            Socket socket = await ConnectAsync($"127.0.{network}.{1 + (i / PerAddress)}", new IPEndPoint(IPAddress.Loopback, any.Port));
            _slow.Add(socket);
            if (first.Length > 0)
            {
                await socket.SendAsync(first, Cancellation);
            }
        }
    }
}
