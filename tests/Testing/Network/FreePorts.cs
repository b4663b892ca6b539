using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Testing.Network;

/// <summary>Finds port numbers for programs that cannot be told to take any free port.</summary>
/// <remarks>
/// A block is handed out once per process and lies below the range from which Linux takes ports for sockets bound to 0.
/// Members may be used from any thread.
/// </remarks>
public static class FreePorts
{
    private const int First = 22000;
    private const int Last = 31999;

    private static readonly Lock Gate = new();

    // A random start keeps test processes that run side by side apart.
    private static int s_next = First + (Random.Shared.Next((Last - First) / 32) * 32);

    /// <summary>Takes <paramref name="count"/> neighbouring ports, the first of them even, free for UDP and TCP on loopback.</summary>
    /// <exception cref="InvalidOperationException">No such block is free.</exception>
    public static int TakeBlock(int count)
    {
        lock (Gate)
        {
            for (int tries = 0; tries < 2000; tries++)
            {
                int block = s_next;
                s_next += (count + 1) & ~1;
                if (s_next > Last)
                {
                    s_next = First;
                    continue;
                }

                if (Enumerable.Range(block, count).All(IsFree))
                {
                    return block;
                }
            }
        }

        throw new InvalidOperationException($"No {count} neighbouring free ports.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Any, port));
            using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
