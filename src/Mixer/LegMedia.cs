using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Mixer;

/// <summary>Which way audio flows on a leg, seen from the bridge (RFC 3264 §6.1, after answering).</summary>
public enum LegDirection
{
    /// <summary>We send and the leg is heard.</summary>
    SendReceive,

    /// <summary>We send; whatever the peer sends is not heard. Keys still count.</summary>
    SendOnly,

    /// <summary>We do not send (the peer put us on hold); what it sends, perhaps its hold music, is not heard. Keys still count.</summary>
    ReceiveOnly,

    /// <summary>We neither send nor is the leg heard.</summary>
    Inactive,
}

/// <summary>From where a leg takes RTP (RTP7).</summary>
public enum LegLatch
{
    /// <summary>Only from the address and port of the peer's SDP.</summary>
    Signalled,

    /// <summary>The peer is behind NAT: one source is learnt within 5 s of <see cref="ConfigureLeg"/>, then locked.</summary>
    Learn,
}

/// <summary>The negotiated media of one leg: everything that the media path has to know of the SDP.</summary>
public sealed record LegMedia
{
    /// <summary>The one voice codec, in both directions, and the rate that it is decoded to.</summary>
    public required AudioFormat Format { get; init; }

    /// <summary>RTP payload type that we put on voice packets; 0 to 127.</summary>
    public required byte SendPayloadType { get; init; }

    /// <summary>RTP payload type that the peer puts on voice packets; 0 to 127.</summary>
    public required byte ReceivePayloadType { get; init; }

    /// <summary>RTP payload type of the peer's telephone-events; null when none was negotiated.</summary>
    public byte? ReceiveTelephoneEventType { get; init; }

    /// <summary>Clock of the peer's telephone-events [Hz]; null: that of <see cref="Format"/>, as RFC 4733 §2.1 asks for. Some peers say 8000 beside Opus.</summary>
    public int? TelephoneEventClockRateHz { get; init; }

    /// <summary>RTP payload type of the peer's comfort noise (RFC 3389), usually 13; null to refuse it.</summary>
    public byte? ReceiveComfortNoiseType { get; init; } = 13;

    /// <summary>Keys are looked for in the audio: no telephone-event was negotiated, or the trunk is known to send tones.</summary>
    public bool DetectsKeysInAudio { get; init; }

    /// <summary>Noise of the line is taken out before the mix.</summary>
    public bool SuppressesNoise { get; init; }

    /// <summary>Where RTP goes, as the peer's SDP says; a learnt source takes its place.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Where RTCP goes; null: the port above <see cref="Remote"/>. Not used with <see cref="RtcpMux"/>.</summary>
    public IPEndPoint? RemoteRtcp { get; init; }

    /// <summary>RTCP shares the RTP port (RFC 5761).</summary>
    public bool RtcpMux { get; init; }

    /// <summary>Keys of SRTP and SRTCP; null: the leg is not protected. Owned by the engine once the command is sent, which erases them at the end.</summary>
    /// <remarks>Equal keys in a later command let the stream go on; other ones begin anew, with roll-over counters of zero.</remarks>
    public SrtpKeys? Srtp { get; init; }

    /// <summary>Packet time that we send with [ms]; 10 to 60 in steps of 10, anything else means 20 (RTP1).</summary>
    public int PtimeMs { get; init; } = 20;

    /// <summary>Which way audio flows.</summary>
    public LegDirection Direction { get; init; }

    /// <summary>From where RTP is taken.</summary>
    public LegLatch Latch { get; init; }

    /// <summary>Address the peer's signalling comes from: preferred when a source is learnt; null when unknown.</summary>
    public IPAddress? SignallingAddress { get; init; }
}
