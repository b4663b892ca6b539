using System.Net;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>The endpoint on real sockets of the loopback.</summary>
public sealed class SipEndpointTests : IAsyncDisposable
{
    private readonly EchoApp _app = new();
    private SipEndpoint? _endpoint;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        Assert.Empty(_app.Faults);
    }

    [Theory]
    [Trait("Req", "TRA1")]
    [Trait("Req", "TRA2")]
    [InlineData(SipTransportKind.Udp, "127.0.0.1")]
    [InlineData(SipTransportKind.Tcp, "127.0.0.1")]
    [InlineData(SipTransportKind.Udp, "::1")]
    [InlineData(SipTransportKind.Tcp, "::1")]
    public async Task A_call_is_set_up_held_and_ended(SipTransportKind transport, string address)
    {
        using WireClient client = await StartAsync(transport, address);
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        SipResponse ok = await client.FinalAsync();
        Assert.Equal((200, client.Local.Port), (ok.StatusCode, ok.TopVia.RPort));
        Assert.Equal(client.Server.ToString(), $"{SipHost.Format(ok.Contact!.Uri.Host)}:{ok.Contact.Uri.Port}");
        Assert.Equal(transport == SipTransportKind.Tcp ? "tcp" : null, ok.Contact.Uri.Transport);

        string to = ok.Headers["To"]!;
        await client.SendAsync(client.Request("ACK", 1, to));
        await client.SendAsync(client.Request("INVITE", 2, to, Descriptions.Hold));
        Assert.Equal((200, 2u), await client.FinalAsync() is { } held ? (held.StatusCode, held.CSeq.Number) : default);
        await client.SendAsync(client.Request("ACK", 2, to));
        await client.SendAsync(client.Request("BYE", 3, to));
        Assert.Equal((200, "BYE"), await client.FinalAsync() is { } bye ? (bye.StatusCode, bye.CSeq.Method) : default);
        Assert.Equal(SipCallEndKind.RemoteHangUp, (await _app.Ended.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).Kind);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp)]
    [InlineData(SipTransportKind.Tcp)]
    public async Task Our_BYE_takes_the_way_of_the_dialog(SipTransportKind transport)
    {
        using WireClient client = await StartAsync(transport);
        SipCall call = await EstablishAsync(client);
        call.HangUp(SipHangUp.Normal);
        SipRequest bye = await client.RequestAsync();
        Assert.Equal(("BYE", "Q.850;cause=16"), (bye.Method, bye.Headers["Reason"]![..14]));
        await client.SendAsync(Encoding.UTF8.GetString(SipWriter.Write(SipResponse.For(bye, 200))));
        await UntilAsync(() => _endpoint!.Counters.Dialogs == 0);
    }

    [Fact]
    public async Task A_stopping_endpoint_hangs_up_what_is_left()
    {
        using WireClient client = await StartAsync(SipTransportKind.Udp);
        await EstablishAsync(client);
        Task stopping = _endpoint!.StopAsync(Cancellation);
        SipRequest bye = await client.RequestAsync();
        await client.SendAsync(Encoding.UTF8.GetString(SipWriter.Write(SipResponse.For(bye, 200))));
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal(SipCallEndKind.LocalHangUp, Assert.Single(_app.Ends).Kind);
    }

    [Fact]
    public async Task When_the_connection_is_gone_our_BYE_goes_to_the_Contact_by_a_new_one()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        SipCall call;
        using (WireClient client = await StartAsync(SipTransportKind.Tcp))
        {
            call = await EstablishAsync(client, $"<sip:caller@{listener.LocalEndPoint};transport=tcp>");
        }

        await UntilAsync(() => _endpoint!.Counters.Connections == 0);
        call.HangUp(SipHangUp.Normal);
        using WireClient again = WireClient.Over(await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.Equal("BYE", (await again.RequestAsync()).Method);
    }

    [Fact]
    public async Task When_nobody_is_there_to_connect_to_the_BYE_fails_and_the_call_is_freed()
    {
        SipCall call;
        using (WireClient client = await StartAsync(SipTransportKind.Tcp))
        {
            call = await EstablishAsync(client);
        }

        await UntilAsync(() => _endpoint!.Counters.Connections == 0);
        call.HangUp(SipHangUp.Normal);
        await UntilAsync(() => _endpoint!.Counters is { Dialogs: 0, ClientTransactions: 0, SendFailures: > 0 });
    }

    [Fact]
    [Trait("Req", "MSG6")]
    public async Task A_ping_gets_CRLF_and_messages_may_come_in_any_pieces()
    {
        using WireClient client = await StartAsync(SipTransportKind.Tcp);
        await client.SendAsync("\r\n\r\n");
        Assert.Equal("\r\n"u8.ToArray(), await client.ReadAsync());
        string two = client.Request("OPTIONS", 1) + client.Request("OPTIONS", 2);
        for (int i = 0; i < two.Length; i += 97)
        {
            await client.SendAsync(two[i..Math.Min(i + 97, two.Length)]);
        }

        Assert.Equal((1u, 2u), ((await client.FinalAsync()).CSeq.Number, (await client.FinalAsync()).CSeq.Number));
    }

    [Fact]
    [Trait("Req", "MSG6")]
    public async Task Lost_framing_gets_400_and_the_connection_is_closed()
    {
        using WireClient client = await StartAsync(SipTransportKind.Tcp);
        await client.SendAsync(client.Request("OPTIONS", 1).Replace("Content-Length: 0", "Content-Length: -1", StringComparison.Ordinal));
        Assert.Equal(400, (await client.FinalAsync()).StatusCode);
        Assert.Empty(await client.ReadAsync());
        await UntilAsync(() => _endpoint!.Counters.Connections == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("OPTIONS sip:half SIP/2.0\r\nVia: ")]
    public async Task A_connection_that_brings_no_whole_message_is_closed_in_time(string beginning)
    {
        SipEndpointOptions quick = new()
        {
            FirstByteTimeout = TimeSpan.FromMilliseconds(100), MessageTimeout = TimeSpan.FromMilliseconds(100),
        };
        using WireClient client = await StartAsync(SipTransportKind.Tcp, options: quick);
        await client.SendAsync(beginning);
        Assert.Empty(await client.ReadAsync());
        Assert.Equal(1, _endpoint!.Counters.DropsOf(SipDropReason.ConnectionTimeout));
    }

    [Fact]
    public async Task A_quiet_connection_is_closed_unless_a_call_runs_over_it()
    {
        SipEndpointOptions quick = new() { IdleTimeout = TimeSpan.FromMilliseconds(300) };
        using WireClient busy = await StartAsync(SipTransportKind.Tcp, options: quick);
        using WireClient idle = await WireClient.ConnectAsync(SipTransportKind.Tcp, busy.Server);
        SipCall call = await EstablishAsync(busy);
        await idle.SendAsync("\r\n\r\n");
        Assert.Equal(2, (await idle.ReadAsync()).Length);
        Assert.Empty(await idle.ReadAsync());
        await UntilAsync(() => _endpoint!.Counters.Connections == 1);
        call.HangUp(SipHangUp.Normal);
        Assert.Equal("BYE", (await busy.RequestAsync()).Method);
    }

    [Fact]
    public async Task Connections_of_one_address_are_capped_and_at_the_total_cap_the_quietest_makes_room()
    {
        using WireClient first = await StartAsync(
            SipTransportKind.Tcp, options: new SipEndpointOptions { MaxConnectionsPerAddress = 2, MaxConnections = 2 });
        using WireClient second = await WireClient.ConnectAsync(SipTransportKind.Tcp, first.Server);
        using WireClient third = await WireClient.ConnectAsync(SipTransportKind.Tcp, first.Server);
        Assert.Empty(await third.ReadAsync());
        Assert.Equal(1, _endpoint!.Counters.DropsOf(SipDropReason.ConnectionRefused));

        await _endpoint.DisposeAsync();
        using WireClient oldest = await StartAsync(SipTransportKind.Tcp, options: new SipEndpointOptions { MaxConnections = 1 });
        using WireClient newest = await WireClient.ConnectAsync(SipTransportKind.Tcp, oldest.Server);
        await newest.SendAsync(newest.Request("OPTIONS", 1));
        Assert.Equal(200, (await newest.FinalAsync()).StatusCode);
        Assert.Empty(await oldest.ReadAsync());
    }

    [Fact]
    [Trait("Req", "MSG8")]
    public async Task Garbage_and_a_full_size_datagram_do_not_disturb_the_loop()
    {
        using WireClient client = await StartAsync(SipTransportKind.Udp);
        Random random = new(1);
        byte[] noise = new byte[600];
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(noise);
            await client.SendAsync(Encoding.Latin1.GetString(noise));
        }

        string large = client.Request("OPTIONS", 1).Replace(
            "Max-Forwards", string.Concat(Enumerable.Range(0, 20).Select(i => $"X-Long-{i}: {new string('x', 2900)}\r\n")) + "Max-Forwards",
            StringComparison.Ordinal);
        Assert.InRange(large.Length, 58_000, 65_000);
        await client.SendAsync(large);
        Assert.Equal(200, (await client.FinalAsync()).StatusCode);
        Assert.Equal(50, _endpoint!.Counters.Drops.Sum(static drop => drop.Value));
    }

    [Fact]
    public async Task While_draining_new_calls_get_503()
    {
        using WireClient client = await StartAsync(SipTransportKind.Udp);
        _endpoint!.IsDraining = true;
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        Assert.Equal(503, (await client.FinalAsync()).StatusCode);
        await client.SendAsync(client.Request("ACK", 1, isNewBranch: false));
        Assert.Empty(_app.Calls);
    }

    [Fact]
    [Trait("Req", "TRA1")]
    public async Task The_public_address_is_what_peers_are_told()
    {
        using WireClient client = await StartAsync(
            SipTransportKind.Udp, options: new SipEndpointOptions { PublicAddress = IPAddress.Parse("203.0.113.7") });
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        SipResponse ok = await client.FinalAsync();
        Assert.Equal(("203.0.113.7", client.Server.Port), (ok.Contact!.Uri.Host, ok.Contact.Uri.Port));
        await client.SendAsync(client.Request("ACK", 1, ok.Headers["To"]));
        (await _app.Confirmed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).HangUp(SipHangUp.Normal);
        Assert.Equal("203.0.113.7", (await client.RequestAsync()).TopVia.SentByHost);
    }

    [Theory]
    [Trait("Req", "TRA1")]
    [InlineData(SipTransportKind.Udp, "0.0.0.0", "127.0.0.1")]
    [InlineData(SipTransportKind.Udp, "::", "::1")]
    [InlineData(SipTransportKind.Tcp, "0.0.0.0", "127.0.0.1")]
    public async Task A_wildcard_listener_names_the_address_that_the_peer_reached(SipTransportKind transport, string any, string reached)
    {
        using WireClient unused = await StartAsync(transport, any);
        IPEndPoint server = new(IPAddress.Parse(reached), _endpoint!.Bound[0].EndPoint.Port);
        using WireClient client = await WireClient.ConnectAsync(transport, server);
        SipCall call = await EstablishAsync(client);
        Assert.Equal(server.Address, call.LocalAddress);
        Assert.Equal(client.Local, call.Source);
        call.HangUp(SipHangUp.Normal);
        SipRequest bye = await client.RequestAsync();
        Assert.Equal((reached, server.Port), (bye.TopVia.SentByHost, bye.TopVia.SentByPort));
    }

    [Fact]
    public async Task An_address_in_use_is_reported_and_nothing_stays_bound()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        SipEndpoint endpoint = new(
            new SipEndpointOptions
            {
                Listen =
                [
                    new SipListen(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, port)),
                    new SipListen(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, port)),
                ],
            },
            _app);
        await Assert.ThrowsAsync<SocketException>(() => endpoint.StartAsync(Cancellation));
        await endpoint.DisposeAsync();
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        // The counters have no event: look again until they show it.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (!isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private async Task<WireClient> StartAsync(SipTransportKind transport, string address = "127.0.0.1", SipEndpointOptions? options = null)
    {
        SipListen listen = new(transport, new IPEndPoint(IPAddress.Parse(address), 0));
        _endpoint = new SipEndpoint((options ?? new SipEndpointOptions()) with { Listen = [listen] }, _app, _app);
        await _endpoint.StartAsync(Cancellation);
        return await WireClient.ConnectAsync(transport, Assert.Single(_endpoint.Bound).EndPoint);
    }

    private async Task<SipCall> EstablishAsync(WireClient client, string? contact = null)
    {
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs, contact: contact));
        SipResponse ok = await client.FinalAsync();
        await client.SendAsync(client.Request("ACK", 1, ok.Headers["To"], contact: contact));
        return await _app.Confirmed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }
}
