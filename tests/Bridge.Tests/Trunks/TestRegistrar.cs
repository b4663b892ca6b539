using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.Tests.Trunks;

/// <summary>A registrar on a UDP socket of the loopback: answers as a test says, keeps what came without repeats.</summary>
internal sealed class TestRegistrar : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Func<SipWire, SipWire> _answer;
    private readonly Lock _gate = new();
    private readonly List<SipWire> _requests = [];
    private readonly Task _serving;

    public TestRegistrar(Func<SipWire, SipWire> answer)
    {
        _answer = answer;
        _serving = ServeAsync();
    }

    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    public IReadOnlyList<SipWire> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public static SipWire Challenge(SipWire request) => SipWire.Response(request, 401, "Unauthorized", "r")
        .Add("WWW-Authenticate", "Digest realm=\"trunk\", nonce=\"the-nonce\", qop=\"auth\"");

    public static SipWire Accept(SipWire request) => SipWire.Response(request, 200, "OK", "r").Add("Contact", request["Contact"]!);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _socket.ReceiveAsync();
                if (SipWire.TryRead(received.Buffer, out SipWire? request))
                {
                    lock (_gate)
                    {
                        if (!_requests.Exists(known => known["Via"] == request["Via"]))
                        {
                            _requests.Add(request);
                        }
                    }

                    await _socket.SendAsync(_answer(request).Write(), received.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
        }
    }
}
