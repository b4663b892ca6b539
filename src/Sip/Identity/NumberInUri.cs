using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Identity;

/// <summary>Finds the telephone number and its parameters in a URI (RFC 3966, RFC 3261 §19.1.6).</summary>
internal readonly ref struct NumberInUri
{
    private readonly SipUri _uri;
    private readonly string _user;

    public NumberInUri(SipUri uri)
    {
        _uri = uri;
        _user = uri.User ?? "";
    }

    /// <summary>The number by a plan; null when the URI holds none.</summary>
    public PhoneNumber? Read(NumberPlan plan) =>
        _uri.Opaque is null ? plan.Read(Subscriber.ToString(), Parameter("phone-context")) : null;

    /// <summary>User part up to its own parameters: <c>sip:+33…;phone-context=x@host</c> carries a telephone-subscriber there.</summary>
    public ReadOnlySpan<char> Subscriber
    {
        get
        {
            int semicolon = _user.IndexOf(';', StringComparison.Ordinal);
            return semicolon < 0 ? _user : _user.AsSpan(0, semicolon);
        }
    }

    /// <summary>A parameter of the telephone-subscriber or of the URI.</summary>
    public string? Parameter(string name)
    {
        int semicolon = _user.IndexOf(';', StringComparison.Ordinal);
        string? inUser = semicolon >= 0 && SipParameters.TryParseUri(_user.AsSpan(semicolon), out SipParameters parameters)
            ? parameters[name]
            : null;
        return inUser ?? _uri.Parameter(name);
    }
}
