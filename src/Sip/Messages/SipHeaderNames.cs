using System.Collections.Frozen;

namespace PhoneBridge.Sip.Messages;

/// <summary>Header names as RFC 3261 and its extensions spell them, their compact forms, and which of them are lists.</summary>
public static class SipHeaderNames
{
    /// <summary>RFC 3261 §20.1.</summary>
    public const string Accept = "Accept";

    /// <summary>RFC 3261 §20.2.</summary>
    public const string AcceptEncoding = "Accept-Encoding";

    /// <summary>RFC 3261 §20.3.</summary>
    public const string AcceptLanguage = "Accept-Language";

    /// <summary>RFC 3261 §20.5.</summary>
    public const string Allow = "Allow";

    /// <summary>RFC 3261 §20.7.</summary>
    public const string Authorization = "Authorization";

    /// <summary>RFC 3261 §20.8; compact form <c>i</c>.</summary>
    public const string CallId = "Call-ID";

    /// <summary>RFC 3261 §20.10; compact form <c>m</c>.</summary>
    public const string Contact = "Contact";

    /// <summary>RFC 3261 §20.11.</summary>
    public const string ContentDisposition = "Content-Disposition";

    /// <summary>RFC 3261 §20.12; compact form <c>e</c>.</summary>
    public const string ContentEncoding = "Content-Encoding";

    /// <summary>RFC 3261 §20.14; compact form <c>l</c>.</summary>
    public const string ContentLength = "Content-Length";

    /// <summary>RFC 3261 §20.15; compact form <c>c</c>.</summary>
    public const string ContentType = "Content-Type";

    /// <summary>RFC 3261 §20.16.</summary>
    public const string CSeq = "CSeq";

    /// <summary>RFC 3261 §20.19.</summary>
    public const string Expires = "Expires";

    /// <summary>RFC 3261 §20.20; compact form <c>f</c>.</summary>
    public const string From = "From";

    /// <summary>RFC 3261 §20.22.</summary>
    public const string MaxForwards = "Max-Forwards";

    /// <summary>RFC 3261 §20.23.</summary>
    public const string MinExpires = "Min-Expires";

    /// <summary>RFC 4028 §5.</summary>
    public const string MinSe = "Min-SE";

    /// <summary>RFC 3325 §9.1.</summary>
    public const string PAssertedIdentity = "P-Asserted-Identity";

    /// <summary>RFC 3327 §4.</summary>
    public const string Path = "Path";

    /// <summary>RFC 7315 §4.2.</summary>
    public const string PCalledPartyId = "P-Called-Party-ID";

    /// <summary>RFC 3323 §4.2.</summary>
    public const string Privacy = "Privacy";

    /// <summary>RFC 3261 §20.27.</summary>
    public const string ProxyAuthenticate = "Proxy-Authenticate";

    /// <summary>RFC 3261 §20.28.</summary>
    public const string ProxyAuthorization = "Proxy-Authorization";

    /// <summary>RFC 3325 §9.2.</summary>
    public const string PPreferredIdentity = "P-Preferred-Identity";

    /// <summary>RFC 3262 §7.2.</summary>
    public const string RAck = "RAck";

    /// <summary>RFC 3326 §2.</summary>
    public const string Reason = "Reason";

    /// <summary>RFC 3261 §20.30.</summary>
    public const string RecordRoute = "Record-Route";

    /// <summary>RFC 3891 §6.1.</summary>
    public const string Replaces = "Replaces";

    /// <summary>RFC 3261 §20.32.</summary>
    public const string Require = "Require";

    /// <summary>RFC 3261 §20.33.</summary>
    public const string RetryAfter = "Retry-After";

    /// <summary>RFC 3261 §20.34.</summary>
    public const string Route = "Route";

    /// <summary>RFC 3262 §7.1.</summary>
    public const string RSeq = "RSeq";

    /// <summary>RFC 3261 §20.35.</summary>
    public const string Server = "Server";

    /// <summary>RFC 3608 §5.</summary>
    public const string ServiceRoute = "Service-Route";

    /// <summary>RFC 4028 §4; compact form <c>x</c>.</summary>
    public const string SessionExpires = "Session-Expires";

    /// <summary>RFC 3261 §20.37; compact form <c>k</c>.</summary>
    public const string Supported = "Supported";

    /// <summary>RFC 3261 §20.38.</summary>
    public const string Timestamp = "Timestamp";

    /// <summary>RFC 3261 §20.39; compact form <c>t</c>.</summary>
    public const string To = "To";

    /// <summary>RFC 3261 §20.40.</summary>
    public const string Unsupported = "Unsupported";

    /// <summary>RFC 3261 §20.41.</summary>
    public const string UserAgent = "User-Agent";

    /// <summary>RFC 3261 §20.42; compact form <c>v</c>.</summary>
    public const string Via = "Via";

    /// <summary>RFC 3261 §20.43.</summary>
    public const string Warning = "Warning";

    /// <summary>RFC 3261 §20.44.</summary>
    public const string WwwAuthenticate = "WWW-Authenticate";

    private static readonly FrozenDictionary<string, string> Known = BuildKnown();
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> KnownBySpan =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string> Lists = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            Accept, AcceptEncoding, AcceptLanguage, "Alert-Info", Allow, "Allow-Events", "Call-Info", Contact,
            ContentEncoding, "Content-Language", "Diversion", "Error-Info", "History-Info", "Identity", "In-Reply-To",
            Path, PAssertedIdentity, PPreferredIdentity, "Proxy-Require", Reason, RecordRoute, Require, Route,
            ServiceRoute, Supported, Unsupported, Via, Warning,
        ]);

    /// <summary>
    /// The long name for a name as met on the wire: compact forms are folded onto it (RFC 3261 §7.3.3, MSG1) and the
    /// usual spelling is given for known names; an unknown name comes back as it is.
    /// </summary>
    public static string Canonical(ReadOnlySpan<char> name) =>
        KnownBySpan.TryGetValue(name, out string? known) ? known : name.ToString();

    /// <inheritdoc cref="Canonical(ReadOnlySpan{char})"/>
    public static string Canonical(string name) => Known.TryGetValue(name, out string? known) ? known : name;

    /// <summary>True when the header's value is a comma-separated list, so that several lines mean one list (RFC 3261 §7.3.1).</summary>
    public static bool IsList(string name) => Lists.Contains(name);

    private static FrozenDictionary<string, string> BuildKnown()
    {
        Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase)
        {
            ["a"] = "Accept-Contact",
            ["b"] = "Referred-By",
            ["c"] = ContentType,
            ["d"] = "Request-Disposition",
            ["e"] = ContentEncoding,
            ["f"] = From,
            ["i"] = CallId,
            ["j"] = "Reject-Contact",
            ["k"] = Supported,
            ["l"] = ContentLength,
            ["m"] = Contact,
            ["n"] = "Identity-Info",
            ["o"] = "Event",
            ["r"] = "Refer-To",
            ["s"] = "Subject",
            ["t"] = To,
            ["u"] = "Allow-Events",
            ["v"] = Via,
            ["x"] = SessionExpires,
            ["y"] = "Identity",
        };
        string[] plain =
        [
            Accept, AcceptEncoding, AcceptLanguage, Allow, CallId, ContentDisposition, CSeq, MaxForwards,
            PAssertedIdentity, PCalledPartyId, Privacy, Reason, RecordRoute, Require, RetryAfter, Route, Server,
            Timestamp, Unsupported, UserAgent, Warning, Authorization, "Date", "Diversion", Expires, "History-Info",
            MinExpires, MinSe, "MIME-Version", "Organization", Path, "P-Charging-Vector", ProxyAuthenticate,
            ProxyAuthorization, "Proxy-Require", PPreferredIdentity, RAck, Replaces, RSeq, ServiceRoute, "User-to-User", WwwAuthenticate,
        ];
        foreach (string name in plain.Concat(known.Values.ToArray()))
        {
            known[name] = name;
        }

        return known.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
