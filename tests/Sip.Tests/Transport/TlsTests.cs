using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;
using PhoneBridge.Testing.Certificates;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>The endpoint over TLS, on real sockets of the loopback.</summary>
[Trait("Req", "TRA3")]
public sealed class TlsTests : IAsyncDisposable
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly EchoApp _app = new();
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _foreign = new("Another authority");
    private SipTlsSettings _settings;
    private SipEndpoint? _endpoint;

    public TlsTests() => _settings = new SipTlsSettings { Certificate = ContextOf(_authority.Issue("bridge", ["bridge.example"])) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        _authority.Dispose();
        _foreign.Dispose();
        Assert.Empty(_app.Faults);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_call_is_set_up_held_and_ended(SslProtocols version)
    {
        IPEndPoint server = await StartAsync();
        using WireClient client = await WireClient.ConnectTlsAsync(server, new SslClientAuthenticationOptions { EnabledSslProtocols = version });
        Assert.Equal(version, client.Tls!.SslProtocol);
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        SipResponse ok = await client.FinalAsync();
        Assert.Equal((200, client.Local.Port, "TLS"), (ok.StatusCode, ok.TopVia.RPort, ok.TopVia.Transport));
        Assert.Equal(
            ($"{server}", "sip", "tls"), ($"{ok.Contact!.Uri.Host}:{ok.Contact.Uri.Port}", ok.Contact.Uri.Scheme, ok.Contact.Uri.Transport));

        string to = ok.Headers["To"]!;
        await client.SendAsync(client.Request("ACK", 1, to));
        await client.SendAsync(client.Request("INVITE", 2, to, Descriptions.Hold));
        Assert.Equal((200, 2u), await client.FinalAsync() is { } held ? (held.StatusCode, held.CSeq.Number) : default);
        await client.SendAsync(client.Request("ACK", 2, to));
        SipCall call = Assert.Single(_app.Calls);
        Assert.True(call.IsSecure);
        call.HangUp(SipHangUp.Normal);
        SipRequest bye = await client.RequestAsync();
        Assert.Equal(("BYE", "TLS", server.Port), (bye.Method, bye.TopVia.Transport, bye.TopVia.SentByPort));
    }

    [Fact]
    public async Task A_call_to_a_sips_address_has_a_sips_contact()
    {
        using WireClient client = await ConnectAsync(await StartAsync(), scheme: "sips");
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        SipUri contact = (await client.FinalAsync()).Contact!.Uri;
        Assert.Equal(("sips", (string?)null), (contact.Scheme, contact.Transport));
    }

    [Fact]
    public async Task A_secure_call_cannot_be_steered_without_TLS()
    {
        IPEndPoint server = await StartAsync(new SipListen(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, 0)));
        using WireClient client = await ConnectAsync(server);
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        string to = (await client.FinalAsync()).Headers["To"]!;
        await client.SendAsync(client.Request("ACK", 1, to));
        string secret = client.Request("BYE", 2, to);
        using WireClient other = await WireClient.ConnectAsync(SipTransportKind.Tcp, _endpoint!.Bound[1].EndPoint);
        await other.SendAsync(secret.Replace("/TLS", "/TCP", StringComparison.Ordinal));
        Assert.Equal(403, (await other.FinalAsync()).StatusCode);
        await client.SendAsync(client.Request("BYE", 3, to));
        Assert.Equal(200, (await client.FinalAsync()).StatusCode);
    }

    [Fact]
    public async Task Old_versions_weak_suites_and_what_is_no_TLS_are_refused_and_counted()
    {
        IPEndPoint server = await StartAsync();
#pragma warning disable CA5397, SYSLIB0039 // The old versions are what is tried.
        await RefusedAsync(server, new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls | SslProtocols.Tls11 });
#pragma warning restore CA5397, SYSLIB0039
        await RefusedAsync(server, new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12,
            CipherSuitesPolicy = OperatingSystem.IsLinux()
                ? new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256])
                : null,
        });
        using WireClient plain = await WireClient.ConnectAsync(SipTransportKind.Tcp, server);
        await plain.SendAsync(plain.Request("OPTIONS", 1));
        await plain.ReadAsync();    // perhaps an alert
        await UntilAsync(() => _endpoint!.Counters.DropsOf(SipDropReason.HandshakeFailed) == 3);
        Assert.Equal(0, _endpoint!.Counters.RequestsReceivedOf("OPTIONS"));
    }

    [Fact]
    public async Task A_new_certificate_serves_the_next_connection_and_leaves_the_old_ones_alone()
    {
        IPEndPoint server = await StartAsync();
        using WireClient before = await ConnectAsync(server);
        _settings = _settings with { Certificate = ContextOf(_authority.Issue("renewed", ["bridge.example"])) };
        using WireClient after = await ConnectAsync(server);
        Assert.Equal("CN=bridge", before.Tls!.RemoteCertificate!.Subject);
        Assert.Equal("CN=renewed", after.Tls!.RemoteCertificate!.Subject);
        await before.SendAsync(before.Request("OPTIONS", 1));
        Assert.Equal(200, (await before.FinalAsync()).StatusCode);
    }

    [Fact]
    [Trait("Req", "TRA4")]
    public async Task A_trunk_is_known_by_the_name_in_its_certificate()
    {
        _settings = _settings with { Peers = [Peer("operator", ["sbc.operator.example"])] };
        IPEndPoint server = await StartAsync();
        using WireClient client = await ConnectAsync(server, _authority.Issue("sbc", ["sbc.operator.example"], use: ClientUse));
        Assert.Equal("operator", await ProvenAsync(client));

        // Nobody that we know: a certificate like none at all.
        using WireClient other = await ConnectAsync(server, _foreign.Issue("phone", ["phone.example"]));
        Assert.Null(await ProvenAsync(other));
        using WireClient without = await ConnectAsync(server);
        Assert.Null(await ProvenAsync(without));
    }

    [Theory]
    [Trait("Req", "TRA4")]
    [InlineData("expired")]
    [InlineData("not yet in force")]
    [InlineData("of another authority")]
    [InlineData("for code signing")]
    [InlineData("of another trunk")]
    [InlineData("none")]
    public async Task A_trunk_that_must_show_its_certificate_is_refused_with_any_other(string what)
    {
        _settings = _settings with
        {
            Peers =
            [
                Peer("strict", ["sbc.operator.example"]) with { IsAt = IPAddress.IsLoopback, MustShowCertificate = true },
                Peer("other", ["sbc.other.example"]) with { Authorities = _foreign.Trust },
            ],
        };
        string[] names = ["sbc.operator.example"];
        X509Certificate2? shown = what switch
        {
            "expired" => _authority.Issue("sbc", names, from: TimeSpan.FromDays(-10), until: TimeSpan.FromDays(-1)),
            "not yet in force" => _authority.Issue("sbc", names, from: TimeSpan.FromDays(1)),
            "of another authority" => _foreign.Issue("sbc", names),
            "for code signing" => _authority.Issue("sbc", names, use: "1.3.6.1.5.5.7.3.3"),
            "of another trunk" => _authority.Issue("sbc", ["sbc.other.example"]),
            _ => null,
        };
        await RefusedAsync(await StartAsync(), OptionsWith(shown));
        await UntilAsync(() => _endpoint!.Counters.DropsOf(SipDropReason.HandshakeFailed) == 1);
        Assert.Equal(0, _endpoint!.Counters.RequestsReceivedOf("OPTIONS"));
    }

    [Fact]
    public async Task We_register_over_TLS_show_our_certificate_and_take_calls_by_the_same_connection()
    {
        _settings = _settings with { Peers = [Registrar("sip.operator.example")] };
        IPEndPoint ours = await StartAsync();
        using Socket listener = Listen();
        TaskCompletionSource<SipRegistrationStatus> registered = Register(listener);
        using WireClient registrar = await ServeAsync(listener, _authority.Issue("registrar", ["sip.operator.example"]));
        Assert.Equal("CN=bridge", registrar.Tls!.RemoteCertificate!.Subject);
        SipRequest register = await registrar.RequestAsync();
        Assert.Equal(("TLS", "tls", ours.Port), (register.TopVia.Transport, register.Contact!.Uri.Transport, register.Contact.Uri.Port));
        SipResponse ok = SipResponse.For(register, 200, toTag: "r");
        ok.Headers.Add("Contact", register.Headers["Contact"]!);
        await registrar.SendAsync(System.Text.Encoding.UTF8.GetString(SipWriter.Write(ok)));
        Assert.Equal(SipRegistrationState.Registered, (await registered.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).State);

        await registrar.SendAsync(registrar.Request("INVITE", 1, body: Descriptions.Theirs));
        Assert.Equal(200, (await registrar.FinalAsync()).StatusCode);
        Assert.Equal((true, "operator"), (_app.Calls.First().IsSecure, _app.Calls.First().Flow.ProvenPeer));
    }

    [Theory]
    [InlineData("sip.other.example", false, false)]
    [InlineData("sip.operator.example", true, false)]
    [InlineData("sip.operator.example", false, true)]
    [InlineData("*.operator.example", false, false)]
    public async Task A_registrar_with_a_wrong_certificate_is_told_nothing(string name, bool isForeign, bool isExpired)
    {
        _settings = _settings with { Peers = [Registrar("sip.operator.example")] };
        await StartAsync();
        using Socket listener = Listen();
        TaskCompletionSource<SipRegistrationStatus> registered = Register(listener);
        X509Certificate2 shown = (isForeign ? _foreign : _authority).Issue(
            "sip.operator.example", [name], from: TimeSpan.FromDays(-10), until: TimeSpan.FromDays(isExpired ? -1 : 1));
        try
        {
            using WireClient registrar = await ServeAsync(listener, shown);
            Assert.Empty(await registrar.ReadAsync());      // in TLS 1.3 our refusal comes after the handshake
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
        }

        SipRegistrationStatus status = await registered.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.TransportFailed), (status.State, status.Reason));
    }

    private static SslStreamCertificateContext ContextOf(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);

    private static SslClientAuthenticationOptions OptionsWith(X509Certificate2? certificate) =>
        new() { ClientCertificateContext = certificate is null ? null : ContextOf(certificate) };

    private static Task<WireClient> ConnectAsync(IPEndPoint server, X509Certificate2 shown) => WireClient.ConnectTlsAsync(server, OptionsWith(shown));

    private static Task<WireClient> ConnectAsync(IPEndPoint server, string scheme = "sip") => WireClient.ConnectTlsAsync(server, scheme: scheme);

    // In TLS 1.3 the client has finished before the server judges: then the refusal comes with the first read.
    private static async Task RefusedAsync(IPEndPoint server, SslClientAuthenticationOptions options)
    {
        try
        {
            using WireClient client = await WireClient.ConnectTlsAsync(server, options);
            await client.SendAsync(client.Request("OPTIONS", 1));
            Assert.Empty(await client.ReadAsync());
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
        }
    }

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static async Task<WireClient> ServeAsync(Socket listener, X509Certificate2 certificate) => await WireClient.OverTlsAsync(
        await listener.AcceptAsync(Cancellation),
        new SslServerAuthenticationOptions
        {
            ServerCertificateContext = ContextOf(certificate),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        });

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        // The counters have no event: look again until they show it.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (!isTrue())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }

    private SipTlsPeer Peer(string name, string[] names) =>
        new() { Name = name, IsAt = static _ => false, CertificateNames = names, Authorities = _authority.Trust, IsKnownByCertificate = true };

    private SipTlsPeer Registrar(string name) => Peer("operator", [name]) with { IsAt = IPAddress.IsLoopback, IsKnownByCertificate = false };

    private async Task<IPEndPoint> StartAsync(params SipListen[] others)
    {
        _endpoint = new SipEndpoint(
            new SipEndpointOptions
            {
                Listen = [new SipListen(SipTransportKind.Tls, new IPEndPoint(IPAddress.Loopback, 0)), .. others],
                Tls = () => Volatile.Read(ref _settings),
            },
            _app, _app);
        await _endpoint.StartAsync(Cancellation);
        return _endpoint.Bound[0].EndPoint;
    }

    private TaskCompletionSource<SipRegistrationStatus> Register(Socket listener)
    {
        TaskCompletionSource<SipRegistrationStatus> settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _endpoint!.Register(
            new SipRegistrationOptions
            {
                User = "0033123456789",
                Domain = "operator.example",
                Registrars = [(IPEndPoint)listener.LocalEndPoint!],
                Transport = SipTransportKind.Tls,
                Credentials = new DigestCredentials("user", "secret"),
            },
            status =>
            {
                if (status.State is SipRegistrationState.Registered or SipRegistrationState.Failing)
                {
                    settled.TrySetResult(status);
                }
            });
        return settled;
    }

    private async Task<string?> ProvenAsync(WireClient client)
    {
        int before = _app.Calls.Count;
        await client.SendAsync(client.Request("INVITE", 1, body: Descriptions.Theirs));
        Assert.Equal(200, (await client.FinalAsync()).StatusCode);
        return _app.Calls.ElementAt(before).Flow.ProvenPeer;
    }
}
