using System.Net;
using System.Text;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

public sealed class SdpOfferAnswerTests
{
    private const string Head = "v=0\no=p 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n";
    private static readonly SdpLocalMedia Local = new(IPAddress.Parse("198.51.100.1"), 30000, 30001);

    private static SdpOfferAnswer Call(SdpAudioCapabilities? capabilities = null, SdpLocalMedia? local = null) =>
        new(capabilities ?? SdpAudioCapabilities.Narrowband, local ?? Local, sessionId: 42);

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
    [Trait("Req", "PCMA")]
    [Trait("Req", "EVENT")]
    public void The_answer_has_one_voice_codec_and_telephone_event()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 18 8 0 96\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-15\na=ptime:20\n"));

        Assert.Equal(
            "v=0\r\no=- 42 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
            + "m=audio 30000 RTP/AVP 8 96\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
            outcome.Session!.ToString());
        Assert.Equal(
            new NegotiatedAudio(SdpCodec.Pcma, 8, 8, 96, 96, IPEndPoint.Parse("192.0.2.9:4000"), IPEndPoint.Parse("192.0.2.9:4001"), false, 20, SdpDirection.SendReceive, false),
            outcome.Audio);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    public void The_offers_first_codec_that_we_have_is_taken_unless_our_order_is_set_to_decide()
    {
        SdpSession offer = Read(Head + "m=audio 4000 RTP/AVP 0 8\n");
        Assert.Equal(SdpCodec.Pcmu, Agreed(Call().Answer(offer)).Codec);
        Assert.Equal(SdpCodec.Pcma, Agreed(Call(SdpAudioCapabilities.Narrowband with { PrefersOwnOrder = true }).Answer(offer)).Codec);
        Assert.Null(Agreed(Call().Answer(offer)).SendTelephoneEvent);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    public void A_dynamic_number_for_a_codec_is_used_in_the_answer()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 97 120\na=rtpmap:97 pcma/8000/1\na=rtpmap:120 Telephone-Event/8000\n"));
        NegotiatedAudio audio = Agreed(outcome);
        Assert.Equal((97, 97, (byte?)120), (audio.SendPayloadType, audio.ReceivePayloadType, audio.SendTelephoneEvent));
        Assert.Contains("RTP/AVP 97 120\r\na=rtpmap:97 PCMA/8000\r\n", outcome.Session!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "SDP2")]
    public void As_offerer_each_direction_has_the_number_of_its_receiver()
    {
        SdpOfferAnswer call = Call();
        Assert.Contains("m=audio 30000 RTP/AVP 8 0 101\r\n", call.Offer().ToString(), StringComparison.Ordinal);
        NegotiatedAudio audio = Agreed(call.AcceptAnswer(Read(Head + "m=audio 4000 RTP/AVP 8 96\na=rtpmap:96 telephone-event/8000\n")));
        Assert.Equal(((byte?)96, (byte?)101), (audio.SendTelephoneEvent, audio.ReceiveTelephoneEvent));
        Assert.Equal(SdpCodec.Pcma, audio.Codec);
    }

    [Fact]
    [Trait("Req", "SDP3")]
    public void The_answer_has_the_offers_lines_in_order_and_takes_the_first_usable_audio()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head
            + "m=video 5000 RTP/AVP 31\nm=audio 0 RTP/AVP 8\nm=audio 4002 RTP/SAVP 8\nm=audio 4004 RTP/AVP 18\nm=audio 4006 RTP/AVP 0\nm=audio 4008 RTP/AVP 8\nm=image 6000 udptl t38\n"));

        Assert.Equal(4006, Agreed(outcome).Remote.Port);
        Assert.Equal(
            [("video", 0, "31"), ("audio", 0, "8"), ("audio", 0, "8"), ("audio", 0, "18"), ("audio", 30000, "0"), ("audio", 0, "8"), ("image", 0, "t38")],
            outcome.Session!.Media.Select(media => (media.Kind, media.Port, media.Formats[0])));
    }

    [Theory]
    [Trait("Req", "SDP4")]
    [InlineData("a=ptime:30\n", 30)]
    [InlineData("a=ptime:10\n", 10)]
    [InlineData("a=ptime:60\n", 60)]
    [InlineData("a=ptime:20.0\n", 20)]
    [InlineData("a=ptime:100\n", 20)]
    [InlineData("a=ptime:5\n", 20)]
    [InlineData("a=ptime:15\n", 20)]
    [InlineData("a=ptime:nonsense\n", 20)]
    [InlineData("a=ptime:60\na=maxptime:40\n", 40)]
    [InlineData("a=maxptime:10\n", 10)]
    [InlineData("a=maxptime:150\n", 20)]
    [InlineData("", 20)]
    public void The_peers_ptime_is_sent_when_we_can(string attributes, int expected)
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n" + attributes));
        Assert.Equal(expected, Agreed(outcome).SendPtimeMs);
        Assert.Equal(expected, outcome.Session!.Media[0].PtimeMs);
    }

    [Theory]
    [Trait("Req", "SDP4")]
    [InlineData("", "192.0.2.9:4001", false)]
    [InlineData("a=rtcp:4010\n", "192.0.2.9:4010", false)]
    [InlineData("a=rtcp:4010 IN IP4 192.0.2.50\n", "192.0.2.50:4010", false)]
    [InlineData("a=rtcp:nonsense\n", "192.0.2.9:4001", false)]
    [InlineData("a=rtcp-mux\n", "192.0.2.9:4000", true)]
    public void Rtcp_goes_where_the_peer_says_and_mux_is_answered_only_when_offered(string attributes, string rtcp, bool isMuxed)
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n" + attributes));
        Assert.Equal(IPEndPoint.Parse(rtcp), Agreed(outcome).RemoteRtcp);
        Assert.Equal(isMuxed, outcome.Audio!.RtcpMux);
        Assert.Equal(isMuxed, outcome.Session!.Media[0].HasRtcpMux);
    }

    [Fact]
    [Trait("Req", "SDP4")]
    public void An_odd_local_rtcp_port_is_said()
    {
        SdpAnswerOutcome outcome = Call(local: Local with { RtcpPort = 31111 }).Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n"));
        Assert.Equal("31111", outcome.Session!.Media[0].Attribute("rtcp"));
    }

    [Theory]
    [Trait("Req", "DLG7")]
    [InlineData("a=sendrecv\n", SdpDirection.SendReceive)]
    [InlineData("a=sendonly\n", SdpDirection.ReceiveOnly)]
    [InlineData("a=recvonly\n", SdpDirection.SendOnly)]
    [InlineData("a=inactive\n", SdpDirection.Inactive)]
    [InlineData("c=IN IP4 0.0.0.0\n", SdpDirection.ReceiveOnly)]
    [InlineData("c=IN IP4 0.0.0.0\na=inactive\n", SdpDirection.Inactive)]
    [InlineData("c=IN IP6 ::\na=sendonly\n", SdpDirection.ReceiveOnly)]
    public void Hold_is_answered_by_the_mirrored_direction_in_the_new_and_the_old_way(string attributes, SdpDirection expected)
    {
        SdpOfferAnswer call = Call();
        call.Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n"));

        SdpSession hold = Read(Head.Replace("p 1 1", "p 1 2", StringComparison.Ordinal) + "m=audio 4000 RTP/AVP 8\n" + attributes);
        SdpAnswerOutcome outcome = call.Answer(hold);
        Assert.Equal(expected, Agreed(outcome).LocalDirection);
        Assert.Equal(expected, outcome.Session!.DirectionOf(outcome.Session.Media[0]));

        NegotiatedAudio resumed = Agreed(call.Answer(Read(Head.Replace("p 1 1", "p 1 3", StringComparison.Ordinal) + "m=audio 4000 RTP/AVP 8\n")));
        Assert.Equal(SdpDirection.SendReceive, resumed.LocalDirection);
    }

    [Fact]
    [Trait("Req", "SDP5")]
    public void The_version_rises_only_with_a_change_and_an_identical_offer_is_a_refresh()
    {
        SdpOfferAnswer call = Call();
        SdpSession offer = Read(Head + "m=audio 4000 RTP/AVP 8\n");
        SdpAnswerOutcome first = call.Answer(offer);
        Assert.False(Agreed(first).IsRefresh);

        SdpAnswerOutcome second = call.Answer(offer);
        Assert.True(Agreed(second).IsRefresh);
        Assert.Equal(first.Session!.ToString(), second.Session!.ToString());

        SdpAnswerOutcome held = call.Answer(Read(Head.Replace("p 1 1", "p 1 2", StringComparison.Ordinal) + "m=audio 4000 RTP/AVP 8\na=sendonly\n"));
        Assert.False(Agreed(held).IsRefresh);
        Assert.Equal("- 42 2 IN IP4 198.51.100.1", held.Session!.Origin);
    }

    [Theory]
    [Trait("Req", "DLG8")]
    [InlineData("")]
    [InlineData("a=sendonly\n")]
    [InlineData("a=rtcp-mux\n")]
    public void The_answer_to_our_description_sent_again_is_a_refresh(string attributes)
    {
        SdpOfferAnswer call = Call();
        SdpSession theirs = Read(Head + "m=audio 4000 RTP/AVP 8 96\na=rtpmap:96 telephone-event/8000\n" + attributes);
        NegotiatedAudio first = Agreed(call.Answer(theirs));
        Assert.Equal(first with { IsRefresh = true }, Agreed(call.AcceptAnswer(theirs)));
    }

    [Fact]
    [Trait("Req", "SDP5")]
    public void A_hold_without_a_new_version_is_no_refresh()
    {
        SdpOfferAnswer call = Call();
        call.Answer(Read(Head + "m=audio 4000 RTP/AVP 8\n"));
        NegotiatedAudio held = Agreed(call.Answer(Read(Head + "m=audio 4000 RTP/AVP 8\na=sendonly\n")));
        Assert.Equal((SdpDirection.ReceiveOnly, false), (held.LocalDirection, held.IsRefresh));
    }

    [Fact]
    [Trait("Req", "DLG6")]
    public void A_later_offer_of_ours_lists_all_codecs_again_and_keeps_lines_and_numbers()
    {
        SdpOfferAnswer call = Call();
        call.Answer(Read(Head + "m=video 5000 RTP/AVP 31\nm=audio 4000 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n"));

        SdpSession offer = call.Offer();
        Assert.Equal([0, 30000], offer.Media.Select(media => media.Port));
        Assert.Equal(["8", "0", "96"], offer.Media[1].Formats);
        Assert.Equal("- 42 2 IN IP4 198.51.100.1", offer.Origin);
        Assert.Equal(offer.ToString(), call.Offer().ToString());

        NegotiatedAudio audio = Agreed(call.AcceptAnswer(Read(Head + "m=video 0 RTP/AVP 31\nm=audio 4000 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n")));
        Assert.Equal((SdpCodec.Pcmu, true), (audio.Codec, audio.IsRefresh));
    }

    [Theory]
    [InlineData("", SdpRefusalReason.NoAudio, "304")]
    [InlineData("m=image 6000 udptl t38\n", SdpRefusalReason.NoAudio, "304")]
    [InlineData("m=audio 0 RTP/AVP 8\n", SdpRefusalReason.NoAudio, "304")]
    [InlineData("m=audio 4000 RTP/SAVP 8\n", SdpRefusalReason.Profile, "304")]
    [InlineData("m=audio 4000 RTP/AVP 18 101\na=rtpmap:101 telephone-event/8000\n", SdpRefusalReason.Codec, "305")]
    [InlineData("m=video 1 RTP/AVP 31\nm=audio 4000 RTP/AVP 18\n", SdpRefusalReason.Codec, "305")]
    [InlineData("m=audio 4000 RTP/AVP 8\nc=IN IP6 2001:db8::1\n", SdpRefusalReason.Address, "301")]
    [InlineData("m=audio 4000 RTP/AVP 8\nc=IN IP4 239.1.1.1\n", SdpRefusalReason.Address, "301")]
    [InlineData("m=audio 4000 RTP/AVP 8\nc=IN IP4 255.255.255.255\n", SdpRefusalReason.Address, "301")]
    [InlineData("m=audio 4000 RTP/AVP 8\nc=IN IP4 media.example.com\n", SdpRefusalReason.UnresolvedHost, "301")]
    public void What_cannot_be_used_is_refused_by_488_with_a_warning(string media, SdpRefusalReason reason, string warning)
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + media));
        Assert.Null(outcome.Session);
        Assert.Equal((reason, 488), (outcome.Refusal!.Reason, outcome.Refusal.Status));
        Assert.StartsWith(warning + " ", outcome.Refusal.Warning, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "DLG5")]
    public void A_refused_offer_leaves_the_session_as_it_was()
    {
        SdpOfferAnswer call = Call();
        SdpSession good = Read(Head + "m=audio 4000 RTP/AVP 8\n");
        SdpAnswerOutcome before = call.Answer(good);
        Assert.NotNull(call.Answer(Read(Head.Replace("p 1 1", "p 1 2", StringComparison.Ordinal) + "m=image 6000 udptl t38\n")).Refusal);

        SdpAnswerOutcome after = call.Answer(good);
        Assert.True(Agreed(after).IsRefresh);
        Assert.Equal(before.Session!.ToString(), after.Session!.ToString());
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Feedback_profile_is_accepted_and_its_attributes_ignored()
    {
        SdpAnswerOutcome outcome = Call().Answer(Read(Head + "m=audio 4000 RTP/AVPF 8\na=rtcp-fb:* nack\n"));
        Assert.Equal("RTP/AVPF", outcome.Session!.Media[0].Protocol);
        Assert.NotNull(Call(SdpAudioCapabilities.Narrowband with { AcceptsFeedbackProfile = false }).Answer(Read(Head + "m=audio 4000 RTP/AVPF 8\n")).Refusal);
    }

    [Fact]
    public void An_answer_that_refuses_our_audio_or_lacks_it_is_a_refusal()
    {
        SdpOfferAnswer call = Call();
        call.Offer();
        Assert.Equal(SdpRefusalReason.NoAudio, call.AcceptAnswer(Read(Head + "m=audio 0 RTP/AVP 8\n")).Refusal!.Reason);
        Assert.Equal(SdpRefusalReason.NoAudio, call.AcceptAnswer(Read(Head)).Refusal!.Reason);
        Assert.Equal(SdpRefusalReason.Codec, call.AcceptAnswer(Read(Head + "m=audio 4000 RTP/AVP 18\n")).Refusal!.Reason);
    }

    [Fact]
    public void Two_calls_have_different_session_ids() => Assert.NotEqual(
        new SdpOfferAnswer(SdpAudioCapabilities.Narrowband, Local).Offer().Origin,
        new SdpOfferAnswer(SdpAudioCapabilities.Narrowband, Local).Offer().Origin);
}
