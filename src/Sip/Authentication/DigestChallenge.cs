using System.Globalization;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Authentication;

/// <summary>One digest challenge that can be answered (RFC 7616 §3.3, RFC 3261 §22.4).</summary>
/// <param name="Realm">As on the wire between the quotes, so that it goes back as it came.</param>
/// <param name="Nonce">As on the wire between the quotes.</param>
/// <param name="Opaque">As on the wire between the quotes; null when there is none.</param>
/// <param name="Algorithm">The algorithm; MD5 when none is named.</param>
/// <param name="NamesAlgorithm">Whether the challenge names it; the answer does so only then (RFC 2617 peers).</param>
/// <param name="HasQop">True: answered with <c>qop=auth</c>. False: the old form of RFC 2069.</param>
/// <param name="IsStale">The nonce of the refused request was too old, user and password were not (RFC 7616 §3.3).</param>
/// <remarks>Immutable, safe from any thread.</remarks>
public sealed record DigestChallenge(
    string Realm, string Nonce, string? Opaque, DigestAlgorithm Algorithm, bool NamesAlgorithm, bool HasQop, bool IsStale)
{
    /// <summary>Most challenges that are read from one header line; what follows is passed over.</summary>
    public const int MaxPerLine = 16;

    /// <summary>Longest realm, nonce or opaque [characters]; a challenge with a longer one is passed over.</summary>
    public const int MaxValueLength = 2048;

    /// <summary>Reads the challenges of one WWW-Authenticate or Proxy-Authenticate line. Never throws.</summary>
    /// <remarks>
    /// SIP has one challenge a line (RFC 3261 §20.27); several, separated by commas as in HTTP, are read too. Passed over:
    /// other schemes, unknown algorithms, <c>qop</c> without <c>auth</c>, and whatever is malformed or names a parameter twice.
    /// </remarks>
    public static IReadOnlyList<DigestChallenge> ReadLine(ReadOnlySpan<char> line)
    {
        List<DigestChallenge> challenges = [];
        ChallengeParameters? current = null;
        int seen = 0;
        while (!line.IsEmpty)
        {
            int comma = SipGrammar.IndexOfSeparator(line, ',');
            ReadOnlySpan<char> element = SipGrammar.TrimBlanks(comma < 0 ? line : line[..comma]);
            line = comma < 0 ? [] : line[(comma + 1)..];
            if (TakeScheme(ref element) is { } isDigest)
            {
                current?.AddTo(challenges);
                if (++seen > MaxPerLine)
                {
                    return challenges;
                }

                current = isDigest ? new ChallengeParameters() : null;
            }

            if (!element.IsEmpty)
            {
                current?.Add(element);
            }
        }

        current?.AddTo(challenges);
        return challenges;
    }

    /// <summary>The value of the Authorization or Proxy-Authorization header that answers this challenge (RFC 7616 §3.4).</summary>
    /// <param name="credentials">User and password.</param>
    /// <param name="method">Method of the request.</param>
    /// <param name="uri">Request-URI of the request, as it is written there.</param>
    /// <param name="clientNonce">Our nonce, a token; the same for every answer to this challenge.</param>
    /// <param name="count">1 for the first answer with this nonce, then rising.</param>
    public string Answer(DigestCredentials credentials, string method, string uri, string clientNonce, uint count)
    {
        string user = SipGrammar.Quote(credentials.UserName);
        string key = Algorithm.Hash($"{user[1..^1]}:{Realm}:{credentials.Password}");
        if (Algorithm.IsSession)
        {
            key = Algorithm.Hash($"{key}:{Nonce}:{clientNonce}");
        }

        string request = Algorithm.Hash($"{method}:{uri}");
        string nonceCount = count.ToString("x8", CultureInfo.InvariantCulture);
        string response = Algorithm.Hash(
            HasQop ? $"{key}:{Nonce}:{nonceCount}:{clientNonce}:auth:{request}" : $"{key}:{Nonce}:{request}");

        string answer = $"Digest username={user}, realm=\"{Realm}\", nonce=\"{Nonce}\", uri=\"{uri}\", response=\"{response}\"";
        if (NamesAlgorithm)
        {
            answer += $", algorithm={Algorithm.WireName}";
        }

        if (HasQop)
        {
            answer += $", cnonce=\"{clientNonce}\", qop=auth, nc={nonceCount}";
        }
        else if (Algorithm.IsSession)
        {
            answer += $", cnonce=\"{clientNonce}\"";
        }

        return Opaque is null ? answer : $"{answer}, opaque=\"{Opaque}\"";
    }

    // A scheme is a token that stands alone or is followed by blanks and something other than the "=" of a parameter.
    private static bool? TakeScheme(ref ReadOnlySpan<char> element)
    {
        int end = element.IndexOfAny(" \t");
        ReadOnlySpan<char> scheme = end < 0 ? element : element[..end];
        ReadOnlySpan<char> rest = end < 0 ? [] : element[end..].TrimStart(" \t");
        if (!SipGrammar.IsToken(scheme) || rest is ['=', ..])
        {
            return null;
        }

        element = rest;
        return scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase);
    }
}
