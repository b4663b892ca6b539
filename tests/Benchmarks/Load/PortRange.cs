using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>RTP ports of the load's phones: even ones above the bridge's usual range.</summary>
internal static class PortRange
{
    private const int First = 40_000, Last = 60_000;

    private static int s_next = First;

    /// <summary>Opens the next free port.</summary>
    /// <exception cref="InvalidOperationException">The range is used up.</exception>
    public static RtpSocket Open(IPAddress address)
    {
        while (Interlocked.Add(ref s_next, 2) is <= Last and int port)
        {
            try
            {
                return new RtpSocket(address, port);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's; the next one.
            }
        }

        throw new InvalidOperationException($"No free port from {First} to {Last}.");
    }
}
