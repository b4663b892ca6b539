namespace PhoneBridge.Sip.Sdp;

/// <summary>The keys of one call through its offers and answers (RFC 4568 §5, §7): which line of the peer is taken, which key of ours holds.</summary>
/// <remarks>
/// Owned by its <see cref="SdpOfferAnswer"/>. A key of ours holds as long as the peer's does: the peer that draws a new one begins both
/// directions anew, as most do, for whom one key and its roll-over counter cannot go on without the other.
/// </remarks>
internal sealed class SdpCryptoExchange(SdpCryptoPolicy policy)
{
    private SdpCryptoAgreement? _agreed;
    private IReadOnlyList<SdpCrypto> _sent = [];    // what our last description holds

    /// <summary>Why we cannot make an offer; null when we can.</summary>
    public SdpRefusal? OfferRefusal =>
        policy is { Use: SdpCryptoUse.Required, Obstacle: { } obstacle } ? new SdpRefusal(obstacle) : null;

    /// <summary>Whether the lines with keys are to be tried before those without.</summary>
    public bool PrefersKeys => policy.IsOpen;

    /// <summary>A profile of SRTP.</summary>
    public static bool IsSecure(string protocol) =>
        protocol.Equals("RTP/SAVP", StringComparison.OrdinalIgnoreCase) || protocol.Equals("RTP/SAVPF", StringComparison.OrdinalIgnoreCase);

    /// <summary>Judges a media line of an offer.</summary>
    /// <param name="media">The line.</param>
    /// <param name="taken">The first of its keys that we can use; null when the stream is not protected.</param>
    /// <returns>Why the line cannot be used; null when it can.</returns>
    public SdpRefusalReason? JudgeOffer(SdpMedia media, out SdpCrypto? taken)
    {
        bool isSecure = IsSecure(media.Protocol);
        taken = policy.IsOpen && (isSecure || policy.IsOptimistic) ? KeysOf(media).FirstOrDefault(key => policy.Suites.Contains(key.Suite)) : null;
        if (taken is not null)
        {
            return null;
        }

        return (isSecure, policy.Use) switch
        {
            (true, SdpCryptoUse.None) => SdpRefusalReason.Profile,
            (true, _) => policy.Obstacle ?? SdpRefusalReason.NoUsableKey,
            (false, SdpCryptoUse.Required) => policy.Obstacle ?? SdpRefusalReason.Unprotected,
            _ => null,
        };
    }

    /// <summary>Judges the media line that answers our last description; otherwise as <see cref="JudgeOffer"/>.</summary>
    public SdpRefusalReason? JudgeAnswer(SdpMedia media, out SdpCrypto? taken)
    {
        taken = KeysOf(media).FirstOrDefault(key => OwnOf(key) is not null);
        if (taken is not null)
        {
            return null;
        }

        return IsSecure(media.Protocol) ? (_sent.Count == 0 ? SdpRefusalReason.Profile : SdpRefusalReason.NoUsableKey)
            : policy.Use == SdpCryptoUse.Required ? SdpRefusalReason.Unprotected
            : null;
    }

    /// <summary>What holds once an offer was taken. Before the answer is written.</summary>
    public SdpCryptoAgreement? AgreeToOffer(SdpCrypto? taken)
    {
        if (taken is null)
        {
            Settle(null, []);
            return null;
        }

        SdpCrypto remote = Known(taken);
        SdpCryptoKey key = ReferenceEquals(remote, taken) ? SdpCryptoKey.Random(taken.Suite) : _agreed!.Local.Key;
        SdpCrypto local = new(taken.Tag, taken.Suite, key);
        Settle(new SdpCryptoAgreement(local, remote), [local]);
        return _agreed;
    }

    /// <summary>What holds once our offer was answered.</summary>
    public SdpCryptoAgreement? AgreeToAnswer(SdpCrypto? taken)
    {
        // What we sent stays, all of it: a refresh sends it again, and its answer may take another line.
        Settle(taken is null ? null : new SdpCryptoAgreement(OwnOf(taken)!, Known(taken)), _sent);
        return _agreed;
    }

    /// <summary>The keys of our next offer, and whether it needs the profile of SRTP. What is in use is offered again.</summary>
    /// <param name="protocol">Profile of the stream so far; null before the first.</param>
    public (IReadOnlyList<SdpCrypto> Keys, bool IsSecure) Offer(string? protocol)
    {
        if (_agreed is { Local: var local })
        {
            Settle(_agreed, [local]);
            return (_sent, protocol is not null && IsSecure(protocol));
        }

        bool isSecure = policy.Use == SdpCryptoUse.Required;
        bool hasKeys = policy.IsOpen && (isSecure || policy.IsOptimistic);
        if (!hasKeys)
        {
            _sent = [];
        }
        else if (_sent.Count == 0)
        {
            _sent = [.. policy.Suites.Select((suite, i) => new SdpCrypto((uint)i + 1, suite, SdpCryptoKey.Random(suite)))];
        }

        return (_sent, isSecure);
    }

    /// <summary>Overwrites every key: the call is over.</summary>
    public void Erase() => Settle(null, []);

    private static IEnumerable<SdpCrypto> KeysOf(SdpMedia media)
    {
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (attribute.Name == SdpCrypto.AttributeName && SdpCrypto.TryParse(attribute.Value, out SdpCrypto? crypto))
            {
                yield return crypto;
            }
        }
    }

    // The peer's key that holds already when this is the same, under its new tag; else this.
    private SdpCrypto Known(SdpCrypto taken)
    {
        if (_agreed is { Remote: var remote } && remote with { Tag = taken.Tag } == taken)
        {
            taken.Key.Erase();
            return remote with { Tag = taken.Tag };
        }

        return taken;
    }

    private SdpCrypto? OwnOf(SdpCrypto answer) => _sent.FirstOrDefault(own => own.Tag == answer.Tag && own.Suite == answer.Suite);

    // What no longer stands anywhere is wiped.
    private void Settle(SdpCryptoAgreement? agreed, IReadOnlyList<SdpCrypto> sent)
    {
        foreach (SdpCryptoKey? key in _sent.Select(own => own.Key).Append(_agreed?.Local.Key).Append(_agreed?.Remote.Key).ToArray())
        {
            bool stays = sent.Any(own => ReferenceEquals(own.Key, key))
                || ReferenceEquals(agreed?.Local.Key, key) || ReferenceEquals(agreed?.Remote.Key, key);
            if (!stays)
            {
                key?.Erase();
            }
        }

        (_agreed, _sent) = (agreed, sent);
    }
}
