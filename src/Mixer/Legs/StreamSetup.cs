using System.Net;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Legs;

/// <summary><see cref="LegMedia"/> in the form a loop can use without allocating. Made by the sender of the command.</summary>
/// <param name="media">As negotiated.</param>
/// <param name="coding">Made for its format; null when the leg has one already.</param>
/// <param name="srtp">Made for its keys; null when there are none, or the leg has these already.</param>
internal sealed class StreamSetup(LegMedia media, StreamCoding? coding, SrtpSession? srtp)
{
    /// <summary>As negotiated.</summary>
    public LegMedia Media { get; } = media;

    /// <summary>The leg's new coding; null: it keeps the one it has.</summary>
    public StreamCoding? Coding { get; } = coding;

    /// <summary>The leg's new protection; null: it keeps the one it has, or none is wanted.</summary>
    public SrtpSession? Srtp { get; } = srtp;

    /// <summary>Nothing is sent or taken in clear.</summary>
    public bool IsProtected { get; } = media.Srtp is not null;

    /// <summary>What the peer may send.</summary>
    public InboundAudioFormat Inbound { get; } = new(
        media.Format, media.ReceivePayloadType, media.ReceiveTelephoneEventType, media.ReceiveComfortNoiseType, media.TelephoneEventClockRateHz);

    /// <summary>From where RTP is taken.</summary>
    public SourceLatchPolicy Latch { get; } = new(
        SourceAddress.From(media.Remote),
        media.SignallingAddress is { } signalling ? SourceAddress.From(signalling, 0) : null,
        media.Latch == LegLatch.Learn);

    /// <summary>Where the SDP wants RTCP.</summary>
    public SourceAddress RemoteRtcp { get; } = SourceAddress.From(
        media.RtcpMux ? media.Remote
        : media.RemoteRtcp ?? new IPEndPoint(media.Remote.Address, Math.Min(media.Remote.Port + 1, IPEndPoint.MaxPort)));

    /// <summary>A payload type that was negotiated.</summary>
    public bool Knows(byte payloadType) =>
        payloadType == Inbound.PayloadType || payloadType == Inbound.TelephoneEventPayloadType || payloadType == Inbound.ComfortNoisePayloadType;

    /// <summary>We send.</summary>
    public bool Sends { get; } = media.Direction is LegDirection.SendReceive or LegDirection.SendOnly;

    /// <summary>The peer may be heard. One that is on hold may not: it would be its hold music.</summary>
    public bool Hears { get; } = media.Direction is LegDirection.SendReceive;

    /// <summary>RTCP comes on the RTP port (RFC 5761).</summary>
    public bool RtcpMux { get; } = media.RtcpMux;
}
