using System.Net;
using System.Net.Sockets;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>Registrations of the endpoint on real sockets of the loopback.</summary>
[Trait("Req", "REG")]
public sealed class EndpointRegistrationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<SipRegistrationStatus> _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.0.0.0")]     // our address is the one that the system would take on the way there
    [InlineData("127.0.0.1")]
    public async Task Over_UDP_it_goes_from_the_listener_and_is_taken_back_at_the_stop(string listen)
    {
        using UdpClient registrar = new(new IPEndPoint(IPAddress.Loopback, 0));
        await using SipEndpoint endpoint = new(
            new SipEndpointOptions
            {
                Listen =
                [
                    new SipListen(SipTransportKind.Udp, new IPEndPoint(IPAddress.IPv6Loopback, 0)),
                    new SipListen(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse(listen), 0)),
                ],
            },
            new EchoApp());
        await endpoint.StartAsync(Cancellation);
        Register(endpoint, SipTransportKind.Udp, (IPEndPoint)registrar.Client.LocalEndPoint!);

        UdpReceiveResult received = await registrar.ReceiveAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        SipRequest request = Read(received.Buffer);
        Assert.Equal(endpoint.Bound[1].EndPoint.Port, received.RemoteEndPoint.Port);
        Assert.Equal($"<sip:us@127.0.0.1:{received.RemoteEndPoint.Port}>;expires=1800", request.Headers["Contact"]);
        await registrar.SendAsync(Ok(request), received.RemoteEndPoint, Cancellation);
        Assert.Equal(SipRegistrationState.Registered, (await _registered.Task.WaitAsync(Patience, Cancellation)).State);

        Task stopping = endpoint.StopAsync(Cancellation);
        do
        {
            received = await registrar.ReceiveAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        }
        while (Read(received.Buffer).CSeq.Number == request.CSeq.Number);    // a repeat, where the machine is busy

        Assert.Equal("0", Read(received.Buffer).Headers["Expires"]);
        await registrar.SendAsync(Ok(Read(received.Buffer)), received.RemoteEndPoint, Cancellation);
        await stopping.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task Over_TCP_it_opens_a_connection_and_names_where_we_listen()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using SipEndpoint endpoint = new(
            new SipEndpointOptions { Listen = [new SipListen(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, 0))] }, new EchoApp());
        await endpoint.StartAsync(Cancellation);
        Register(endpoint, SipTransportKind.Tcp, (IPEndPoint)listener.LocalEndPoint!);

        Socket accepted = await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using WireClient registrar = WireClient.Over(accepted);
        SipRequest request = await registrar.RequestAsync();
        Assert.Equal($"<sip:us@127.0.0.1:{endpoint.Bound[0].EndPoint.Port};transport=tcp>;expires=1800", request.Headers["Contact"]);
        await accepted.SendAsync(Ok(request), Cancellation);
        Assert.Equal(SipRegistrationState.Registered, (await _registered.Task.WaitAsync(Patience, Cancellation)).State);
    }

    [Fact]
    public async Task Without_a_listener_of_its_kind_it_fails_and_says_so()
    {
        await using SipEndpoint endpoint = new(
            new SipEndpointOptions { Listen = [new SipListen(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Loopback, 0))] }, new EchoApp());
        Assert.Throws<InvalidOperationException>(() => Register(endpoint, SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 9)));
        await endpoint.StartAsync(Cancellation);
        Register(endpoint, SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 9));
        SipRegistrationStatus status = await _registered.Task.WaitAsync(Patience, Cancellation);
        Assert.Equal((SipRegistrationState.Failing, SipRegistrationReason.TransportFailed), (status.State, status.Reason));
    }

    private static SipRequest Read(byte[] datagram) => Assert.IsType<SipRequest>(SipParser.Parse(datagram).Message);

    private static byte[] Ok(SipRequest request)
    {
        SipResponse ok = SipResponse.For(request, 200, toTag: "r");
        ok.Headers.Add(SipHeaderNames.Contact, request.Headers[SipHeaderNames.Contact]!);
        return SipWriter.Write(ok);
    }

    private void Register(SipEndpoint endpoint, SipTransportKind transport, IPEndPoint registrar) => endpoint.Register(
        new SipRegistrationOptions
        {
            User = "us",
            Domain = "trunk.example",
            Registrars = [registrar],
            Transport = transport,
            Credentials = new DigestCredentials("us", "secret"),
        },
        status => _registered.TrySetResult(status));
}
