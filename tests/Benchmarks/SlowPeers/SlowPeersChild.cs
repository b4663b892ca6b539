using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhoneBridge.Benchmarks.SlowPeers;

/// <summary>Strangers who open connections and hardly use them, from addresses of 127.0.0.0/8, in a process of their own.</summary>
internal static class SlowPeersChild
{
    /// <summary>The line when all were opened.</summary>
    public const string Opened = "opened";

    /// <summary>The word on the line that says how many are left.</summary>
    public const string LeftWord = "left";

    private const int OpenedPerSecond = 1000;
    private const int PerAddress = 20;
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("OPTIONS sip:bridge@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.2;branch=z9hG4bKslow\r\n");

    // The head of a ClientHello that announces more than ever comes (RFC 8446 §4.1.2, §5.1).
    private static readonly byte[] HalfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03];

    private static int s_left;

    /// <summary>Opens them over some seconds and holds them until each is closed.</summary>
    public static async Task RunAsync(int streams, int handshakes, int tcpPort, int tlsPort, CancellationToken stop)
    {
        List<Task> all = [];
        int number = 0;
        foreach ((int count, int port, byte[] bytes, bool goesOn) in new[] { (streams, tcpPort, Request, true), (handshakes, tlsPort, HalfHello, false) })
        {
            for (int i = 0; i < count; i++, number++)
            {
                all.Add(HoldAsync(number / PerAddress, port, bytes, goesOn, stop));
                if (number % (OpenedPerSecond / 50) == 0)
                {
                    await Task.Delay(20, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        Console.WriteLine(Opened);
        Task over = Task.WhenAll(all);
        while (!over.IsCompleted)
        {
            Console.WriteLine(FormattableString.Invariant($"{LeftWord} {Volatile.Read(ref s_left)}"));
            await Task.WhenAny(over, Task.Delay(200, CancellationToken.None));
        }

        Console.WriteLine(FormattableString.Invariant($"{LeftWord} 0"));
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task HoldAsync(int address, int port, byte[] bytes, bool goesOn, CancellationToken stop)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Interlocked.Increment(ref s_left);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(address / 250), (byte)(1 + (address % 250))]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port, stop);
            await socket.SendAsync(bytes.AsMemory(0, goesOn ? 20 : bytes.Length), stop);
            Task<int> end = socket.ReceiveAsync(new byte[256], stop).AsTask();
            for (int sent = 20; !end.IsCompleted; sent++)
            {
                await Task.WhenAny(end, Task.Delay(2000, stop));
                if (goesOn && !end.IsCompleted && sent < bytes.Length)
                {
                    await socket.SendAsync(bytes.AsMemory(sent, 1), stop);
                }
            }

            await end;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Closed by the bridge: what was to come.
        }
        finally
        {
            Interlocked.Decrement(ref s_left);
        }
    }
}
