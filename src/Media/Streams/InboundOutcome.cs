namespace PhoneBridge.Media.Streams;

/// <summary>What became of one received datagram. Everything from <see cref="NotRtp"/> on was dropped.</summary>
public enum InboundOutcome : byte
{
    /// <summary>Voice that will be played.</summary>
    Voice,

    /// <summary>Telephone-event.</summary>
    TelephoneEvent,

    /// <summary>Comfort noise: it is played while the peer sends no voice.</summary>
    ComfortNoise,

    /// <summary>STUN, DTLS, RTCP or noise.</summary>
    NotRtp,

    /// <summary>RTP by its first bits, but not whole; or a payload that is empty, too long or too short.</summary>
    Malformed,

    /// <summary>A payload type that was not negotiated, or no format is configured yet.</summary>
    UnknownPayloadType,

    /// <summary>Sequence number or SSRC far off; believed at the next packet in sequence.</summary>
    Unconfirmed,

    /// <summary>From the SSRC that another one replaced.</summary>
    ReplacedSource,

    /// <summary>Received before.</summary>
    Duplicate,

    /// <summary>After its turn.</summary>
    TooLate,
}
