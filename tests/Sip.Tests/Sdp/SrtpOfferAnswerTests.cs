using System.Net;
using System.Text;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

/// <summary>Offer and answer with keys (RFC 4568 §5 to §7) under every policy.</summary>
public sealed class SrtpOfferAnswerTests
{
    private const string Head = "v=0\no=p 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n";
    private const string Plain = "m=audio 4000 RTP/AVP 8\n";
    private const string Secure = "m=audio 4002 RTP/SAVP 8\n";
    private const string Key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
    private const string OtherKey = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
    private const string GcmKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==";
    private const string Line = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + Key + "\n";

    private static readonly SdpCryptoPolicy Optional = new(SdpCryptoUse.Optional);
    private static readonly SdpCryptoPolicy Required = new(SdpCryptoUse.Required);

    [Theory]
    [Trait("Req", "SDP6")]
    [Trait("Req", "SDP7")]
    // policy, optimistic, obstacle, offered lines → the line taken, whether protected; or the reason of the refusal
    [InlineData(SdpCryptoUse.None, false, null, Plain + Line, 0, false, null)]
    [InlineData(SdpCryptoUse.None, true, null, Plain + Line, 0, false, null)]
    [InlineData(SdpCryptoUse.None, false, null, Secure + Line, -1, false, SdpRefusalReason.Profile)]
    [InlineData(SdpCryptoUse.None, false, null, Secure + Line + Plain, 1, false, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Plain, 0, false, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Plain + Line, 0, false, null)]
    [InlineData(SdpCryptoUse.Optional, true, null, Plain + Line, 0, true, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Secure + Line, 0, true, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, "m=audio 4002 RTP/SAVPF 8\n" + Line, 0, true, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Plain + Secure + Line, 1, true, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Secure + Line + Plain, 0, true, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Plain + Secure, 0, false, null)]
    [InlineData(SdpCryptoUse.Optional, false, null, Secure, -1, false, SdpRefusalReason.NoUsableKey)]
    [InlineData(SdpCryptoUse.Optional, false, null, Secure + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=\n", -1, false, SdpRefusalReason.NoUsableKey)]
    [InlineData(SdpCryptoUse.Optional, false, SdpRefusalReason.KeysInClear, Secure + Line, -1, false, SdpRefusalReason.KeysInClear)]
    [InlineData(SdpCryptoUse.Optional, true, SdpRefusalReason.KeysInClear, Plain + Line, 0, false, null)]
    [InlineData(SdpCryptoUse.Optional, false, SdpRefusalReason.NoSrtp, Secure + Line + Plain, 1, false, null)]
    [InlineData(SdpCryptoUse.Required, false, null, Plain, -1, false, SdpRefusalReason.Unprotected)]
    [InlineData(SdpCryptoUse.Required, false, null, Plain + Line, -1, false, SdpRefusalReason.Unprotected)]
    [InlineData(SdpCryptoUse.Required, true, null, Plain + Line, 0, true, null)]
    [InlineData(SdpCryptoUse.Required, false, null, Plain + Secure + Line, 1, true, null)]
    [InlineData(SdpCryptoUse.Required, false, SdpRefusalReason.NoSrtp, Secure + Line, -1, false, SdpRefusalReason.NoSrtp)]
    [InlineData(SdpCryptoUse.Required, false, SdpRefusalReason.KeysInClear, Plain, -1, false, SdpRefusalReason.KeysInClear)]
    public void The_policy_decides_which_line_is_taken(
        SdpCryptoUse use, bool isOptimistic, SdpRefusalReason? obstacle, string lines, int taken, bool isProtected, SdpRefusalReason? refusal)
    {
        SdpAnswerOutcome outcome = Call(new SdpCryptoPolicy(use) { IsOptimistic = isOptimistic, Obstacle = obstacle }).Answer(Read(Head + lines));
        Assert.Equal(refusal, outcome.Refusal?.Reason);
        if (refusal is not null)
        {
            Assert.Equal(488, outcome.Refusal!.Status);
            return;
        }

        SdpMedia[] media = [.. outcome.Session!.Media];
        Assert.Equal(Enumerable.Range(0, media.Length).Select(i => i == taken), media.Select(m => m.Port != 0));
        Assert.Equal(Read(Head + lines).Media[taken].Protocol, media[taken].Protocol);
        Assert.Equal(isProtected, outcome.Audio!.Crypto is not null);
        Assert.Equal(isProtected ? 1 : 0, media.Sum(m => m.Attributes.Count(a => a.Name == "crypto")));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void The_first_usable_key_is_taken_under_its_tag_and_answered_with_one_of_our_own()
    {
        SdpAnswerOutcome outcome = Call(Optional).Answer(Read(Head + Secure
            + "a=crypto:1 F8_128_HMAC_SHA1_80 inline:" + Key + "\n"
            + "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" + Key + " UNENCRYPTED_SRTP\n"
            + "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=\n"
            + "a=crypto:44 AES_CM_128_HMAC_SHA1_32 inline:" + Key + "|2^31|1:4\n"
            + "a=crypto:5 AEAD_AES_128_GCM inline:" + GcmKey + "\n"));
        SdpCryptoAgreement keys = outcome.Audio!.Crypto!;
        Assert.Equal((44u, SdpCryptoSuite.AesCm32, 4, 1u), (keys.Remote.Tag, keys.Remote.Suite, keys.Remote.IdentifierLength, keys.Remote.Identifier));
        Assert.Equal(Key, Convert.ToBase64String(keys.Remote.Key.Reveal()));
        string body = Encoding.UTF8.GetString(outcome.Session!.ToBytes());
        Assert.Contains($"a=crypto:44 AES_CM_128_HMAC_SHA1_32 inline:{Convert.ToBase64String(keys.Local.Key.Reveal())}\r\n", body, StringComparison.Ordinal);
        Assert.NotEqual(keys.Remote.Key, keys.Local.Key);
        Assert.DoesNotContain(Key, body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Suites_that_the_library_does_not_have_are_neither_taken_nor_offered()
    {
        SdpOfferAnswer call = Call(Required with { Suites = [SdpCryptoSuite.AesCm80] });
        Assert.Equal(
            "AES_CM_128_HMAC_SHA1_80",
            Assert.Single(Keys(call.Offer())).Suite.Name);
        Assert.Equal(SdpRefusalReason.NoUsableKey, call.Answer(Read(Head + Secure + "a=crypto:5 AEAD_AES_128_GCM inline:" + GcmKey + "\n")).Refusal!.Reason);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void The_same_key_again_goes_on_and_a_new_one_makes_a_new_one_of_ours()
    {
        SdpOfferAnswer call = Call(Optional);
        SdpAnswerOutcome first = call.Answer(Read(Head + Secure + Line));
        SdpAnswerOutcome again = call.Answer(Read(Head + Secure + Line));
        Assert.True(again.Audio!.IsRefresh);
        Assert.Equal(first.Session!.ToBytes(), again.Session!.ToBytes());

        // Another tag for the same key is the same key.
        SdpAnswerOutcome renamed = call.Answer(Read(Head + Secure + Line.Replace(":1 ", ":7 ", StringComparison.Ordinal)));
        Assert.Equal(first.Audio!.Crypto!.Local.Key, renamed.Audio!.Crypto!.Local.Key);
        Assert.Equal((7u, Key), (renamed.Audio.Crypto.Local.Tag, Convert.ToBase64String(renamed.Audio.Crypto.Remote.Key.Reveal())));

        byte[] before = renamed.Audio.Crypto.Local.Key.Reveal().ToArray();
        SdpAnswerOutcome rekeyed = call.Answer(Read(Head + Secure + Line.Replace(Key, OtherKey, StringComparison.Ordinal)));
        Assert.False(rekeyed.Audio!.IsRefresh);
        Assert.NotEqual(before, rekeyed.Audio.Crypto!.Local.Key.Reveal().ToArray());
        Assert.False(renamed.Audio.Crypto.Local.Key.Reveal().ContainsAnyExcept((byte)0));       // nobody needs it any more
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_refused_offer_leaves_the_keys_as_they_were()
    {
        SdpOfferAnswer call = Call(Required);
        byte[] key = call.Answer(Read(Head + Secure + Line)).Audio!.Crypto!.Local.Key.Reveal().ToArray();
        Assert.Equal(SdpRefusalReason.Unprotected, call.Answer(Read(Head + Plain)).Refusal!.Reason);
        Assert.Equal(SdpRefusalReason.Codec, call.Answer(Read(Head + "m=audio 4002 RTP/SAVP 18\n" + Line.Replace(Key, OtherKey, StringComparison.Ordinal))).Refusal!.Reason);
        Assert.Equal(key, Assert.Single(Keys(call.Offer())).Key.Reveal().ToArray());
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Our_offer_has_a_key_for_each_suite_where_SRTP_is_required_and_the_answer_chooses()
    {
        SdpOfferAnswer call = Call(Required);
        SdpSession offer = call.Offer();
        Assert.Equal(offer.ToBytes(), call.Offer().ToBytes());
        Assert.Equal("RTP/SAVP", offer.Media[0].Protocol);
        SdpCrypto[] offered = [.. Keys(offer)];
        Assert.Equal(SdpCryptoSuite.All, offered.Select(key => key.Suite));
        Assert.Equal([1u, 2u, 3u, 4u], offered.Select(key => key.Tag));
        Assert.Equal(4, offered.Select(key => Convert.ToHexString(key.Key.Reveal())).Distinct().Count());

        Assert.Equal(SdpRefusalReason.Unprotected, call.AcceptAnswer(Read(Head + Plain)).Refusal!.Reason);
        Assert.Equal(SdpRefusalReason.NoUsableKey, call.AcceptAnswer(Read(Head + Secure)).Refusal!.Reason);
        Assert.Equal(SdpRefusalReason.NoUsableKey, call.AcceptAnswer(Read(Head + Secure + Line)).Refusal!.Reason);      // tag 1 is another suite
        NegotiatedAudio audio = call.AcceptAnswer(Read(Head + Secure + Line.Replace(":1 ", ":3 ", StringComparison.Ordinal))).Audio!;
        Assert.Equal(offered[2], audio.Crypto!.Local);
        Assert.Equal(Key, Convert.ToBase64String(audio.Crypto.Remote.Key.Reveal()));

        // The offer sent again as a refresh, and a later one with what is in use.
        Assert.True(call.AcceptAnswer(Read(Head + Secure + Line.Replace(":1 ", ":3 ", StringComparison.Ordinal))).Audio!.IsRefresh);
        SdpSession later = call.Offer();
        Assert.Equal(("RTP/SAVP", offered[2]), (later.Media[0].Protocol, Assert.Single(Keys(later))));
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void Where_SRTP_is_required_and_cannot_be_had_we_make_no_offer()
    {
        Assert.Equal(SdpRefusalReason.KeysInClear, Call(Required with { Obstacle = SdpRefusalReason.KeysInClear }).OfferRefusal!.Reason);
        Assert.Null(Call(Required).OfferRefusal);
        Assert.Null(Call(Optional with { Obstacle = SdpRefusalReason.NoSrtp }).OfferRefusal);
    }

    [Theory]
    [Trait("Req", "SDP7")]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void An_optional_offer_has_keys_under_the_plain_profile_when_it_is_optimistic(bool isOptimistic, bool peerHasKeys)
    {
        SdpOfferAnswer call = Call(Optional with { IsOptimistic = isOptimistic });
        SdpSession offer = call.Offer();
        Assert.Equal(("RTP/AVP", isOptimistic ? 4 : 0), (offer.Media[0].Protocol, Keys(offer).Count()));
        NegotiatedAudio audio = call.AcceptAnswer(
            Read(Head + Plain + (peerHasKeys ? "a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:" + Key + "\n" : ""))).Audio!;
        Assert.Equal(peerHasKeys ? SdpCryptoSuite.AesCm32 : null, audio.Crypto?.Local.Suite);
        Assert.Equal(SdpRefusalReason.Profile, Call(Optional).AcceptAnswer(Read(Head + Secure + Line)).Refusal!.Reason);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_hold_keeps_the_keys_and_the_end_of_the_call_wipes_them()
    {
        SdpOfferAnswer call = Call(Optional);
        SdpCryptoAgreement keys = call.Answer(Read(Head + Secure + Line)).Audio!.Crypto!;
        NegotiatedAudio held = call.Answer(Read(Head + Secure + Line + "a=sendonly\n")).Audio!;
        Assert.Equal(keys, held.Crypto);
        call.EraseKeys();
        Assert.False(keys.Local.Key.Reveal().ContainsAnyExcept((byte)0));
        Assert.False(keys.Remote.Key.Reveal().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Every_refusal_says_why()
    {
        Assert.All(Enum.GetValues<SdpRefusalReason>(), reason => Assert.Matches("^3(01|04|05)|^399 phonebridge \".+\"$", new SdpRefusal(reason).Warning));
        Assert.Contains("SRTP is required", new SdpRefusal(SdpRefusalReason.Unprotected).Warning, StringComparison.Ordinal);
    }

    private static SdpOfferAnswer Call(SdpCryptoPolicy policy) => new(
        SdpAudioCapabilities.Narrowband with { Crypto = policy }, new SdpLocalMedia(IPAddress.Parse("198.51.100.1"), 30000, 30001), sessionId: 42);

    private static IEnumerable<SdpCrypto> Keys(SdpSession session)
    {
        foreach (SdpAttribute attribute in Read(Encoding.UTF8.GetString(session.ToBytes())).Media[0].Attributes.Where(a => a.Name == "crypto"))
        {
            Assert.True(SdpCrypto.TryParse(attribute.Value, out SdpCrypto? crypto));
            yield return crypto;
        }
    }

    private static SdpSession Read(string text)
    {
        Assert.True(SdpSession.TryParse(Encoding.UTF8.GetBytes(text), out SdpSession session), text);
        return session;
    }
}
