using System.Net;

namespace PhoneBridge.Sip.Transport;

/// <summary>The transport protocols that are carried.</summary>
public enum SipTransportKind
{
    /// <summary>Datagrams: messages are retransmitted by the transactions.</summary>
    Udp,

    /// <summary>A byte stream, framed by Content-Length.</summary>
    Tcp,
}

/// <summary>The way that a message came or goes: our address, the peer's, and the socket in between.</summary>
/// <param name="Transport">The protocol.</param>
/// <param name="Local">Our address and port, as the peer sees them without address translation.</param>
/// <param name="Remote">The peer's address and port, as we see them.</param>
/// <param name="Channel">
/// Which socket: the number of the listener for UDP, of the connection for TCP. 0 for TCP means "an open connection to
/// <paramref name="Remote"/>, or a new one".
/// </param>
public readonly record struct SipFlow(SipTransportKind Transport, IPEndPoint Local, IPEndPoint Remote, long Channel)
{
    /// <summary>True when the transport itself repeats what was lost.</summary>
    public bool IsReliable => Transport != SipTransportKind.Udp;
}
