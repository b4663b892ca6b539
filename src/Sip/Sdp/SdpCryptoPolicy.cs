namespace PhoneBridge.Sip.Sdp;

/// <summary>Whether a call speaks SRTP.</summary>
public enum SdpCryptoUse
{
    /// <summary>Never: RTP/SAVP is refused, keys are ignored.</summary>
    None,

    /// <summary>When the peer offers it.</summary>
    Optional,

    /// <summary>In any case: a description without it is refused.</summary>
    Required,
}

/// <summary>What we do about <c>a=crypto</c> in a call (RFC 4568; SDP6, SDP7).</summary>
/// <param name="Use">Whether.</param>
public sealed record SdpCryptoPolicy(SdpCryptoUse Use)
{
    /// <summary>No SRTP.</summary>
    public static readonly SdpCryptoPolicy None = new(SdpCryptoUse.None);

    /// <summary>Suites that are taken and, in this order, offered.</summary>
    public IReadOnlyList<SdpCryptoSuite> Suites { get; init; } = SdpCryptoSuite.All;

    /// <summary>Keys under RTP/AVP count and are offered so where SRTP is optional ("optimistic" SRTP).</summary>
    public bool IsOptimistic { get; init; }

    /// <summary>Why there can be no SRTP in this call although it may be wanted; null: there can. A call that requires it is refused for it.</summary>
    public SdpRefusalReason? Obstacle { get; init; }

    /// <summary>Keys are taken.</summary>
    internal bool IsOpen => Use != SdpCryptoUse.None && Obstacle is null;
}

/// <summary>The keys that both sides of a call send by.</summary>
/// <param name="Local">Ours.</param>
/// <param name="Remote">The peer's; the same suite.</param>
public sealed record SdpCryptoAgreement(SdpCrypto Local, SdpCrypto Remote);
