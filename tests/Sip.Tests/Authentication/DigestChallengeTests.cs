using PhoneBridge.Sip.Authentication;

namespace PhoneBridge.Sip.Tests.Authentication;

/// <summary>Challenges are read whatever their form, and answered as the RFCs' examples are.</summary>
[Trait("Req", "AUC")]
public sealed class DigestChallengeTests
{
    private const string Rfc7616Nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string Rfc7616ClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    private static readonly DigestCredentials Mufasa = new("Mufasa", "Circle of Life");

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    // The RFC has no example of these; the figures were worked out with another implementation of the hashes.
    [InlineData("MD5-sess", "e783283f46242139c486a698fec7211d")]
    [InlineData("SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7")]
    public void The_example_of_RFC_7616_3_9_1_is_answered_as_there(string algorithm, string response)
    {
        DigestChallenge challenge = Assert.Single(DigestChallenge.ReadLine(
            $"""Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="{Rfc7616Nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS" """));
        string answer = challenge.Answer(Mufasa, "GET", "/dir/index.html", Rfc7616ClientNonce, count: 1);
        Assert.Contains($"response=\"{response}\"", answer, StringComparison.Ordinal);
        Assert.Contains($"algorithm={algorithm}, cnonce=\"{Rfc7616ClientNonce}\", qop=auth, nc=00000001", answer, StringComparison.Ordinal);
        Assert.EndsWith("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_RFC_7616_3_9_2_is_answered_as_erratum_4897_says()
    {
        DigestChallenge challenge = Assert.Single(DigestChallenge.ReadLine(
            """Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true"""));
        string answer = challenge.Answer(
            new DigestCredentials("Jäsøn Doe", "Secret, or not?"), "GET", "/doe.json", "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", count: 1);
        Assert.Contains("response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Sha_512_256_is_the_hash_of_FIPS_180_4_and_not_Sha_512_cut_short() =>
        Assert.Equal("53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23", DigestAlgorithm.Sha512To256.Hash("abc"));

    [Theory]
    [InlineData(", qop=\"auth,auth-int\"", "6629fae49393a05397450978507c4ef1", true)]       // RFC 2617 §3.5
    [InlineData("", "670fd8c2df070c60b045671b8b24ff02", false)]                             // the same in the form of RFC 2069
    public void The_example_of_RFC_2617_is_answered_with_and_without_qop(string qop, string response, bool hasCount)
    {
        DigestChallenge challenge = Assert.Single(DigestChallenge.ReadLine(
            $"""Digest realm="testrealm@host.com"{qop}, nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41" """));
        string answer = challenge.Answer(new DigestCredentials("Mufasa", "Circle Of Life"), "GET", "/dir/index.html", "0a4f113b", count: 1);
        Assert.Contains($"response=\"{response}\"", answer, StringComparison.Ordinal);
        Assert.Equal(hasCount, answer.Contains("nc=00000001", StringComparison.Ordinal));
        Assert.Equal(hasCount, answer.Contains("cnonce=", StringComparison.Ordinal));
        Assert.DoesNotContain("algorithm", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Digest realm=\"r\", nonce=\"n\"")]
    [InlineData("dIGEST\tREALM = \"r\"  ,,  Nonce=n , foo=bar")]
    [InlineData("Basic realm=\"x\", Digest nonce=\"n\",realm=r, NTLM")]
    [InlineData("Digest nonce=\"n\", realm=\"r\", algorithm=\"MD5\", stale=\"FALSE\"")]
    public void Forms_met_in_the_wild_are_read(string line)
    {
        DigestChallenge challenge = Assert.Single(DigestChallenge.ReadLine(line));
        Assert.Equal(("r", "n", DigestAlgorithm.Md5, false), (challenge.Realm, challenge.Nonce, challenge.Algorithm, challenge.IsStale));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Digest")]
    [InlineData("realm=\"r\", nonce=\"n\"")]                                    // no scheme
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n")]                               // the quote is not closed
    [InlineData("Digest realm=\"r\", nonce=\"n\", nonce=\"m\"")]                // which of them?
    [InlineData("Digest realm=\"r\", nonce=\"n\"x")]
    [InlineData("Digest realm=r\\, nonce=n")]                                   // would escape the quote that we put behind it
    [InlineData("Digest realm=\"r\r\nX: y\", nonce=\"n\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("Bearer realm=\"r\", nonce=\"n\"")]
    public void What_cannot_be_answered_is_passed_over(string line) => Assert.Empty(DigestChallenge.ReadLine(line));

    [Fact]
    public void A_broken_challenge_does_not_spoil_the_next_one() =>
        Assert.Equal("b", Assert.Single(DigestChallenge.ReadLine("Digest realm=\"a\", nonce=\"n\", =, Digest realm=\"b\", nonce=\"n\"")).Realm);

    [Fact]
    public void Realm_nonce_and_opaque_go_back_with_their_escapes_as_they_came()
    {
        DigestChallenge challenge = Assert.Single(DigestChallenge.ReadLine("""Digest realm="a \"b\"", nonce="\\", opaque="" """));
        string answer = challenge.Answer(Mufasa, "REGISTER", "sip:x", "c", count: 255);
        Assert.Contains("""realm="a \"b\"", nonce="\\", uri="sip:x",""", answer, StringComparison.Ordinal);
        Assert.EndsWith("opaque=\"\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_and_number_are_limited()
    {
        string one = "Digest realm=\"r\", nonce=\"n\",";
        Assert.Equal(DigestChallenge.MaxPerLine, DigestChallenge.ReadLine(string.Concat(Enumerable.Repeat(one, 1000))).Count);
        Assert.Empty(DigestChallenge.ReadLine($"Digest realm=\"r\", nonce=\"{new string('n', DigestChallenge.MaxValueLength + 1)}\""));
        Assert.Empty(DigestChallenge.ReadLine(one + string.Join(',', Enumerable.Range(0, 100).Select(i => $"p{i}=v"))));
    }

    [Fact]
    public void User_and_password_do_not_print() => Assert.DoesNotContain("Mufasa", $"{Mufasa}", StringComparison.Ordinal);
}
