using System.Net;

namespace PhoneBridge.Sip.Sdp;

/// <summary>What we can do for one audio stream.</summary>
/// <param name="Codecs">Voice codecs, the one we like best first.</param>
/// <param name="TelephoneEvent">True to offer and accept RFC 4733 events.</param>
/// <param name="PtimeMs">Our packet time [ms], written in offers and used when the peer asks for none or an odd one.</param>
public sealed record SdpAudioCapabilities(IReadOnlyList<SdpCodec> Codecs, bool TelephoneEvent, int PtimeMs)
{
    /// <summary>PCMA, PCMU, telephone-event, 20 ms (SDP9).</summary>
    public static readonly SdpAudioCapabilities Narrowband = new([SdpCodec.Pcma, SdpCodec.Pcmu], TelephoneEvent: true, PtimeMs: 20);

    /// <summary>Voice codecs that our own offers list, in order; null: all of <see cref="Codecs"/>.</summary>
    public IReadOnlyList<SdpCodec>? OfferedCodecs { get; init; }

    /// <summary>
    /// False: an answer takes the first codec of the offer that we have, as RFC 3264 §6.1 recommends, so that the peer need not
    /// transcode. True: our own order decides.
    /// </summary>
    public bool PrefersOwnOrder { get; init; }

    /// <summary>True to accept <c>RTP/AVPF</c>, whose feedback attributes are ignored (SDP6).</summary>
    public bool AcceptsFeedbackProfile { get; init; } = true;

    /// <summary>Whether the call speaks SRTP by keys in the SDP (SDP6, SDP7).</summary>
    public SdpCryptoPolicy Crypto { get; init; } = SdpCryptoPolicy.None;

    /// <summary>True to accept comfort noise beside codecs with a clock of 8000 Hz when the peer offers it (RFC 3389). Never offered by us.</summary>
    public bool AcceptsComfortNoise { get; init; } = true;

    /// <summary>Highest rate of Opus that we make use of [Hz], 8000 to 48000; said in <c>a=fmtp</c> when it is below 48000 (RFC 7587 §6.1).</summary>
    public int OpusPlaybackRate { get; init; } = SdpOpusParameters.FullRate;

    /// <summary>True to accept RTCP on the RTP port when the peer offers it (RFC 5761). Never offered by us.</summary>
    public bool AcceptsRtcpMux { get; init; } = true;
}

/// <summary>Where we receive.</summary>
/// <param name="Address">Address to write into SDP: the public one behind a 1:1 NAT.</param>
/// <param name="RtpPort">1 to 65535.</param>
/// <param name="RtcpPort">1 to 65535; written as <c>a=rtcp</c> (RFC 3605) unless it is the next one.</param>
public sealed record SdpLocalMedia(IPAddress Address, int RtpPort, int RtcpPort);
