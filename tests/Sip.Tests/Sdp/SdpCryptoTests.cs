using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

/// <summary>The grammar of <c>a=crypto</c> (RFC 4568 §9).</summary>
public sealed class SdpCryptoTests
{
    // 30, 28 and 44 bytes.
    private const string Key30 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
    private const string Key28 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw==";
    private const string Key44 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis=";

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30, 1u, "AES_CM_128_HMAC_SHA1_80", 0u, 0)]
    [InlineData("999999999 aes_cm_128_hmac_sha1_32 INLINE:" + Key30 + "|2^20", 999_999_999u, "AES_CM_128_HMAC_SHA1_32", 0u, 0)]
    [InlineData("2 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:32", 2u, "AES_CM_128_HMAC_SHA1_80", 1u, 32)]
    [InlineData("2 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|1048576|4294967295:128", 2u, "AES_CM_128_HMAC_SHA1_80", uint.MaxValue, 128)]
    [InlineData("0  AES_CM_128_HMAC_SHA1_80\tinline:" + Key30 + "|7:1 ", 0u, "AES_CM_128_HMAC_SHA1_80", 7u, 1)]
    [InlineData("3 AEAD_AES_128_GCM inline:" + Key28, 3u, "AEAD_AES_128_GCM", 0u, 0)]
    [InlineData("3 AEAD_AES_128_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw", 3u, "AEAD_AES_128_GCM", 0u, 0)]
    [InlineData("4 AEAD_AES_256_GCM inline:" + Key44 + " WSH=128 -EXT=1", 4u, "AEAD_AES_256_GCM", 0u, 0)]
    public void A_line_that_can_be_used_is_read(string text, uint tag, string suite, uint identifier, int identifierLength)
    {
        Assert.True(SdpCrypto.TryParse(text, out SdpCrypto? crypto));
        Assert.Equal((tag, suite, identifier, identifierLength), (crypto.Tag, crypto.Suite.Name, crypto.Identifier, crypto.IdentifierLength));
        Assert.Equal(crypto.Suite.KeyLength, crypto.Key.Reveal().Length);
        Assert.True(SdpCrypto.TryParse(crypto.Write(), out SdpCrypto? again));
        Assert.Equal(crypto with { Identifier = 0, IdentifierLength = 0 }, again);
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:")]
    [InlineData("-1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30)]
    [InlineData("1000000000 AES_CM_128_HMAC_SHA1_80 inline:" + Key30)]
    [InlineData("x AES_CM_128_HMAC_SHA1_80 inline:" + Key30)]
    [InlineData("1 F8_128_HMAC_SHA1_80 inline:" + Key30)]
    [InlineData("1 AES_256_CM_HMAC_SHA1_80 inline:" + Key44)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 uri:" + Key30)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key28)]                           // wrong length for the suite
    [InlineData("1 AEAD_AES_128_GCM inline:" + Key30)]
    [InlineData("1 AEAD_AES_256_GCM inline:" + Key44 + "AAAA")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGV*")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNENCRYPTED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNENCRYPTED_SRTCP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " UNAUTHENTICATED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " WSH=64 KDR=3")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " FEC_ORDER=FEC_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + " WSH=1 WSH=1 WSH=1 WSH=1 WSH=1 WSH=1 WSH=1 WSH=1 KDR=1")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:4;inline:" + Key30 + "|2^20|2:4")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|1:0")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|1:129")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|4294967296:4")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|:4")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|soon")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|4")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:" + Key30 + "|2^20|1:4|5")]
    public void A_line_that_is_broken_or_asks_for_what_we_do_not_do_is_passed_over(string text) => Assert.False(SdpCrypto.TryParse(text, out _));

    [Fact]
    [Trait("Req", "SDP6")]
    public void A_key_is_in_the_body_and_in_no_other_text()
    {
        SdpCryptoKey key = SdpCryptoKey.Random(SdpCryptoSuite.AesCm80);
        SdpCrypto crypto = new(1, SdpCryptoSuite.AesCm80, key);
        string secret = Convert.ToBase64String(key.Reveal());
        SdpAttribute attribute = new(SdpCrypto.AttributeName, crypto.Write());
        SdpMedia media = new() { Kind = "audio", Port = 4000, Protocol = "RTP/SAVP", Formats = ["8"], Attributes = [attribute] };
        SdpSession session = new() { Media = [media] };
        Assert.Contains("inline:" + secret, System.Text.Encoding.UTF8.GetString(session.ToBytes()), StringComparison.Ordinal);
        string texts = $"{key} {crypto} {attribute} {media} {session} {new SdpCryptoAgreement(crypto, crypto)}";
        Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
        Assert.Contains("a=crypto:(key)", texts, StringComparison.Ordinal);
        Assert.NotEqual(key, SdpCryptoKey.Random(SdpCryptoSuite.AesCm80));
        key.Erase();
        Assert.False(key.Reveal().ContainsAnyExcept((byte)0));
    }
}
