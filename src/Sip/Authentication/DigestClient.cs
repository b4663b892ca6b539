using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Authentication;

/// <summary>What to do after a 401 or 407.</summary>
internal enum DigestVerdict
{
    /// <summary>Send the request again, with <see cref="DigestClient.Authorize"/>.</summary>
    Retry,

    /// <summary>User or password are not accepted: asking again with the same would change nothing.</summary>
    Refused,

    /// <summary>No challenge that can be answered: none at all, other schemes, or unknown algorithms.</summary>
    NotAnswerable,
}

/// <summary>Answers the challenges that a series of requests of ours meets, of several servers and proxies (RFC 3261 §22).</summary>
/// <remarks>
/// Sans-IO and not thread safe. A nonce that was accepted is used on, with a rising count, until it is refused.
/// </remarks>
/// <param name="credentials">User and password, for every realm.</param>
/// <param name="tokens">Source of client nonces.</param>
internal sealed class DigestClient(DigestCredentials credentials, SipTokens tokens)
{
    // Bounds what a server can make us do for one request: realms that take turns, nonces that are stale for ever.
    private const int MaxRealms = 8;
    private const int MaxRounds = 8;

    private readonly List<Session> _sessions = [];
    private int _rounds;

    /// <summary>Takes a 401 or 407 to the last request that was authorized.</summary>
    public DigestVerdict OnChallenge(SipResponse response)
    {
        List<(bool IsProxy, DigestChallenge Challenge)> challenges = StrongestOfEachRealm(response);
        if (challenges.Count == 0)
        {
            return DigestVerdict.NotAnswerable;
        }

        if (++_rounds > MaxRounds)
        {
            return DigestVerdict.Refused;
        }

        // A realm that is not asked again has let the request pass.
        foreach (Session passed in _sessions.Where(one => !challenges.Exists(c => one.IsOf(c.IsProxy, c.Challenge.Realm))))
        {
            passed.Accept();
        }

        foreach ((bool isProxy, DigestChallenge challenge) in challenges)
        {
            if (_sessions.Find(one => one.IsOf(isProxy, challenge.Realm)) is not { } session)
            {
                if (_sessions.Count == MaxRealms)
                {
                    return DigestVerdict.Refused;
                }

                _sessions.Add(new Session(isProxy, challenge, tokens.Tag()));
            }
            else if (!session.TryRenew(challenge, tokens.Tag()))
            {
                return DigestVerdict.Refused;
            }
        }

        return DigestVerdict.Retry;
    }

    /// <summary>The last request was answered with something else than a challenge.</summary>
    public void OnAccepted()
    {
        _rounds = 0;
        _sessions.ForEach(static session => session.Accept());
    }

    /// <summary>Adds an answer for every realm that has asked so far.</summary>
    public void Authorize(SipRequest request)
    {
        foreach (Session session in _sessions)
        {
            request.Headers.Add(
                session.IsProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization,
                session.Answer(credentials, request));
        }
    }

    // RFC 3261 §22.3: both kinds may come in one response, whichever its status is.
    private static List<(bool IsProxy, DigestChallenge Challenge)> StrongestOfEachRealm(SipResponse response)
    {
        List<(bool IsProxy, DigestChallenge Challenge)> strongest = [];
        foreach (bool isProxy in (ReadOnlySpan<bool>)[false, true])
        {
            string header = isProxy ? SipHeaderNames.ProxyAuthenticate : SipHeaderNames.WwwAuthenticate;
            foreach (DigestChallenge challenge in response.Headers.GetLines(header).SelectMany(line => DigestChallenge.ReadLine(line)))
            {
                int known = strongest.FindIndex(one => one.IsProxy == isProxy && one.Challenge.Realm == challenge.Realm);
                if (known < 0)
                {
                    strongest.Add((isProxy, challenge));
                }
                else if (challenge.Algorithm.Strength > strongest[known].Challenge.Algorithm.Strength)
                {
                    strongest[known] = (isProxy, challenge);
                }
            }
        }

        return strongest;
    }

    /// <summary>One realm's nonce and what became of it.</summary>
    private sealed class Session(bool isProxy, DigestChallenge challenge, string clientNonce)
    {
        private DigestChallenge _challenge = challenge;
        private string _clientNonce = clientNonce;
        private uint _count;
        private bool _isAccepted;
        private bool _isRenewed;

        public bool IsProxy => isProxy;

        public bool IsOf(bool ofProxy, string realm) => ofProxy == isProxy && realm == _challenge.Realm;

        public string Answer(DigestCredentials credentials, SipRequest request) =>
            _challenge.Answer(credentials, request.Method, request.Uri.ToString(), _clientNonce, ++_count);

        public void Accept()
        {
            _isAccepted = true;
            _isRenewed = false;
        }

        // A new nonce is taken once a request: when the old one is called stale, or had been good before (some servers
        // let nonces run out without a word). The same nonce again, or a new one after a fresh one, means a wrong password.
        public bool TryRenew(DigestChallenge next, string nextClientNonce)
        {
            if (next.Nonce == _challenge.Nonce || _isRenewed || !(next.IsStale || _isAccepted))
            {
                return false;
            }

            _challenge = next;
            _clientNonce = nextClientNonce;
            _count = 0;
            _isAccepted = false;
            _isRenewed = true;
            return true;
        }
    }
}
