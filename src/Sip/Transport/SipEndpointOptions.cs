using System.Net;
using PhoneBridge.Sip.Protection;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Transport;

/// <summary>One address to listen at.</summary>
/// <param name="Transport">The protocol.</param>
/// <param name="EndPoint">
/// Address and port; port 0 takes a free one. On a host with several addresses name each of them: answers to datagrams of a
/// wildcard listener leave from the address that the system chooses.
/// </param>
public readonly record struct SipListen(SipTransportKind Transport, IPEndPoint EndPoint);

/// <summary>Settings of a <see cref="SipEndpoint"/>.</summary>
public sealed record SipEndpointOptions
{
    /// <summary>Where to listen; TLS needs a certificate in <see cref="Tls"/>. Default UDP and TCP, port 5060, on every IPv4 address.</summary>
    public IReadOnlyList<SipListen> Listen { get; init; } =
    [
        new(SipTransportKind.Udp, new IPEndPoint(IPAddress.Any, 5060)),
        new(SipTransportKind.Tcp, new IPEndPoint(IPAddress.Any, 5060)),
    ];

    /// <summary>Our address as peers see it, behind 1:1 address translation (TRA1); null: the address that they reach.</summary>
    public IPAddress? PublicAddress { get; init; }

    /// <summary>T1, T2, T4 of RFC 3261.</summary>
    public SipTimers Timers { get; init; } = SipTimers.Default;

    /// <summary>Most server transactions at one time; more requests get 503.</summary>
    public int MaxTransactions { get; init; } = 50_000;

    /// <summary>What is done about strangers, scanners and overload.</summary>
    public SipGuardOptions Guard { get; init; } = new();

    /// <summary>Most datagrams that wait for the loop; more are dropped and counted.</summary>
    public int MaxQueuedDatagrams { get; init; } = 8192;

    /// <summary>What TLS goes by; asked at each handshake, on any thread. Null: no TLS.</summary>
    public Func<SipTlsSettings>? Tls { get; init; }

    /// <summary>
    /// Whether an address belongs to a peer that is known: its connections are not closed for being quiet, and are the last to make
    /// room. Asked on the loop: must not block. Null: nobody is known.
    /// </summary>
    public Func<IPAddress, bool>? IsKnownPeer { get; init; }

    /// <summary>
    /// Most TCP and TLS connections in all. At the cap one makes room: the oldest that has not sent a message, else the one that is
    /// quiet for longest and carries neither call nor registration.
    /// </summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>Most TCP and TLS connections that one address opens; of IPv6, one network of 64 bits.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 100;

    /// <summary>TLS handshakes of strangers that compute at a time, and as many of known peers; the others wait.</summary>
    public int HandshakesAtOnce { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long a TLS handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new connection may say nothing.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message may take from its first byte to its last.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection may be quiet that carries neither call nor registration and is of no known peer.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection that we opened may be quiet before it gets a ping (RFC 5626 §4.4.1).</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long connecting may take, and after it the TLS handshake that we begin.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most bytes that wait for a peer to read them; beyond it the connection is closed.</summary>
    public int MaxUnsentBytes { get; init; } = 262_144;

    /// <summary>How long the application may take for a final answer to an INVITE; then 480.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the application may take to answer an offer within a call; then 500.</summary>
    public TimeSpan OfferWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long stopping waits for the answers to our BYEs.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(2);
}
