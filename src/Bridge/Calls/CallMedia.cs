using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What SDP and the media path have to agree on: the one place where one is translated to the other. Any thread.</summary>
/// <param name="options">The media path's section.</param>
/// <param name="libraries">What the machine has: a codec without its library is none of ours.</param>
internal sealed class CallMedia(MediaOptions options, NativeLibraries libraries)
{
    private const byte UsualComfortNoiseType = 13;

    /// <summary>What is offered and accepted in calls of a trunk (SDP9).</summary>
    /// <param name="trunk">The trunk.</param>
    /// <param name="isConfidential">Whether nobody else can read the signalling of the call.</param>
    public SdpAudioCapabilities CapabilitiesOf(TrunkOptions trunk, bool isConfidential = false)
    {
        IEnumerable<AudioCodec> listed = trunk.Codecs.Count == 0 ? TrunkOptions.DefaultCodecs : trunk.Codecs;
        AudioCodec[] codecs = [.. listed.Where(codec => codec != AudioCodec.Opus || libraries.HasOpus)];

        // Asked for an offer we name what every telephone has; wide codecs only where the trunk's list begins with them.
        IEnumerable<AudioCodec> offered = codecs.TakeWhile(IsWide).Concat(codecs.Where(codec => !IsWide(codec)));
        return new SdpAudioCapabilities([.. codecs.Select(ToSdp)], TelephoneEvent: true, PtimeMs: 20)
        {
            OfferedCodecs = [.. offered.Select(ToSdp)],
            PrefersOwnOrder = trunk.OwnCodecOrder,
            OpusPlaybackRate = options.Opus.SampleRateHz,
            Crypto = CallKeys.PolicyOf(trunk.Srtp, isConfidential, libraries),
        };
    }

    /// <summary>The leg's media for what was negotiated.</summary>
    /// <param name="audio">The negotiated audio line.</param>
    /// <param name="signalling">Where the peer's signalling comes from.</param>
    /// <param name="trunk">The trunk of the call.</param>
    public LegMedia ToLeg(NegotiatedAudio audio, IPAddress signalling, TrunkOptions trunk) => new()
    {
        Format = ToFormat(audio),
        SendPayloadType = audio.SendPayloadType,
        ReceivePayloadType = audio.ReceivePayloadType,
        ReceiveTelephoneEventType = audio.ReceiveTelephoneEvent,
        TelephoneEventClockRateHz = audio.TelephoneEventClockRate,
        ReceiveComfortNoiseType = audio.ReceiveComfortNoise ?? UnaskedComfortNoise(audio),
        DetectsKeysInAudio = trunk.KeysInAudio switch
        {
            KeysInAudio.Always => true,
            KeysInAudio.Never => false,
            _ => audio.ReceiveTelephoneEvent is null,
        },
        SuppressesNoise = libraries.HasSpeex && (trunk.NoiseSuppression ?? options.NoiseSuppression),
        Remote = audio.Remote,
        RemoteRtcp = audio.RemoteRtcp,
        RtcpMux = audio.RtcpMux,
        Srtp = audio.Crypto is { } agreed ? CallKeys.ToLeg(agreed) : null,
        PtimeMs = audio.SendPtimeMs,
        Direction = audio.LocalDirection switch
        {
            SdpDirection.SendOnly => LegDirection.SendOnly,
            SdpDirection.ReceiveOnly => LegDirection.ReceiveOnly,
            SdpDirection.Inactive => LegDirection.Inactive,
            _ => LegDirection.SendReceive,
        },
        Latch = MustLearn(audio.Remote.Address, signalling, trunk) ? LegLatch.Learn : LegLatch.Signalled,
        SignallingAddress = signalling,
    };

    /// <summary>The peer has put us on hold: it does not want our audio (DLG7).</summary>
    public static bool IsHold(NegotiatedAudio audio) => !audio.LocalDirection.Sends();

    /// <summary>The codec's name as SDP writes it; also a metric's tag.</summary>
    public static string NameOf(AudioCodec codec) => ToSdp(codec).EncodingName;

    private static bool IsWide(AudioCodec codec) => codec is AudioCodec.G722 or AudioCodec.Opus;

    private static SdpCodec ToSdp(AudioCodec codec) => codec switch
    {
        AudioCodec.Pcmu => SdpCodec.Pcmu,
        AudioCodec.G722 => SdpCodec.G722,
        AudioCodec.Opus => SdpCodec.Opus,
        _ => SdpCodec.Pcma,
    };

    private AudioFormat ToFormat(NegotiatedAudio audio) => audio.Codec switch
    {
        { IsOpus: true } => AudioFormat.Opus(Math.Min(options.Opus.SampleRateHz, RateFor(audio.Opus?.MaxPlaybackRate))),
        var codec when codec.IsSameAs(SdpCodec.G722) => AudioFormat.G722,
        var codec when codec.IsSameAs(SdpCodec.Pcmu) => AudioFormat.Pcmu,
        _ => AudioFormat.Pcma,
    };

    // What lies above the peer's highest rate is bits for nothing (RFC 7587 §6.1).
    private static int RateFor(int? maxPlaybackRate) => maxPlaybackRate switch
    {
        <= 8000 => 8000,
        <= 16000 => 16000,
        _ => 48000,
    };

    // Gateways send comfort noise without having asked, always under the number that RFC 3551 gives it.
    private static byte? UnaskedComfortNoise(NegotiatedAudio audio) =>
        audio.Codec.ClockRate == SdpCodec.ComfortNoise.ClockRate
        && audio.ReceivePayloadType != UsualComfortNoiseType
        && audio.ReceiveTelephoneEvent != UsualComfortNoiseType
            ? UsualComfortNoiseType
            : null;

    // RTP7: an address that cannot be the sender's seen from here is one behind a NAT.
    private static bool MustLearn(IPAddress media, IPAddress signalling, TrunkOptions trunk) =>
        trunk.MediaNat || (IsPrivate(media) && !media.Equals(signalling));

    private static bool IsPrivate(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal)
        {
            return true;
        }

        Span<byte> b = stackalloc byte[16];
        return plain.TryWriteBytes(b, out int length) && length == 4
            && (b[0] is 10 || (b[0] is 172 && b[1] is >= 16 and < 32) || (b[0] is 192 && b[1] is 168)
                || (b[0] is 169 && b[1] is 254) || (b[0] is 100 && b[1] is >= 64 and < 128));
    }
}
