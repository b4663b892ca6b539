using System.Net;
using System.Text;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

/// <summary>G.722 and Opus beside G.711: which one is taken, under which number, and what is said of it.</summary>
public sealed class WidebandOfferAnswerTests
{
    private const string Head = "v=0\no=p 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n";
    private const string OpusLines = "a=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10;useinbandfec=1\na=rtpmap:110 telephone-event/48000\na=rtpmap:101 telephone-event/8000\n";
    private static readonly SdpLocalMedia Local = new(IPAddress.Parse("198.51.100.1"), 30000, 30001);
    private static readonly SdpAudioCapabilities All =
        new([SdpCodec.Pcma, SdpCodec.Pcmu, SdpCodec.G722, SdpCodec.Opus], TelephoneEvent: true, PtimeMs: 20);

    private static SdpOfferAnswer Call(SdpAudioCapabilities? capabilities = null) => new(capabilities ?? All, Local, sessionId: 42);

    private static SdpSession Read(string text)
    {
        Assert.True(SdpSession.TryParse(Encoding.UTF8.GetBytes(text), out SdpSession session), text);
        return session;
    }

    private static NegotiatedAudio Agreed(SdpAnswerOutcome outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Audio!;
    }

    [Fact]
    [Trait("Req", "SDP9")]
    [Trait("Req", "OPUS")]
    [Trait("Req", "EVENT")]
    public void Opus_is_answered_with_error_correction_and_events_at_its_own_clock()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 111 9 8 0 110 101 13\n" + OpusLines));
        Assert.Equal(
            "m=audio 30000 RTP/AVP 111 110\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
            + "a=rtpmap:110 telephone-event/48000\r\na=fmtp:110 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
            AudioOf(outcome.Session!));
        NegotiatedAudio audio = Agreed(outcome);
        Assert.Equal((SdpCodec.Opus, (byte?)110, null), (audio.Codec, audio.ReceiveTelephoneEvent, audio.ReceiveComfortNoise));
        Assert.Equal(new SdpOpusParameters(UsesInbandFec: true), audio.Opus);
    }

    [Theory]
    [Trait("Req", "SDP2")]
    [Trait("Req", "G722")]
    [Trait("Req", "EVENT")]
    [InlineData("m=audio 4000 RTP/AVP 9 8 101\na=rtpmap:101 telephone-event/8000\n", "9 101")]
    [InlineData("m=audio 4000 RTP/AVP 9 101\na=rtpmap:9 g722/8000/1\na=rtpmap:101 telephone-event/8000\n", "9 101")]
    [InlineData("m=audio 4000 RTP/AVP 97 101\na=rtpmap:97 G722/8000\na=rtpmap:101 telephone-event/8000\n", "97 101")]
    public void G722_has_a_clock_of_8000_in_the_answer_and_its_events_too(string media, string formats)
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + media));
        Assert.Equal(SdpCodec.G722, Agreed(outcome).Codec);
        Assert.StartsWith(
            $"m=audio 30000 RTP/AVP {formats}\r\na=rtpmap:{formats[..formats.IndexOf(' ', StringComparison.Ordinal)]} G722/8000\r\n",
            AudioOf(outcome.Session!), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    [Trait("Req", "G722")]
    public void A_G722_with_a_clock_of_16000_is_another_codec_and_passed_over() =>
        Assert.Equal(SdpCodec.Pcmu, Agreed(Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 9 0\na=rtpmap:9 G722/16000\n"))).Codec);

    [Theory]
    [Trait("Req", "SDP2")]
    [InlineData("8 9 111", false, "PCMA")]
    [InlineData("9 8 111", false, "G722")]
    [InlineData("18 111 9 8", false, "opus")]
    [InlineData("8 0 9 111", true, "opus")]
    [InlineData("8 0 9", true, "G722")]
    [InlineData("8 0", true, "PCMA")]
    public void The_order_of_the_offer_decides_unless_the_trunk_has_its_own(string formats, bool prefersOwn, string expected)
    {
        SdpAudioCapabilities capabilities = All with { Codecs = [SdpCodec.Opus, SdpCodec.G722, SdpCodec.Pcma, SdpCodec.Pcmu], PrefersOwnOrder = prefersOwn };
        Assert.Equal(expected, Agreed(Call(capabilities).Answer(Read(Head + $"m=audio 4000 RTP/AVP {formats}\n{OpusLines}"))).Codec.EncodingName);
    }

    [Fact]
    [Trait("Req", "SDP9")]
    public void A_codec_that_is_not_ours_is_neither_taken_nor_offered()
    {
        SdpAudioCapabilities without = All with { Codecs = [SdpCodec.Pcma, SdpCodec.G722] };
        Assert.Equal(SdpCodec.Pcma, Agreed(Call(without).Answer(Read(Head + "m=audio 4000 RTP/AVP 111 0 8\n" + OpusLines))).Codec);
        Assert.Equal(SdpRefusalReason.Codec, Call(without).Answer(Read(Head + "m=audio 4000 RTP/AVP 111 110\n" + OpusLines)).Refusal!.Reason);
        Assert.Equal(["8", "9", "101"], Call(without).Offer().Media[0].Formats);
    }

    [Theory]
    [Trait("Req", "SDP1")]
    [Trait("Req", "OPUS")]
    [InlineData("opus/48000/2", true)]
    [InlineData("OPUS/48000/2", true)]
    [InlineData("opus/48000", true)]        // seen, though RFC 7587 demands the channels
    [InlineData("opus/48000/1", true)]
    [InlineData("opus/16000/2", false)]
    [InlineData("opus/8000", false)]
    public void Opus_is_known_by_its_name_and_clock(string rtpmap, bool isTaken)
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + $"m=audio 4000 RTP/AVP 107\na=rtpmap:107 {rtpmap}\n"));
        Assert.Equal(isTaken, outcome.Audio is not null);
        Assert.Equal(isTaken, outcome.Session?.ToString().Contains("a=rtpmap:107 opus/48000/2\r\n", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    [Trait("Req", "EVENT")]
    public void Events_at_8000_are_taken_beside_Opus_where_the_peer_has_no_others()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(
            Head + "m=audio 4000 RTP/AVP 111 101\na=rtpmap:111 opus/48000/2\na=rtpmap:101 telephone-event/8000\n"));
        NegotiatedAudio audio = Agreed(outcome);
        Assert.Equal((SdpCodec.Opus, (byte?)101, 8000), (audio.Codec, audio.ReceiveTelephoneEvent, audio.TelephoneEventClockRate));
        Assert.Contains("a=rtpmap:101 telephone-event/8000\r\n", AudioOf(outcome.Session!), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    [Trait("Req", "EVENT")]
    public void Events_of_a_higher_clock_than_the_voice_are_not_agreed()
    {
        NegotiatedAudio audio = Agreed(Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 8 110\n" + OpusLines)));
        Assert.Equal((SdpCodec.Pcma, null), (audio.Codec, audio.ReceiveTelephoneEvent));
    }

    [Fact]
    [Trait("Req", "SDP9")]
    [Trait("Req", "EVENT")]
    public void Our_offer_of_Opus_carries_both_kinds_of_events_and_the_answer_the_one_that_fits()
    {
        SdpOfferAnswer call = Call(All with { OfferedCodecs = [SdpCodec.Opus, SdpCodec.G722, SdpCodec.Pcma, SdpCodec.Pcmu] });
        Assert.Equal(
            "m=audio 30000 RTP/AVP 96 9 8 0 101 102\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:9 G722/8000\r\n"
            + "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
            + "a=rtpmap:102 telephone-event/48000\r\na=fmtp:102 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
            AudioOf(call.Offer()));
        NegotiatedAudio audio = Agreed(call.AcceptAnswer(Read(Head + "m=audio 4000 RTP/AVP 111 110\n" + OpusLines)));
        Assert.Equal((SdpCodec.Opus, 111, 96), (audio.Codec, audio.SendPayloadType, audio.ReceivePayloadType));
        Assert.Equal(((byte?)110, (byte?)102), (audio.SendTelephoneEvent, audio.ReceiveTelephoneEvent));
    }

    [Fact]
    [Trait("Req", "SDP9")]
    public void What_is_offered_may_be_less_than_what_is_accepted()
    {
        SdpOfferAnswer call = Call(All with { OfferedCodecs = [SdpCodec.Pcma, SdpCodec.Pcmu] });
        Assert.Equal(["8", "0", "101"], call.Offer().Media[0].Formats);
        Assert.Equal(SdpCodec.G722, Agreed(call.Answer(Read(Head + "m=audio 4000 RTP/AVP 9\n"))).Codec);
    }

    [Fact]
    public void A_lower_rate_of_ours_is_said()
    {
        SdpAnswerOutcome outcome = Call(All with { OpusPlaybackRate = 16000 }).Answer(Read(Head + "m=audio 4000 RTP/AVP 111\n" + OpusLines));
        Assert.Equal("111 useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000", outcome.Session!.Media[0].Attribute("fmtp"));
    }

    [Theory]
    [Trait("Req", "CN")]
    [InlineData("8 13", "8 13")]
    [InlineData("9 13", "9 13")]
    [InlineData("8 97", "8 97")]
    [InlineData("8", "8")]
    [InlineData("111 13", "111")]
    public void Comfort_noise_is_answered_when_offered_beside_a_clock_of_8000(string formats, string expected)
    {
        SdpSession offer = Read(Head + $"m=audio 4000 RTP/AVP {formats}\na=rtpmap:97 cn/8000\n{OpusLines}");
        SdpAnswerOutcome outcome = Call().Answer(offer);
        Assert.Equal(expected, string.Join(' ', outcome.Session!.Media[0].Formats));
        Assert.Equal(expected.Contains(' ', StringComparison.Ordinal), Agreed(outcome).ReceiveComfortNoise is not null);
        Assert.Null(Agreed(Call(All with { AcceptsComfortNoise = false }).Answer(offer)).ReceiveComfortNoise);
    }

    [Theory]
    [Trait("Req", "RTP1")]
    [InlineData("a=ptime:10\n", 20)]
    [InlineData("a=ptime:30\n", 20)]
    [InlineData("a=ptime:40\n", 40)]
    [InlineData("a=ptime:50\n", 40)]
    [InlineData("a=ptime:60\n", 60)]
    [InlineData("a=ptime:60\na=maxptime:50\n", 40)]
    [InlineData("a=maxptime:15\n", 20)]
    [InlineData("", 20)]
    public void An_Opus_packet_is_one_frame_and_has_a_length_that_Opus_knows(string attributes, int expected) =>
        Assert.Equal(expected, Agreed(Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 111\n" + OpusLines + attributes))).SendPtimeMs);

    [Fact]
    [Trait("Req", "RTP1")]
    [Trait("Req", "SDP4")]
    public void Packet_time_codec_and_numbers_may_change_in_mid_call()
    {
        SdpOfferAnswer call = Call();
        Assert.Equal(20, Agreed(call.Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n"))).SendPtimeMs);
        Assert.Equal(40, Agreed(call.Answer(Read(Later(2) + "m=audio 4000 RTP/AVP 8\na=ptime:40\n"))).SendPtimeMs);
        Assert.Equal(30, Agreed(call.Answer(Read(Later(3) + "m=audio 4000 RTP/AVP 8\na=ptime:60\na=maxptime:30\n"))).SendPtimeMs);
        NegotiatedAudio wide = Agreed(call.Answer(Read(Later(4) + "m=audio 4000 RTP/AVP 111 110\n" + OpusLines)));
        Assert.Equal((SdpCodec.Opus, 20, false), (wide.Codec, wide.SendPtimeMs, wide.IsRefresh));
        Assert.True(Agreed(call.Answer(Read(Later(4) + "m=audio 4000 RTP/AVP 111 110\n" + OpusLines))).IsRefresh);
        Assert.False(Agreed(call.Answer(Read(Later(5) + "m=audio 4000 RTP/AVP 111 110\n"
            + OpusLines.Replace("useinbandfec=1", "maxplaybackrate=8000", StringComparison.Ordinal)))).IsRefresh);

        // The peer gave 110 to events, and now gives it to Opus: we do not offer it for both.
        call.Answer(Read(Later(6) + "m=audio 4000 RTP/AVP 110\na=rtpmap:110 opus/48000/2\n"));
        IReadOnlyList<string> formats = call.Offer().Media[0].Formats;
        Assert.Equal(formats.Count, formats.Distinct().Count());
    }

    [Theory]
    [Trait("Req", "SDP1")]
    [InlineData(null, false, 48000, 48000, null, false, false)]
    [InlineData("", false, 48000, 48000, null, false, false)]
    [InlineData(" useinbandfec=1; maxplaybackrate=16000 ;sprop-maxcapturerate=8000;maxaveragebitrate=20000;stereo=1;usedtx=1", true, 16000, 8000, 20000, true, true)]
    [InlineData("UseInbandFec=1;MaxPlaybackRate=24000", true, 24000, 48000, null, false, false)]
    [InlineData("useinbandfec=2;maxplaybackrate=0;maxaveragebitrate=99999999999;stereo=yes;usedtx;;=;=1", false, 48000, 48000, null, false, false)]
    [InlineData("minptime=10;cbr=1;sprop-stereo=1;x-google-min-bitrate=3", false, 48000, 48000, null, false, false)]
    [InlineData("maxplaybackrate=-8000;maxplaybackrate=96000", false, 48000, 48000, null, false, false)]
    public void The_wishes_of_the_peer_are_read_and_nonsense_is_as_if_not_said(
        string? text, bool fec, int playback, int capture, int? bitrate, bool stereo, bool dtx) =>
        Assert.Equal(new SdpOpusParameters(fec, playback, capture, bitrate, stereo, dtx), SdpOpusParameters.Read(text));

    [Fact]
    [Trait("Req", "RTP15")]
    [Trait("Req", "DLG5")]
    public void A_fax_that_wants_T38_is_refused_and_the_voice_goes_on()
    {
        SdpOfferAnswer call = Call();
        SdpSession voice = Read(Head + "m=audio 4000 RTP/AVP 8\n");
        call.Answer(voice);
        foreach (string media in (string[])["m=image 6000 udptl t38\n", "m=audio 0 RTP/AVP 8\nm=image 6000 udptl t38\na=T38FaxVersion:0\n"])
        {
            SdpRefusal refusal = call.Answer(Read(Later(2) + media)).Refusal!;
            Assert.Equal((SdpRefusalReason.NoAudio, 488), (refusal.Reason, refusal.Status));
        }

        Assert.True(Agreed(call.Answer(voice)).IsRefresh);
    }

    private static string Later(int version) => Head.Replace("p 1 1", $"p 1 {version}", StringComparison.Ordinal);

    private static string AudioOf(SdpSession session) =>
        session.ToString()[session.ToString().IndexOf("m=audio", StringComparison.Ordinal)..];
}
