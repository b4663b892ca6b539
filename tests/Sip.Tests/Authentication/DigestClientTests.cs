using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Authentication;

/// <summary>Which challenges are answered, how often, and when it is the end (RFC 3261 §22.2, §22.3).</summary>
[Trait("Req", "AUC")]
public sealed class DigestClientTests
{
    private readonly DigestClient _client = new(new DigestCredentials("bob", "zanzibar"), new SipTokens(new Random(1)));

    [Fact]
    public void The_strongest_known_algorithm_of_a_realm_is_taken()
    {
        Assert.Equal(DigestVerdict.Retry, Challenge(
            "realm=\"a\", nonce=\"1\"", "realm=\"a\", nonce=\"2\", algorithm=SHA-999", "realm=\"a\", nonce=\"3\", algorithm=SHA-256",
            "realm=\"a\", nonce=\"4\", algorithm=SHA-512-256", "realm=\"a\", nonce=\"5\", algorithm=SHA-256"));
        string answer = Assert.Single(Answers(SipHeaderNames.Authorization));
        Assert.Contains("nonce=\"4\"", answer, StringComparison.Ordinal);
        Assert.Contains("algorithm=SHA-512-256", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_and_proxies_are_answered_together_each_realm_for_itself()
    {
        SipResponse response = new(407);
        response.Headers.Add(SipHeaderNames.ProxyAuthenticate, "Digest realm=\"p\", nonce=\"1\"");
        response.Headers.Add(SipHeaderNames.ProxyAuthenticate, "Digest realm=\"q\", nonce=\"2\"");
        response.Headers.Add(SipHeaderNames.WwwAuthenticate, "Digest realm=\"p\", nonce=\"3\"");
        Assert.Equal(DigestVerdict.Retry, _client.OnChallenge(response));
        SipRequest request = Authorized();
        Assert.Equal(2, request.Headers.GetLines(SipHeaderNames.ProxyAuthorization).Count());
        Assert.Contains("nonce=\"3\"", Assert.Single(request.Headers.GetLines(SipHeaderNames.Authorization)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_realm_further_on_is_answered_beside_the_first()
    {
        Challenge("realm=\"a\", nonce=\"1\"");
        Authorized();
        Assert.Equal(DigestVerdict.Retry, Challenge("realm=\"b\", nonce=\"1\""));
        Assert.Equal(2, Answers(SipHeaderNames.Authorization).Length);
    }

    [Fact]
    public void The_nonce_count_rises_with_every_use_and_starts_again_with_a_new_nonce()
    {
        Challenge("realm=\"a\", nonce=\"1\", qop=\"auth\"");
        Assert.Contains("nc=00000001", Answers(SipHeaderNames.Authorization)[0], StringComparison.Ordinal);
        _client.OnAccepted();
        Assert.Contains("nc=00000002", Answers(SipHeaderNames.Authorization)[0], StringComparison.Ordinal);
        Assert.Equal(DigestVerdict.Retry, Challenge("realm=\"a\", nonce=\"2\", qop=\"auth\", stale=true"));
        Assert.Contains("nc=00000001", Answers(SipHeaderNames.Authorization)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_nonce_again_is_the_end_even_when_called_stale()
    {
        Challenge("realm=\"a\", nonce=\"1\"");
        Authorized();
        Assert.Equal(DigestVerdict.Refused, Challenge("realm=\"a\", nonce=\"1\", stale=true"));
    }

    [Fact]
    public void A_new_nonce_that_is_not_called_stale_after_a_fresh_one_means_a_wrong_password()
    {
        Challenge("realm=\"a\", nonce=\"1\"");
        Authorized();
        Assert.Equal(DigestVerdict.Refused, Challenge("realm=\"a\", nonce=\"2\""));
    }

    [Fact]
    public void A_stale_nonce_is_replaced_once_a_request()
    {
        Challenge("realm=\"a\", nonce=\"1\"");
        Authorized();
        Assert.Equal(DigestVerdict.Retry, Challenge("realm=\"a\", nonce=\"2\", stale=true"));
        Assert.Contains("nonce=\"2\"", Assert.Single(Answers(SipHeaderNames.Authorization)), StringComparison.Ordinal);
        Assert.Equal(DigestVerdict.Refused, Challenge("realm=\"a\", nonce=\"3\", stale=true"));
    }

    [Fact]
    public void A_nonce_that_was_good_before_may_run_out_without_a_word()
    {
        Challenge("realm=\"a\", nonce=\"1\"");
        Authorized();
        _client.OnAccepted();
        Authorized();
        Assert.Equal(DigestVerdict.Retry, Challenge("realm=\"a\", nonce=\"2\""));
        Authorized();
        Assert.Equal(DigestVerdict.Refused, Challenge("realm=\"a\", nonce=\"3\""));
    }

    [Fact]
    public void Realms_that_take_turns_or_never_end_are_left()
    {
        int rounds = 0;
        while (Challenge($"realm=\"{(char)('a' + (rounds & 1))}\", nonce=\"{rounds}\", stale=true") == DigestVerdict.Retry)
        {
            Authorized();
            Assert.InRange(++rounds, 1, 20);
        }

        DigestClient other = new(new DigestCredentials("bob", "zanzibar"), new SipTokens(new Random(1)));
        SipResponse crowd = new(401);
        for (int i = 0; i < 100; i++)
        {
            crowd.Headers.Add(SipHeaderNames.WwwAuthenticate, $"Digest realm=\"{i}\", nonce=\"1\"");
        }

        Assert.Equal(DigestVerdict.Refused, other.OnChallenge(crowd));
    }

    [Fact]
    public void Without_a_challenge_that_is_known_nothing_is_answered()
    {
        Assert.Equal(DigestVerdict.NotAnswerable, _client.OnChallenge(new SipResponse(401)));
        Assert.Equal(DigestVerdict.NotAnswerable, Challenge("realm=\"a\", nonce=\"1\", algorithm=SHA3-256"));
        Assert.Empty(Answers(SipHeaderNames.Authorization));
    }

    private DigestVerdict Challenge(params string[] challenges)
    {
        SipResponse response = new(401);
        foreach (string challenge in challenges)
        {
            response.Headers.Add(SipHeaderNames.WwwAuthenticate, $"Digest {challenge}");
        }

        return _client.OnChallenge(response);
    }

    private SipRequest Authorized()
    {
        SipRequest request = new(SipMethods.Register, new SipUri { Scheme = "sip", Host = "biloxi.com" });
        _client.Authorize(request);
        return request;
    }

    private string[] Answers(string header) => [.. Authorized().Headers.GetLines(header)];
}
