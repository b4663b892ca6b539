using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>Signalling of all phones of a load: one UDP socket that finds each message its call.</summary>
internal sealed class LoadExchange : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22 };
    private readonly ConcurrentDictionary<string, LoadCall> _calls = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly Task _reading;
    private long _endedByBridge;

    /// <summary>Opens the socket.</summary>
    /// <param name="server">The bridge.</param>
    public LoadExchange(IPEndPoint server)
    {
        _server = server;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Own end point.</summary>
    public IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The bridge.</summary>
    public IPEndPoint Server => _server;

    /// <summary>Calls that the bridge hung up.</summary>
    public long EndedByBridge => Interlocked.Read(ref _endedByBridge);

    /// <summary>Sends a message.</summary>
    public void Send(byte[] message) => _socket.SendTo(message, _server);

    /// <summary>Has messages of a call given to it.</summary>
    public void Register(string callId, LoadCall call) => _calls[callId] = call;

    /// <summary>Ends that.</summary>
    public void Forget(string callId) => _calls.TryRemove(callId, out _);

    /// <summary>Closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[65536];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int length = await _socket.ReceiveAsync(buffer, _stop.Token);
                if (SipWire.TryRead(buffer.AsSpan(0, length), out SipWire? message))
                {
                    Dispatch(message);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // "Port unreachable" of an earlier datagram; the socket goes on.
            }
        }
    }

    private void Dispatch(SipWire message)
    {
        if (message.IsResponse)
        {
            if (_calls.TryGetValue(message["Call-ID"]!, out LoadCall? call))
            {
                call.OnResponse(message);
            }
        }
        else if (message.Method != "ACK")
        {
            // The bridge asks for a sign of life or says goodbye; a load's phone agrees to everything.
            Interlocked.Add(ref _endedByBridge, message.Method == "BYE" ? 1 : 0);
            Send(SipWire.Response(message, 200, "OK", "load").Write());
        }
    }
}
