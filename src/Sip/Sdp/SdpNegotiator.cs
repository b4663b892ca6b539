using System.Globalization;
using System.Net;

namespace PhoneBridge.Sip.Sdp;

/// <summary>The rules of RFC 3264 for one audio stream, without state.</summary>
internal static class SdpNegotiator
{
    private const int MinPtimeMs = 10;
    private const int MaxPtimeMs = 60;
    private static readonly int[] OpusPtimesMs = [20, 40, 60];

    /// <summary>Judges the peer's media line at one place of its description.</summary>
    /// <param name="session">The peer's description.</param>
    /// <param name="media">One of its media lines.</param>
    /// <param name="capabilities">Ours.</param>
    /// <param name="local">Ours.</param>
    /// <param name="isAnswer">True when the peer answers our offer: its first codec then decides.</param>
    /// <param name="receiveType">Number under which we announced a codec in our offer; null means that the peer's number holds.</param>
    /// <returns>What was agreed, or why not.</returns>
    public static (NegotiatedAudio? Audio, SdpRefusal? Refusal) Judge(
        SdpSession session,
        SdpMedia media,
        SdpAudioCapabilities capabilities,
        SdpLocalMedia local,
        bool isAnswer,
        Func<SdpCodec, byte?> receiveType)
    {
        if (!media.Kind.Equals("audio", StringComparison.OrdinalIgnoreCase) || media.Port == 0)
        {
            return Refuse(SdpRefusalReason.NoAudio);
        }

        if (!IsProfileAccepted(media.Protocol, capabilities))
        {
            return Refuse(SdpRefusalReason.Profile);
        }

        if (ChooseCodec(media, capabilities, followsPeer: isAnswer || !capabilities.PrefersOwnOrder) is not var (type, codec))
        {
            return Refuse(SdpRefusalReason.Codec);
        }

        SdpConnection? connection = session.ConnectionOf(media);
        if (connection is { Address: null })
        {
            return (null, new SdpRefusal(SdpRefusalReason.UnresolvedHost, connection.Host));
        }

        if (connection?.Address is not { } address || (!connection.IsUnspecified && !IsReachable(address, local.Address)))
        {
            return Refuse(SdpRefusalReason.Address);
        }

        // The hold of RFC 2543 says by its address that the peer takes nothing (DLG7).
        SdpDirection remote = session.DirectionOf(media);
        SdpDirection direction = SdpDirectionRules.From(
            sends: remote.Receives() && !connection.IsUnspecified,
            receives: remote.Sends());

        (byte? eventType, int eventClock) = capabilities.TelephoneEvent ? FindTelephoneEvent(media, codec.ClockRate) : (null, SdpCodec.UsualClockRate);
        SdpCodec eventCodec = new(SdpCodec.TelephoneEventName, eventClock);
        bool isMuxed = media.HasRtcpMux && capabilities.AcceptsRtcpMux;
        IPEndPoint remoteRtp = new(address, media.Port);
        return (new NegotiatedAudio(
            Codec: codec,
            SendPayloadType: type,
            ReceivePayloadType: receiveType(codec) ?? type,
            SendTelephoneEvent: eventType,
            ReceiveTelephoneEvent: eventType is null ? null : receiveType(eventCodec) ?? eventType,
            Remote: remoteRtp,
            RemoteRtcp: isMuxed ? remoteRtp : RtcpOf(media, address),
            RtcpMux: isMuxed,
            SendPtimeMs: ChoosePtime(media, capabilities, codec),
            LocalDirection: direction,
            IsRefresh: false)
        {
            TelephoneEventClockRate = eventClock,
            ReceiveComfortNoise = FindComfortNoise(media, codec, capabilities),
            Opus = codec.IsOpus ? SdpOpusParameters.Read(media.FormatParametersOf(type)) : null,
        }, null);
    }

    // The peer's wish when it is a packet time of whole 10 ms that we send (RTP1), never above its maxptime.
    private static int ChoosePtime(SdpMedia media, SdpAudioCapabilities capabilities, SdpCodec codec)
    {
        int ptime = media.PtimeMs is >= MinPtimeMs and <= MaxPtimeMs and var asked && asked % 10 == 0
            ? asked
            : capabilities.PtimeMs;
        ptime = media.MaxPtimeMs is { } limit && limit < ptime ? Math.Max(MinPtimeMs, limit / 10 * 10) : ptime;

        // Opus is encoded in frames of 20 ms, and a packet holds one, two or three of them.
        return codec.IsOpus ? OpusPtimesMs.LastOrDefault(possible => possible <= ptime, OpusPtimesMs[0]) : ptime;
    }

    private static (byte Type, SdpCodec Codec)? ChooseCodec(SdpMedia media, SdpAudioCapabilities capabilities, bool followsPeer)
    {
        (byte Type, SdpCodec Codec)? best = null;
        int bestRank = int.MaxValue;
        foreach ((byte type, SdpCodec offered) in media.Codecs())
        {
            for (int rank = 0; rank < capabilities.Codecs.Count && rank < bestRank; rank++)
            {
                SdpCodec ours = capabilities.Codecs[rank];
                if (ours.IsSameAs(offered))
                {
                    best = (type, ours);
                    bestRank = rank;
                    if (followsPeer)
                    {
                        return best;
                    }
                }
            }
        }

        return best;
    }

    // At the clock of the voice, so that one timestamp runs through both (RFC 4733 §2.1). Beside
    // Opus many telephones know events at 8000 only, baresip among them. Without them their callers could key in nothing, and a key
    // counts by its first packet, whatever the clock: so these are taken where there are no others.
    private static (byte? Type, int ClockRate) FindTelephoneEvent(SdpMedia media, int clockRate)
    {
        byte? type = Find(media, codec => codec.IsTelephoneEvent && codec.ClockRate == clockRate);
        if (type is not null)
        {
            return (type, clockRate);
        }

        return (Find(media, codec => codec.IsTelephoneEvent && codec.ClockRate == SdpCodec.UsualClockRate), SdpCodec.UsualClockRate);
    }

    private static byte? FindComfortNoise(SdpMedia media, SdpCodec voice, SdpAudioCapabilities capabilities) =>
        capabilities.AcceptsComfortNoise && voice.ClockRate == SdpCodec.ComfortNoise.ClockRate
            ? Find(media, SdpCodec.ComfortNoise.IsSameAs)
            : null;

    private static byte? Find(SdpMedia media, Func<SdpCodec, bool> isWanted)
    {
        foreach ((byte type, SdpCodec codec) in media.Codecs())
        {
            if (isWanted(codec))
            {
                return type;
            }
        }

        return null;
    }

    // Whether a profile of SRTP may be used at all is for SdpCryptoExchange to say.
    private static bool IsProfileAccepted(string protocol, SdpAudioCapabilities capabilities) => protocol.ToUpperInvariant() switch
    {
        "RTP/AVP" or "RTP/SAVP" => true,
        "RTP/AVPF" or "RTP/SAVPF" => capabilities.AcceptsFeedbackProfile,
        _ => false,
    };

    // Multicast and broadcast would turn one call into a flood.
    private static bool IsReachable(IPAddress address, IPAddress local) =>
        address.AddressFamily == local.AddressFamily
        && !address.IsIPv6Multicast
        && !(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224);

    // RFC 3605: "a=rtcp:port [IN IP4 address]"; without it the next port.
    private static IPEndPoint? RtcpOf(SdpMedia media, IPAddress address)
    {
        int port = media.Port + 1;
        if (media.Attribute("rtcp") is { } text)
        {
            int blank = text.IndexOf(' ', StringComparison.Ordinal);
            ReadOnlySpan<char> number = blank < 0 ? text : text.AsSpan(0, blank);
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int given))
            {
                port = given;
                if (blank > 0
                    && SdpConnection.TryParse(text.AsSpan(blank), out SdpConnection connection)
                    && connection.Address is { } own
                    && IsReachable(own, address))
                {
                    address = own;
                }
            }
        }

        return port is > 0 and <= 65535 ? new IPEndPoint(address, port) : null;
    }

    private static (NegotiatedAudio? Audio, SdpRefusal? Refusal) Refuse(SdpRefusalReason reason) => (null, new SdpRefusal(reason));
}
