using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Identity;

/// <summary>Where a trunk writes the number that was called.</summary>
public enum CalledNumberSource
{
    /// <summary>The Request-URI: the rule of RFC 3261.</summary>
    RequestUri,

    /// <summary>The To header: trunks that put their own account into the Request-URI.</summary>
    To,

    /// <summary><c>P-Called-Party-ID</c> (RFC 7315 §4.2).</summary>
    PCalledPartyId,
}

/// <summary>How a trunk's called numbers are read.</summary>
/// <param name="Plan">The trunk's country.</param>
/// <param name="Source">The header; when it is missing or holds no user part, the Request-URI.</param>
public sealed record CalledNumberRules(NumberPlan Plan, CalledNumberSource Source);

/// <summary>What was dialled: a number of ours, or another user part, which may be a PIN and so prints masked.</summary>
/// <remarks>Immutable, safe from any thread. <c>ToString()</c> is fit for logs.</remarks>
public sealed class CalledNumber
{
    private readonly string _user;

    private CalledNumber(string user, PhoneNumber? number)
    {
        _user = user;
        Number = number;
    }

    /// <summary>The number, E.164 when it can be; null when the user part is no number.</summary>
    public PhoneNumber? Number { get; }

    /// <summary>The user part as dialled, escapes resolved, parameters left out; empty when there is none. Never for logs.</summary>
    public string RevealUser() => _user;

    /// <summary>Reads what a request calls. Never throws on a request of the parser.</summary>
    public static CalledNumber Read(SipRequest request, CalledNumberRules rules)
    {
        SipUri? uri = rules.Source switch
        {
            CalledNumberSource.To => request.To.Uri,
            CalledNumberSource.PCalledPartyId =>
                SipNameAddress.TryParse(request.Headers[SipHeaderNames.PCalledPartyId], out SipNameAddress called) ? called.Uri : null,
            _ => null,
        };
        NumberInUri dialled = new(uri is { Opaque: null } && !string.IsNullOrEmpty(uri.User) ? uri : request.Uri);
        return new CalledNumber(dialled.Subscriber.ToString(), dialled.Read(rules.Plan));
    }

    /// <summary>Masked number, or <c>***</c>.</summary>
    public override string ToString() => Number is { IsE164: true } ? Number.ToString() : "***";
}
