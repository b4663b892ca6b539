using System.Net;

namespace PhoneBridge.Sip.Transport;

/// <summary>The transport protocols that are carried.</summary>
public enum SipTransportKind
{
    /// <summary>Datagrams: messages are retransmitted by the transactions.</summary>
    Udp,

    /// <summary>A byte stream, framed by Content-Length.</summary>
    Tcp,

    /// <summary>TLS 1.2 or 1.3 on TCP, framed as that.</summary>
    Tls,
}

/// <summary>The way that a message came or goes: our address, the peer's, and the socket in between.</summary>
/// <param name="Transport">The protocol.</param>
/// <param name="Local">Our address and port, as the peer sees them without address translation.</param>
/// <param name="Remote">The peer's address and port, as we see them.</param>
/// <param name="Channel">
/// Which socket: the number of the listener for UDP, of the connection for TCP and TLS. 0 for those means "an open connection
/// to <paramref name="Remote"/>, or a new one".
/// </param>
public readonly record struct SipFlow(SipTransportKind Transport, IPEndPoint Local, IPEndPoint Remote, long Channel)
{
    /// <summary>True when the transport itself repeats what was lost.</summary>
    public bool IsReliable => Transport != SipTransportKind.Udp;

    /// <summary>True when nobody on the way to the next hop can read or change what is sent: keys may be told over it.</summary>
    public bool IsSecure => Transport == SipTransportKind.Tls;

    /// <summary>The <see cref="SipTlsPeer.Name"/> that the peer's certificate proved; null when it proved none.</summary>
    public string? ProvenPeer { get; init; }

    /// <summary>The port where the scheme and the transport name none (RFC 3261 §19.1.2).</summary>
    internal int DefaultPort => IsSecure ? 5061 : 5060;
}
