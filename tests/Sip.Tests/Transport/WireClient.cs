using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>A peer made of text on a real socket; every wait ends after 10 s at the latest.</summary>
internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly SslStream? _tls;
    private readonly SipStreamFramer _framer = new();
    private readonly string _protocol;
    private int _branch;

    private WireClient(Socket socket, SipTransportKind transport, SslStream? tls = null)
    {
        _socket = socket;
        _tls = tls;
        _protocol = transport.ToString().ToUpperInvariant();
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    public IPEndPoint Server => (IPEndPoint)_socket.RemoteEndPoint!;

    /// <summary>Scheme of the Request-URIs.</summary>
    public string Scheme { get; init; } = "sip";

    public string CallId { get; } = Guid.NewGuid().ToString("N");

    public static async Task<WireClient> ConnectAsync(SipTransportKind transport, IPEndPoint server)
    {
        Socket socket = transport != SipTransportKind.Udp
            ? new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        return new WireClient(socket, transport);
    }

    /// <summary>Connects by TLS and takes any certificate; what is thrown when we are refused is the framework's.</summary>
    public static async Task<WireClient> ConnectTlsAsync(IPEndPoint server, SslClientAuthenticationOptions? options = null, string scheme = "sip")
    {
        Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        SslStream tls = new(new NetworkStream(socket));
        options ??= new SslClientAuthenticationOptions();
        options.TargetHost ??= "bridge.example";
        options.RemoteCertificateValidationCallback ??= static (_, certificate, _, _) => certificate is not null;
        using CancellationTokenSource limit = new(Patience);
        await tls.AuthenticateAsClientAsync(options, limit.Token);
        return new WireClient(socket, SipTransportKind.Tls, tls) { Scheme = scheme };
    }

    /// <summary>Serves an accepted connection by TLS.</summary>
    public static async Task<WireClient> OverTlsAsync(Socket accepted, SslServerAuthenticationOptions options)
    {
        SslStream tls = new(new NetworkStream(accepted));
        using CancellationTokenSource limit = new(Patience);
        await tls.AuthenticateAsServerAsync(options, limit.Token);
        return new WireClient(accepted, SipTransportKind.Tls, tls);
    }

    public static WireClient Over(Socket accepted) => new(accepted, SipTransportKind.Tcp);

    /// <summary>What was agreed on; null without TLS.</summary>
    public SslStream? Tls => _tls;

    public async Task SendAsync(string text)
    {
        if (_tls is null)
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text));
        }
        else
        {
            await _tls.WriteAsync(Encoding.UTF8.GetBytes(text));
        }
    }

    public string Request(string method, int cseq, string? to = null, string body = "", string? contact = null, bool isNewBranch = true)
    {
        _branch += isNewBranch ? 1 : 0;
        string type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        return $"{method} {Scheme}:room@{Server} SIP/2.0\r\n"
            + $"Via: SIP/2.0/{_protocol} {Local};branch=z9hG4bK{CallId}{_branch};rport\r\n"
            + $"From: <sip:caller@{Local}>;tag=c\r\nTo: {to ?? $"<sip:room@{Server}>"}\r\nCall-ID: {CallId}\r\nCSeq: {cseq} {method}\r\n"
            + $"Contact: {contact ?? $"<sip:caller@{Local};transport={_protocol}>"}\r\nMax-Forwards: 70\r\n{type}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>The next answer that is not provisional.</summary>
    public async Task<SipResponse> FinalAsync()
    {
        while (true)
        {
            if (await ReceiveAsync() is SipResponse { StatusCode: >= 200 } response)
            {
                return response;
            }
        }
    }

    /// <summary>The next request.</summary>
    public async Task<SipRequest> RequestAsync()
    {
        while (true)
        {
            if (await ReceiveAsync() is SipRequest request)
            {
                return request;
            }
        }
    }

    public async Task<SipMessage> ReceiveAsync()
    {
        while (true)
        {
            byte[] bytes;
            if (_protocol == "UDP")
            {
                bytes = await ReadAsync();
            }
            else if (_framer.TryRead(out SipFrame frame))
            {
                bytes = frame.Bytes.ToArray();
            }
            else
            {
                _framer.Append(await ReadAsync());
                continue;
            }

            return SipParser.Parse(bytes).Message ?? throw new InvalidOperationException("The endpoint sent something that is no message.");
        }
    }

    /// <summary>What comes next, raw; empty when the endpoint closed the connection.</summary>
    public async Task<byte[]> ReadAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        byte[] buffer = new byte[65_536];
        try
        {
            int count = _tls is null
                ? await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token)
                : await _tls.ReadAsync(buffer, limit.Token);
            return buffer[..count];
        }
        catch (Exception error) when (error is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return [];
        }
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
    }
}
