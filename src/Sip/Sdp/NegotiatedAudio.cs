using System.Net;

namespace PhoneBridge.Sip.Sdp;

/// <summary>What offer and answer agreed on for the audio stream.</summary>
/// <param name="Codec">The one voice codec.</param>
/// <param name="SendPayloadType">Number in packets that we send.</param>
/// <param name="ReceivePayloadType">Number in packets that we get; may differ from the other (SDP2).</param>
/// <param name="SendTelephoneEvent">Number for events that we send; null when events were not agreed.</param>
/// <param name="ReceiveTelephoneEvent">Number for events that we get; null when events were not agreed.</param>
/// <param name="Remote">Where to send RTP, as the peer's SDP says. The unspecified address while the peer holds in the old way.</param>
/// <param name="RemoteRtcp">Where to send RTCP (RFC 3605, RFC 5761); null when no port is left for it.</param>
/// <param name="RtcpMux">True when RTCP shares the RTP port in both directions.</param>
/// <param name="SendPtimeMs">Packet time to send with [ms], 10 to 60.</param>
/// <param name="LocalDirection">Ours: with <c>recvonly</c> and <c>inactive</c> we are held and do not send.</param>
/// <param name="IsRefresh">True when the peer's description and the outcome are those of before: restart nothing (SDP5).</param>
public sealed record NegotiatedAudio(
    SdpCodec Codec,
    byte SendPayloadType,
    byte ReceivePayloadType,
    byte? SendTelephoneEvent,
    byte? ReceiveTelephoneEvent,
    IPEndPoint Remote,
    IPEndPoint? RemoteRtcp,
    bool RtcpMux,
    int SendPtimeMs,
    SdpDirection LocalDirection,
    bool IsRefresh)
{
    /// <summary>Clock of the events [Hz]; that of the voice, or 8000 when the peer offers its events beside Opus at no other.</summary>
    public int TelephoneEventClockRate { get; init; } = SdpCodec.UsualClockRate;

    /// <summary>Number for comfort noise (RFC 3389) that we get; null when it was not agreed. We send none.</summary>
    public byte? ReceiveComfortNoise { get; init; }

    /// <summary>The keys of SRTP; null when the stream is not protected.</summary>
    public SdpCryptoAgreement? Crypto { get; init; }

    /// <summary>What the peer says of its Opus; null with another codec.</summary>
    public SdpOpusParameters? Opus { get; init; }
}

/// <summary>Why a description cannot be used.</summary>
public enum SdpRefusalReason
{
    /// <summary>No audio line, or only refused ones.</summary>
    NoAudio,

    /// <summary>No audio line with an RTP profile that we speak.</summary>
    Profile,

    /// <summary>No voice codec in common.</summary>
    Codec,

    /// <summary>SRTP is required, and the description has none.</summary>
    Unprotected,

    /// <summary>A profile of SRTP without a key that we can use.</summary>
    NoUsableKey,

    /// <summary>SRTP is wanted, but the keys would travel over a transport that others can read.</summary>
    KeysInClear,

    /// <summary>SRTP is wanted, and this machine cannot do it.</summary>
    NoSrtp,

    /// <summary>No address, one of another family, or one that no single phone can have.</summary>
    Address,

    /// <summary>The address is a host name: resolve it, then try again with <see cref="SdpSession.WithResolved"/>.</summary>
    UnresolvedHost,
}

/// <summary>A refusal and how to say it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Host">The name to resolve with <see cref="SdpRefusalReason.UnresolvedHost"/>, else null.</param>
/// <param name="Status">Status for the response to the offer.</param>
public sealed record SdpRefusal(SdpRefusalReason Reason, string? Host = null, int Status = 488)
{
    /// <summary>Value of the Warning header (RFC 3261 §20.43).</summary>
    public string Warning => Reason switch
    {
        SdpRefusalReason.Codec => "305 phonebridge \"Incompatible media format\"",
        SdpRefusalReason.Address or SdpRefusalReason.UnresolvedHost => "301 phonebridge \"Incompatible network address formats\"",
        SdpRefusalReason.Unprotected => "399 phonebridge \"SRTP is required\"",
        SdpRefusalReason.NoUsableKey => "399 phonebridge \"No usable crypto attribute\"",
        SdpRefusalReason.KeysInClear => "399 phonebridge \"SRTP keys are taken over TLS only\"",
        SdpRefusalReason.NoSrtp => "399 phonebridge \"SRTP is not available here\"",
        _ => "304 phonebridge \"Media type not available\"",
    };
}

/// <summary>Outcome of one step of offer/answer: either <see cref="Audio"/> or <see cref="Refusal"/> is there.</summary>
/// <param name="Session">The answer to send; null on refusal, and when the step was the peer's answer.</param>
/// <param name="Audio">What was agreed; null on refusal.</param>
/// <param name="Refusal">Why not; null on success. The session goes on as it was before.</param>
public sealed record SdpAnswerOutcome(SdpSession? Session, NegotiatedAudio? Audio, SdpRefusal? Refusal);
