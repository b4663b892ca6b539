using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Phones;

/// <summary>What many test phones share: one SIP socket (UDP) and the threads of their media clocks.</summary>
public sealed class PhoneExchange : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly ConcurrentDictionary<string, bool> _silenced = new();
    private readonly ConcurrentDictionary<string, TestPhone> _calls = new();
    private readonly PhoneMediaLoop[] _loops;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private int _phones;

    /// <summary>Binds the SIP socket and starts the media threads.</summary>
    /// <param name="address">Local address; null for loopback.</param>
    /// <param name="mediaLoops">Media threads; one serves some hundred phones.</param>
    public PhoneExchange(IPAddress? address = null, int mediaLoops = 1)
    {
        Address = address ?? IPAddress.Loopback;
        _socket = new Socket(Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22 };
        _socket.Bind(new IPEndPoint(Address, 0));
        _loops = [.. Enumerable.Range(0, mediaLoops).Select(i => new PhoneMediaLoop($"phones-{i}"))];
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Local address of all phones.</summary>
    public IPAddress Address { get; }

    /// <summary>SIP end point of all phones.</summary>
    public IPEndPoint SipEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The media threads, for their own lateness.</summary>
    public IReadOnlyList<PhoneMediaLoop> Loops => _loops;

    /// <summary>Makes a phone; its media clock gets the next place in the 20 ms period.</summary>
    public TestPhone CreatePhone(TestPhoneOptions options)
    {
        int number = Interlocked.Increment(ref _phones);
        // 7 ms steps visit every millisecond of the period before one is used twice.
        TimeSpan phase = options.Phase ?? TimeSpan.FromMilliseconds(number * 7 % 20);
        return new TestPhone(this, options, _loops[number % _loops.Length], phase);
    }

    /// <summary>Stops all threads. Phones that still talk are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _reading;
        foreach (PhoneMediaLoop loop in _loops)
        {
            loop.Dispose();
        }

        _stop.Dispose();
    }

    internal void Register(string callId, TestPhone phone) => _calls[callId] = phone;

    internal void Forget(string callId) => _calls.TryRemove(callId, out _);

    /// <summary>Nothing is answered any more in this call: its phone is without power.</summary>
    internal void Silence(string callId)
    {
        _silenced[callId] = true;
        Forget(callId);
    }

    internal void Send(byte[] datagram, IPEndPoint target) => _socket.SendTo(datagram, target);

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[65536];
        IPEndPoint any = new(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer, any, _stop.Token);
                TimeSpan now = MonotonicTime.Now;
                if (SipWire.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out SipWire? message))
                {
                    Dispatch(message, (IPEndPoint)received.RemoteEndPoint, now);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // "Port unreachable" of an earlier datagram; the socket goes on.
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Dispatch(SipWire message, IPEndPoint source, TimeSpan now)
    {
        if (_calls.TryGetValue(message["Call-ID"]!, out TestPhone? phone))
        {
            phone.OnMessage(message, source, now);
        }
        else if (!message.IsResponse && message.Method != "ACK" && !_silenced.ContainsKey(message["Call-ID"]!))
        {
            (int status, string reason) = message.Method == "OPTIONS" ? (200, "OK") : (481, "Call/Transaction Does Not Exist");
            Send(SipWire.Response(message, status, reason, "exchange").Write(), source);
        }
    }
}
