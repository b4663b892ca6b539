using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Authentication;

/// <summary>Gathers the parameters of one digest challenge while its header line is read.</summary>
internal sealed class ChallengeParameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private bool _isBroken;

    /// <summary>Takes one <c>name=value</c>; what cannot be read spoils the challenge, not the line.</summary>
    public void Add(ReadOnlySpan<char> parameter)
    {
        int equal = parameter.IndexOf('=');
        ReadOnlySpan<char> name = SipGrammar.TrimBlanks(equal < 0 ? parameter : parameter[..equal]);
        ReadOnlySpan<char> value = equal < 0 ? [] : SipGrammar.TrimBlanks(parameter[(equal + 1)..]);
        bool isQuoted = value is ['"', ..];
        bool isGood = isQuoted
            ? SipGrammar.QuotedLength(value) == value.Length
            : !value.IsEmpty && !value.ContainsAny(" \t\"\\");
        value = isQuoted && isGood ? value[1..^1] : value;
        _isBroken |= !isGood
            || !SipGrammar.IsToken(name)
            || value.Length > DigestChallenge.MaxValueLength
            || value.ContainsAnyInRange('\0', '\x1f')
            || _values.Count == SipLimits.MaxParameters
            || !_values.TryAdd(name.ToString(), value.ToString());
    }

    /// <summary>Adds the challenge when it is whole and can be answered.</summary>
    public void AddTo(List<DigestChallenge> challenges)
    {
        DigestAlgorithm algorithm = DigestAlgorithm.Md5;
        bool namesAlgorithm = _values.TryGetValue("algorithm", out string? name);
        if (_isBroken
            || !_values.TryGetValue("realm", out string? realm)
            || !_values.TryGetValue("nonce", out string? nonce)
            || (namesAlgorithm && !DigestAlgorithms.TryParse(name, out algorithm)))
        {
            return;
        }

        bool hasQop = _values.TryGetValue("qop", out string? qop);
        if (hasQop && !HoldsAuth(qop))
        {
            return;
        }

        challenges.Add(new DigestChallenge(
            realm, nonce, _values.GetValueOrDefault("opaque"), algorithm, namesAlgorithm, hasQop,
            IsStale: "true".Equals(_values.GetValueOrDefault("stale"), StringComparison.OrdinalIgnoreCase)));
    }

    private static bool HoldsAuth(ReadOnlySpan<char> options)
    {
        foreach (Range part in options.Split(','))
        {
            if (SipGrammar.TrimBlanks(options[part]).Equals("auth", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
