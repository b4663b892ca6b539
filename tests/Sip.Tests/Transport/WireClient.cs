using System.Net;
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
    private readonly SipStreamFramer _framer = new();
    private readonly string _protocol;
    private int _branch;

    private WireClient(Socket socket, SipTransportKind transport)
    {
        _socket = socket;
        _protocol = transport == SipTransportKind.Tcp ? "TCP" : "UDP";
    }

    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    public IPEndPoint Server => (IPEndPoint)_socket.RemoteEndPoint!;

    public string CallId { get; } = Guid.NewGuid().ToString("N");

    public static async Task<WireClient> ConnectAsync(SipTransportKind transport, IPEndPoint server)
    {
        Socket socket = transport == SipTransportKind.Tcp
            ? new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        return new WireClient(socket, transport);
    }

    public static WireClient Over(Socket accepted) => new(accepted, SipTransportKind.Tcp);

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text));

    public string Request(string method, int cseq, string? to = null, string body = "", string? contact = null, bool isNewBranch = true)
    {
        _branch += isNewBranch ? 1 : 0;
        string type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        return $"{method} sip:room@{Server} SIP/2.0\r\n"
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
            int count = await _socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token);
            return buffer[..count];
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return [];
        }
    }

    public void Dispose() => _socket.Dispose();
}
