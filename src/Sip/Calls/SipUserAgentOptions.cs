using System.Net;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Calls;

/// <summary>What the core must know of its surroundings.</summary>
internal sealed record SipUserAgentOptions
{
    /// <summary>T1, T2, T4.</summary>
    public SipTimers Timers { get; init; } = SipTimers.Default;

    /// <summary>Our address as peers see it, for Via and Contact (TRA1); null: the address that the peer's request came to.</summary>
    public IPAddress? PublicAddress { get; init; }

    /// <summary>Where TCP connections are taken; used when a peer asks for TCP in its Contact.</summary>
    public IReadOnlyList<IPEndPoint> TcpListeners { get; init; } = [];

    /// <summary>Where TLS connections are taken; used when a peer asks for TLS in its Contact.</summary>
    public IReadOnlyList<IPEndPoint> TlsListeners { get; init; } = [];

    /// <summary>Most server transactions at one time.</summary>
    public int MaxTransactions { get; init; } = 50_000;

    /// <summary>How long the application may take for a final answer to an INVITE.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the application may take to answer an offer within a call; shorter than timer F of the peer (32 s).</summary>
    public TimeSpan OfferWithin { get; init; } = TimeSpan.FromSeconds(10);
}
