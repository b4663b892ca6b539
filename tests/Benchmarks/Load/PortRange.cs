using System.Net;
using System.Net.Sockets;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>RTP ports of the load's phones: even ones above the bridge's usual range.</summary>
internal static class PortRange
{
    private const int First = 40_000, Last = 60_000;

    private static int s_next;

    /// <summary>Opens the next free port; after the last one the first again.</summary>
    /// <exception cref="InvalidOperationException">The range is used up.</exception>
    public static RtpSocket Open(IPAddress address)
    {
        for (int tries = First; tries <= Last; tries += 2)
        {
            int port = First + (Interlocked.Add(ref s_next, 2) % (Last - First));
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
