using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Srtp</c> of a trunk: whether its calls are encrypted, by keys in the SDP (RFC 4568).</summary>
public sealed class TrunkSrtpOptions
{
    /// <summary>Whether SRTP is spoken: never, when the peer offers it, or in any case; then a call without it gets 488.</summary>
    public SdpCryptoUse Use { get; set; } = SdpCryptoUse.Optional;

    /// <summary>Whether keys are taken and sent over UDP and TCP, too, where everybody on the way can read them.</summary>
    public bool WithoutTls { get; set; }

    /// <summary>Whether keys count under RTP/AVP, and are offered so where <see cref="Use"/> is Optional.</summary>
    public bool Optimistic { get; set; }
}
