using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Identity;

/// <summary>What the network says about the caller's number (ATIS-1000082 <c>verstat</c>, STIR/SHAKEN).</summary>
public enum CallerVerification
{
    /// <summary>Nothing is said.</summary>
    Unknown,

    /// <summary>The operator has verified the number.</summary>
    Verified,

    /// <summary>The operator could not verify the number, or its check failed.</summary>
    NotVerified,
}

/// <summary>How a trunk's caller numbers are read.</summary>
/// <param name="Plan">The trunk's country.</param>
/// <param name="TrustsAssertedIdentity">True when the trunk's <c>P-Asserted-Identity</c> may be believed (RFC 3325 §5).</param>
public sealed record CallerIdentityRules(NumberPlan Plan, bool TrustsAssertedIdentity);

/// <summary>Who calls, as far as the trunk tells and the caller lets us know. Never a proof of identity.</summary>
/// <remarks>Immutable, safe from any thread. <c>ToString()</c> is fit for logs.</remarks>
public sealed class CallerIdentity
{
    private const int LongestName = 80;

    private CallerIdentity(PhoneNumber? number, string? name, bool isHidden, CallerVerification verification, bool isSigned)
    {
        Number = isHidden ? null : number;
        WithheldNumber = isHidden ? number : null;
        DisplayName = isHidden ? null : name;
        IsHidden = isHidden;
        Verification = verification;
        IsSigned = isSigned;
    }

    /// <summary>The number, E.164 when it can be; null when hidden or when the caller has none.</summary>
    public PhoneNumber? Number { get; }

    /// <summary>The number of a caller who hides it, as far as the network gave it: for rate limits and nothing that anyone sees.</summary>
    public PhoneNumber? WithheldNumber { get; }

    /// <summary>Name that the network or the phone gave, without control characters, at most 80 characters; null when hidden or absent. Not to be logged.</summary>
    public string? DisplayName { get; }

    /// <summary>True when the caller wants to be unknown (RFC 3323, RFC 3325).</summary>
    public bool IsHidden { get; }

    /// <summary>Verified by the operator or not.</summary>
    public CallerVerification Verification { get; }

    /// <summary>True when the request carries an <c>Identity</c> signature (RFC 8224); it is not checked here.</summary>
    public bool IsSigned { get; }

    /// <summary>Reads the caller of a request. Never throws on a request of the parser.</summary>
    /// <remarks>
    /// The number comes from the first <c>P-Asserted-Identity</c> that holds one, when the trunk is trusted, else from From.
    /// Hidden: <c>Privacy</c> with <c>id</c>, <c>user</c> or <c>header</c>, or a From that says so.
    /// </remarks>
    public static CallerIdentity Read(SipRequest request, CallerIdentityRules rules)
    {
        SipNameAddress from = request.From;
        SipNameAddress source = from;
        PhoneNumber? number = null;
        if (rules.TrustsAssertedIdentity)
        {
            foreach (string value in request.Headers.GetAll(SipHeaderNames.PAssertedIdentity))
            {
                if (SipNameAddress.TryParse(value, out SipNameAddress asserted)
                    && new NumberInUri(asserted.Uri).Read(rules.Plan) is { } found)
                {
                    source = asserted;
                    number = found;
                    break;
                }
            }
        }

        number ??= new NumberInUri(from.Uri).Read(rules.Plan);
        return new CallerIdentity(
            number,
            Clean(source.DisplayName ?? from.DisplayName),
            AsksForPrivacy(request) || IsAnonymous(from),
            ReadVerification(source) ?? ReadVerification(from) ?? CallerVerification.Unknown,
            request.Headers.Contains("Identity"));
    }

    /// <summary>Masked number, <c>hidden</c>, or <c>unknown</c>.</summary>
    public override string ToString() => IsHidden ? "hidden" : Number?.ToString() ?? "unknown";

    private static bool AsksForPrivacy(SipRequest request)
    {
        foreach (string line in request.Headers.GetLines(SipHeaderNames.Privacy))
        {
            // RFC 3323 §4.2 separates by semicolons; commas are met too.
            foreach (Range range in line.AsSpan().SplitAny(';', ','))
            {
                ReadOnlySpan<char> value = line.AsSpan(range).Trim();
                if (value.Equals("id", StringComparison.OrdinalIgnoreCase)
                    || value.Equals("user", StringComparison.OrdinalIgnoreCase)
                    || value.Equals("header", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsAnonymous(SipNameAddress from)
    {
        if (from.Uri.Opaque is not null)
        {
            return false;
        }

        string user = new NumberInUri(from.Uri).Subscriber.ToString();
        return user.Length == 0
            || user.Equals("anonymous", StringComparison.OrdinalIgnoreCase)
            || user.Equals("unavailable", StringComparison.OrdinalIgnoreCase)
            || user.Equals("restricted", StringComparison.OrdinalIgnoreCase)
            || from.Uri.Host.Equals("anonymous.invalid", StringComparison.OrdinalIgnoreCase);
    }

    private static CallerVerification? ReadVerification(SipNameAddress address)
    {
        string? verstat = new NumberInUri(address.Uri).Parameter("verstat") ?? address.Parameters["verstat"];
        return verstat is null ? null
            : verstat.StartsWith("TN-Validation-Passed", StringComparison.OrdinalIgnoreCase) ? CallerVerification.Verified
            : CallerVerification.NotVerified;
    }

    private static string? Clean(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        string clean = new([.. name.Where(c => !char.IsControl(c)).Take(LongestName)]);
        clean = clean.Trim();
        if (clean.Length > 0 && char.IsHighSurrogate(clean[^1]))
        {
            clean = clean[..^1];
        }

        return clean.Length == 0 ? null : clean;
    }
}
