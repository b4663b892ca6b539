using System.Globalization;
using System.Security.Cryptography;

namespace PhoneBridge.Sip.Sdp;

/// <summary>Offer/answer of one call's audio (RFC 3264): descriptions go in and come out, the version is kept (SDP5).</summary>
/// <remarks>
/// Sans-IO and not thread safe: owned by its call. A refused step changes nothing, so that the session goes on as it was (DLG5).
/// </remarks>
public sealed class SdpOfferAnswer
{
    private const byte FirstDynamicType = 96;
    private const byte DefaultTelephoneEventType = 101;

    private readonly SdpAudioCapabilities _capabilities;
    private readonly SdpLocalMedia _local;
    private readonly uint _sessionId;
    private readonly SdpCryptoExchange _crypto;
    private readonly Dictionary<string, byte> _ownTypes = new(StringComparer.OrdinalIgnoreCase);
    private uint _version = 1;
    private SdpSession? _lastSent;
    private string? _lastOrigin;
    private NegotiatedAudio? _lastAudio;
    private int _audioIndex;

    /// <summary>A call with a random session id.</summary>
    public SdpOfferAnswer(SdpAudioCapabilities capabilities, SdpLocalMedia local)
        : this(capabilities, local, (uint)RandomNumberGenerator.GetInt32(int.MaxValue))
    {
    }

    /// <summary>A call with a given session id for the <c>o=</c> line.</summary>
    public SdpOfferAnswer(SdpAudioCapabilities capabilities, SdpLocalMedia local, uint sessionId)
    {
        _capabilities = capabilities;
        _local = local;
        _sessionId = sessionId;
        _crypto = new SdpCryptoExchange(capabilities.Crypto);
    }

    /// <summary>Why <see cref="Offer"/> must not be called: SRTP is required and cannot be had. Null: it may.</summary>
    public SdpRefusal? OfferRefusal => _crypto.OfferRefusal;

    /// <summary>
    /// Answers an offer: as many media lines in the same order, the first usable audio line taken (on later offers the one in use,
    /// while it is usable; where SRTP is wanted, lines with SRTP before others), all others refused by port 0 (SDP3). One voice codec, under
    /// the offer's number (SDP2, SDP9); with SRTP the first key that is usable, under its tag (SDP6).
    /// </summary>
    public SdpAnswerOutcome Answer(SdpSession offer)
    {
        SdpRefusal? refusal = null;
        foreach (int index in BestFirst(offer.Media))
        {
            (NegotiatedAudio? audio, SdpRefusal? why) = SdpNegotiator.Judge(
                offer, offer.Media[index], _capabilities, _local, isAnswer: false, _ => null);
            SdpCrypto? key = null;
            why = audio is null ? why : Refusal(_crypto.JudgeOffer(offer.Media[index], out key));
            if (audio is null || why is not null)
            {
                refusal = MoreTelling(refusal, why!);
                continue;
            }

            audio = audio with { Crypto = _crypto.AgreeToOffer(key) };
            _audioIndex = index;
            Remember(audio);
            SdpSession answer = Versioned([.. offer.Media.Select((media, i) => i == index ? AnswerMedia(media, audio) : Refused(media))]);
            return new SdpAnswerOutcome(answer, Settle(offer, audio), null);
        }

        return new SdpAnswerOutcome(null, null, refusal ?? new SdpRefusal(SdpRefusalReason.NoAudio));
    }

    /// <summary>
    /// Our offer, first or later: all our codecs, telephone-event, sendrecv (SDP9). Lines of the session so far stay, refused
    /// (RFC 3264 §8); the version rises only when something changed. Keys in use are offered again.
    /// </summary>
    public SdpSession Offer()
    {
        List<SdpMedia> media = [.. (_lastSent?.Media ?? []).Select(Refused)];
        SdpMedia audio = OfferMedia();
        if (_audioIndex < media.Count)
        {
            media[_audioIndex] = audio;
        }
        else
        {
            media.Add(audio);
        }

        return Versioned(media);
    }

    /// <summary>Takes the peer's answer to <see cref="Offer"/>, or to our last description sent again as a refresh.</summary>
    public SdpAnswerOutcome AcceptAnswer(SdpSession answer)
    {
        if (_audioIndex >= answer.Media.Count)
        {
            return new SdpAnswerOutcome(null, null, new SdpRefusal(SdpRefusalReason.NoAudio));
        }

        // We offer no rtcp-mux; but a refresh repeats our answer to an offer that had it.
        bool isMuxSent = _lastSent is not null && _lastSent.Media[_audioIndex].HasRtcpMux;
        (NegotiatedAudio? audio, SdpRefusal? refusal) = SdpNegotiator.Judge(
            answer, answer.Media[_audioIndex], _capabilities with { AcceptsRtcpMux = isMuxSent }, _local, isAnswer: true, OwnType);
        SdpCrypto? key = null;
        refusal = audio is null ? refusal : Refusal(_crypto.JudgeAnswer(answer.Media[_audioIndex], out key));
        return audio is null || refusal is not null
            ? new SdpAnswerOutcome(null, null, refusal)
            : new SdpAnswerOutcome(null, Settle(answer, audio with { Crypto = _crypto.AgreeToAnswer(key) }), null);
    }

    /// <summary>Overwrites the keys of the call, which is over. Nothing else may be called then.</summary>
    public void EraseKeys() => _crypto.Erase();

    // A peer that changes its description without raising the version is followed all the same: taking a hold for a refresh
    // would let its hold music into the mix. So a refresh is an equal o= line and an equal outcome.
    private NegotiatedAudio Settle(SdpSession remote, NegotiatedAudio audio)
    {
        bool isRefresh = remote.Origin is not null && remote.Origin == _lastOrigin && audio == _lastAudio;
        _lastOrigin = remote.Origin;
        _lastAudio = audio;
        return audio with { IsRefresh = isRefresh };
    }

    private SdpSession Versioned(List<SdpMedia> media)
    {
        SdpSession session = new()
        {
            Origin = OriginOf(_version),
            Connection = new SdpConnection(_local.Address),
            Media = media,
        };
        if (_lastSent is not null && !_lastSent.IsWrittenAs(session))
        {
            _version++;
            session = session with { Origin = OriginOf(_version) };
        }

        _lastSent = session;
        return session;
    }

    private string OriginOf(uint version) => string.Create(
        CultureInfo.InvariantCulture,
        $"- {_sessionId} {version} IN {SdpConnection.TypeOf(_local.Address.ToString())} {_local.Address}");

    private SdpMedia AnswerMedia(SdpMedia offered, NegotiatedAudio audio)
    {
        List<string> formats = [];
        List<SdpAttribute> attributes = [];
        AddCodec(formats, attributes, audio.ReceivePayloadType, audio.Codec);
        if (audio.ReceiveTelephoneEvent is { } eventType)
        {
            AddTelephoneEvent(formats, attributes, eventType, audio.TelephoneEventClockRate);
        }

        if (audio.ReceiveComfortNoise is { } noiseType)
        {
            AddCodec(formats, attributes, noiseType, SdpCodec.ComfortNoise);
        }

        attributes.Add(new SdpAttribute("ptime", audio.SendPtimeMs.ToString(CultureInfo.InvariantCulture)));
        attributes.Add(new SdpAttribute(audio.LocalDirection.ToAttribute()));
        AddRtcp(attributes, audio.RtcpMux);
        AddKeys(attributes, audio.Crypto is { Local: var own } ? [own] : []);
        return new SdpMedia
        {
            Kind = offered.Kind,
            Port = _local.RtpPort,
            Protocol = offered.Protocol,
            Formats = formats,
            Attributes = attributes,
        };
    }

    private SdpMedia OfferMedia()
    {
        List<string> formats = [];
        List<SdpAttribute> attributes = [];
        IReadOnlyList<SdpCodec> codecs = _capabilities.OfferedCodecs ?? _capabilities.Codecs;
        foreach (SdpCodec codec in codecs)
        {
            AddCodec(formats, attributes, TypeFor(codec), codec);
        }

        if (_capabilities.TelephoneEvent)
        {
            // 8000 first: it gets the number that everybody knows.
            foreach (int clockRate in codecs.Select(codec => codec.ClockRate).Distinct().Order())
            {
                SdpCodec codec = new(SdpCodec.TelephoneEventName, clockRate);
                AddTelephoneEvent(formats, attributes, TypeFor(codec), clockRate);
            }
        }

        attributes.Add(new SdpAttribute("ptime", _capabilities.PtimeMs.ToString(CultureInfo.InvariantCulture)));
        attributes.Add(new SdpAttribute(SdpDirection.SendReceive.ToAttribute()));
        AddRtcp(attributes, isMuxed: false);
        (IReadOnlyList<SdpCrypto> keys, bool isSecure) = _crypto.Offer(_lastSent?.Media[_audioIndex].Protocol);
        AddKeys(attributes, keys);
        return new SdpMedia
        {
            Kind = "audio",
            Port = _local.RtpPort,
            Protocol = isSecure ? "RTP/SAVP" : "RTP/AVP",
            Formats = formats,
            Attributes = attributes,
        };
    }

    private void AddRtcp(List<SdpAttribute> attributes, bool isMuxed)
    {
        if (isMuxed)
        {
            attributes.Add(new SdpAttribute("rtcp-mux"));
        }
        else if (_local.RtcpPort != _local.RtpPort + 1)
        {
            attributes.Add(new SdpAttribute("rtcp", _local.RtcpPort.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static void AddKeys(List<SdpAttribute> attributes, IReadOnlyList<SdpCrypto> keys) =>
        attributes.AddRange(keys.Select(key => new SdpAttribute(SdpCrypto.AttributeName, key.Write())));

    private static SdpRefusal? Refusal(SdpRefusalReason? reason) => reason is { } why ? new SdpRefusal(why) : null;

    private void AddCodec(List<string> formats, List<SdpAttribute> attributes, byte type, SdpCodec codec)
    {
        string number = type.ToString(CultureInfo.InvariantCulture);
        formats.Add(number);
        attributes.Add(new SdpAttribute("rtpmap", $"{number} {codec}"));
        if (codec.IsOpus)
        {
            attributes.Add(new SdpAttribute("fmtp", $"{number} {SdpOpusParameters.Ours(_capabilities.OpusPlaybackRate)}"));
        }
    }

    private void AddTelephoneEvent(List<string> formats, List<SdpAttribute> attributes, byte type, int clockRate)
    {
        AddCodec(formats, attributes, type, new SdpCodec(SdpCodec.TelephoneEventName, clockRate));
        attributes.Add(new SdpAttribute("fmtp", string.Create(CultureInfo.InvariantCulture, $"{type} 0-16")));
    }

    private static SdpMedia Refused(SdpMedia media) => new()
    {
        Kind = media.Kind,
        Port = 0,
        Protocol = media.Protocol,
        Formats = media.Formats,
    };

    // A number keeps its meaning for the whole session (RFC 3264 §8.3.2): what an answer agreed on is offered again.
    private void Remember(NegotiatedAudio audio)
    {
        Remember(audio.Codec, audio.ReceivePayloadType);
        if (audio.ReceiveTelephoneEvent is { } type)
        {
            Remember(new SdpCodec(SdpCodec.TelephoneEventName, audio.TelephoneEventClockRate), type);
        }
    }

    private void Remember(SdpCodec codec, byte type)
    {
        // A peer that gives a number another meaning after all must not make us offer it twice.
        foreach (string other in _ownTypes.Where(known => known.Value == type).Select(known => known.Key).ToArray())
        {
            _ownTypes.Remove(other);
        }

        _ownTypes[codec.ToString()] = type;
    }

    private byte? OwnType(SdpCodec codec) => _ownTypes.TryGetValue(codec.ToString(), out byte type) ? type : null;

    private byte TypeFor(SdpCodec codec)
    {
        if (OwnType(codec) is { } known)
        {
            return known;
        }

        byte type = codec.StaticPayloadType ?? (codec.IsTelephoneEvent ? DefaultTelephoneEventType : FirstDynamicType);
        while (_ownTypes.ContainsValue(type))
        {
            type = type is >= FirstDynamicType and < 127 ? (byte)(type + 1) : FirstDynamicType;
        }

        _ownTypes[codec.ToString()] = type;
        return type;
    }

    private IEnumerable<int> BestFirst(IReadOnlyList<SdpMedia> media) => Enumerable.Range(0, media.Count)
        .OrderBy(i => _lastAudio is not null && i == _audioIndex ? 0 : _crypto.PrefersKeys && SdpCryptoExchange.IsSecure(media[i].Protocol) ? 1 : 2);

    // Of several unusable lines the one that came nearest to being usable says most.
    private static SdpRefusal MoreTelling(SdpRefusal? a, SdpRefusal b) => a is not null && a.Reason >= b.Reason ? a : b;
}
