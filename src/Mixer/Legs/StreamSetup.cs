using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Legs;

/// <summary><see cref="LegMedia"/> in the form a loop can use without allocating. Made by the sender of the command.</summary>
internal sealed class StreamSetup(LegMedia media)
{
    /// <summary>As negotiated.</summary>
    public LegMedia Media { get; } = media;

    /// <summary>Encoder for frames that this leg shares with nobody.</summary>
    public IAudioEncoder Encoder { get; } = AudioCodecs.CreateEncoder(media.Format);

    /// <summary>What the peer may send.</summary>
    public InboundAudioFormat Inbound { get; } = new(media.Format, media.ReceivePayloadType, media.ReceiveTelephoneEventType, media.ReceiveComfortNoiseType);

    /// <summary>Plays what the peer sends; the leg takes it when the format has changed.</summary>
    public PlayoutChain Playout { get; } = new(media.Format);

    /// <summary>The chain that the leg did not take, or gave up for <see cref="Playout"/>: to be disposed on another thread than the loop's.</summary>
    public PlayoutChain? Spare { get; set; }

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
    public bool Sends => Media.Direction is LegDirection.SendReceive or LegDirection.SendOnly;

    /// <summary>The peer may be heard. One that is on hold may not: it would be its hold music.</summary>
    public bool Hears => Media.Direction is LegDirection.SendReceive;
}
