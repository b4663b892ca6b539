using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>Shows header lines: the table says which may be shown and in what form; of all others at most the name is.</summary>
internal static class HeaderRedaction
{
    private delegate string Form(string value, HiddenDigits hidden);

    private static readonly FrozenSet<string> Methods = ShownText.Known(
        SipMethods.Ack, SipMethods.Bye, SipMethods.Cancel, SipMethods.Info, SipMethods.Invite, SipMethods.Message, SipMethods.Notify, SipMethods.Options,
        SipMethods.Prack, SipMethods.Publish, SipMethods.Refer, SipMethods.Register, SipMethods.Subscribe, SipMethods.Update);

    private static readonly FrozenSet<string> OptionTags = ShownText.Known(
        "100rel", "199", "answermode", "early-session", "eventlist", "from-change", "geolocation-http", "geolocation-sip", "gruu", "histinfo", "ice", "join",
        "multiple-refer", "norefersub", "nosub", "outbound", "path", "policy", "precondition", "pref", "privacy", "recipient-list-invite", "replaces",
        "resource-priority", "sdp-anat", "sec-agree", "siprec", "tdialog", "timer", "trickle-ice", "uui");

    private static readonly FrozenSet<string> ContentTypes = ShownText.Known(
        "application/sdp", "application/dtmf", "application/dtmf-relay", "application/isup", "application/pidf+xml", "application/rs-metadata+xml",
        "application/media_control+xml", "application/broadsoft", "application/csta+xml", "message/sipfrag", "multipart/mixed", "multipart/alternative",
        "multipart/related", "text/plain", "*/*");

    private static readonly FrozenSet<string> Dispositions = ShownText.Known("session", "render", "early-session", "icon", "alert", "signal", "recording-session");
    private static readonly FrozenSet<string> Encodings = ShownText.Known("identity", "gzip", "deflate", "binary", "8bit", "7bit", "base64");
    private static readonly FrozenSet<string> Privacies = ShownText.Known("id", "header", "session", "user", "none", "critical", "history");
    private static readonly FrozenSet<string> Protocols = ShownText.Known("q.850", "sip", "preemption", "release_cause");
    private static readonly FrozenSet<string> Schemes = ShownText.Known("Digest", "Basic", "Bearer");
    private static readonly FrozenSet<string> DigestNames = ShownText.Known("username", "nonce", "uri", "response", "cnonce", "nc", "opaque", "domain");
    private static readonly FrozenSet<string> Refreshers = ShownText.Known("uac", "uas");
    private static readonly FrozenSet<string> Transports = ShownText.Known("UDP", "TCP", "TLS", "WS", "WSS", "SCTP");

    private static readonly FrozenDictionary<string, Form> Forms = new Dictionary<string, Form>
    {
        [SipHeaderNames.CallId] = (value, hidden) => ShownText.Opaque(value, hidden),
        [SipHeaderNames.CSeq] = CSeq,
        [SipHeaderNames.Via] = List(Via),
        [SipHeaderNames.From] = AddressRedaction.NameAddress,
        [SipHeaderNames.To] = AddressRedaction.NameAddress,
        ["Remote-Party-ID"] = AddressRedaction.NameAddress,
        [SipHeaderNames.PCalledPartyId] = AddressRedaction.NameAddress,
        ["Referred-By"] = AddressRedaction.NameAddress,
        ["Refer-To"] = AddressRedaction.NameAddress,
        [SipHeaderNames.Contact] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.PAssertedIdentity] = List(AddressRedaction.NameAddress),
        ["P-Preferred-Identity"] = List(AddressRedaction.NameAddress),
        ["Diversion"] = List(AddressRedaction.NameAddress),
        ["History-Info"] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.Route] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.RecordRoute] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.Path] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.ServiceRoute] = List(AddressRedaction.NameAddress),
        [SipHeaderNames.MaxForwards] = Number,
        [SipHeaderNames.ContentLength] = Number,
        [SipHeaderNames.Expires] = Number,
        [SipHeaderNames.MinExpires] = Number,
        [SipHeaderNames.MinSe] = Number,
        [SipHeaderNames.RetryAfter] = Number,
        ["RSeq"] = Number,
        [SipHeaderNames.SessionExpires] = SessionExpires,
        [SipHeaderNames.Allow] = Words(Methods),
        [SipHeaderNames.Supported] = Words(OptionTags),
        [SipHeaderNames.Require] = Words(OptionTags),
        [SipHeaderNames.Unsupported] = Words(OptionTags),
        ["Proxy-Require"] = Words(OptionTags),
        [SipHeaderNames.Accept] = Words(ContentTypes),
        [SipHeaderNames.ContentType] = (value, _) => FirstWord(value, ContentTypes),
        [SipHeaderNames.ContentDisposition] = (value, _) => FirstWord(value, Dispositions),
        [SipHeaderNames.ContentEncoding] = Words(Encodings),
        [SipHeaderNames.AcceptEncoding] = Words(Encodings),
        [SipHeaderNames.Privacy] = (value, _) => string.Join(';', ShownText.Split(value, ';').Select(word => ShownText.Word(word, Privacies))),
        [SipHeaderNames.Reason] = List(Reason),
        [SipHeaderNames.Warning] = Warning,
        [SipHeaderNames.UserAgent] = (value, hidden) => ShownText.Opaque(value, hidden),
        [SipHeaderNames.Server] = (value, hidden) => ShownText.Opaque(value, hidden),
        [SipHeaderNames.Authorization] = Credentials,
        [SipHeaderNames.ProxyAuthorization] = Credentials,
        [SipHeaderNames.WwwAuthenticate] = Credentials,
        [SipHeaderNames.ProxyAuthenticate] = Credentials,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Known well enough to be named, not to be shown.
    private static readonly FrozenSet<string> Named = ShownText.Known(
        "Identity", "Identity-Info", "Geolocation", "P-Charging-Vector", "P-Access-Network-Info", "P-Visited-Network-ID", "User-to-User", "Subject",
        "Call-Info", "Alert-Info", "Error-Info", "Organization", "Date", "Timestamp", "Session-ID", "Replaces", "In-Reply-To", "Priority", "Event",
        "Accept-Language", "Content-Language", "MIME-Version", "Allow-Events", "Accept-Contact", "Reject-Contact", "Request-Disposition");

    private static readonly FrozenSet<string> Addresses = ShownText.Known(
        SipHeaderNames.From, SipHeaderNames.To, "Remote-Party-ID", SipHeaderNames.PCalledPartyId, "Referred-By", "Refer-To", SipHeaderNames.Contact,
        SipHeaderNames.PAssertedIdentity, "P-Preferred-Identity", "Diversion", "History-Info");

    /// <summary>Shows a line.</summary>
    public static string Line(SipHeader line, HiddenDigits hidden)
    {
        if (Forms.TryGetValue(line.Name, out Form? form))
        {
            return $"{SipHeaderNames.Canonical(line.Name)}: {form(line.Value, hidden)}";
        }

        return $"{(Named.Contains(line.Name) ? line.Name : "(other)")}: {ShownText.Hidden}";
    }

    /// <summary>Remembers what is hidden of a line.</summary>
    public static void Collect(SipHeader line, HiddenDigits hidden)
    {
        if (Addresses.Contains(line.Name))
        {
            foreach (string address in ShownText.Split(line.Value, ','))
            {
                AddressRedaction.Collect(address, hidden);
            }
        }
        else if (!Forms.TryGetValue(line.Name, out Form? form) || form == Credentials)
        {
            hidden.AddText(line.Value);
        }
    }

    private static Form List(Form element) => (value, hidden) => string.Join(", ", ShownText.Split(value, ',').Select(one => element(one, hidden)));

    private static Form Words(FrozenSet<string> known) => (value, _) => ShownText.Words(ShownText.Split(value, ','), known);

    private static string Number(string value, HiddenDigits hidden) => ShownText.Number(value, hidden);

    private static string FirstWord(string value, FrozenSet<string> known) =>
        ShownText.Split(value, ';') is [var first, .. var more] ? ShownText.Word(first, known) + (more.Count > 0 ? ";" + ShownText.More : "") : "";

    private static string CSeq(string value, HiddenDigits hidden) =>
        SipCSeq.TryParse(value, out SipCSeq cseq)
            ? $"{ShownText.Number(cseq.Number.ToString(CultureInfo.InvariantCulture), hidden)} {ShownText.Method(cseq.Method)}"
            : ShownText.Hidden;

    private static string Via(string value, HiddenDigits hidden)
    {
        if (!SipVia.TryParse(value, out SipVia via))
        {
            return ShownText.Hidden;
        }

        StringBuilder text = new($"SIP/2.0/{ShownText.Word(via.Transport, Transports)} {ShownText.Host(via.SentByHost, hidden)}");
        if (via.SentByPort is { } port)
        {
            text.Append(CultureInfo.InvariantCulture, $":{port}");
        }

        bool isMore = false;
        foreach (SipParameter parameter in via.Parameters)
        {
            string of = parameter.Value ?? "";
            string? shown = parameter.Name.ToLowerInvariant() switch
            {
                "branch" => "branch=" + ShownText.Opaque(of, hidden),
                "received" => "received=" + ShownText.Host(of, hidden),
                "maddr" => "maddr=" + ShownText.Host(of, hidden),
                "rport" => parameter.Value is null ? "rport" : "rport=" + ShownText.Number(of, hidden),
                "ttl" => "ttl=" + ShownText.Number(of, hidden),
                "alias" => "alias",
                "keep" => "keep",
                _ => null,
            };
            isMore |= shown is null;
            _ = shown is null ? text : text.Append(';').Append(shown);
        }

        return text.Append(isMore ? ";" + ShownText.More : "").ToString();
    }

    private static string SessionExpires(string value, HiddenDigits hidden)
    {
        List<string> parts = ShownText.Split(value, ';');
        string? refresher = parts.FirstOrDefault(p => p.StartsWith("refresher=", StringComparison.OrdinalIgnoreCase));
        return ShownText.Number(parts.Count > 0 ? parts[0] : "", hidden)
            + (refresher is null ? "" : ";refresher=" + ShownText.Word(refresher["refresher=".Length..], Refreshers));
    }

    private static string Reason(string value, HiddenDigits hidden)
    {
        List<string> parts = ShownText.Split(value, ';');
        string? cause = parts.FirstOrDefault(p => p.StartsWith("cause=", StringComparison.OrdinalIgnoreCase));
        bool isText = parts.Exists(p => p.StartsWith("text=", StringComparison.OrdinalIgnoreCase));
        return ShownText.Word(parts.Count > 0 ? parts[0] : "", Protocols)
            + (cause is null ? "" : ";cause=" + ShownText.Number(cause.AsSpan("cause=".Length), hidden))
            + (isText ? $";text=\"{ShownText.Hidden}\"" : "");
    }

    private static string Warning(string value, HiddenDigits hidden) =>
        ShownText.Number(value.AsSpan(0, Math.Min(3, value.Length)), hidden) + " " + ShownText.Hidden;

    private static string Credentials(string value, HiddenDigits hidden)
    {
        int blank = value.IndexOf(' ', StringComparison.Ordinal);
        string scheme = ShownText.Word(blank < 0 ? value : value[..blank], Schemes);
        if (blank < 0 || !scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase))
        {
            return $"{scheme} {ShownText.Hidden}";
        }

        return scheme + " " + string.Join(", ", ShownText.Split(value[(blank + 1)..], ',').Select(p => DigestParameter(p, hidden)));
    }

    private static string DigestParameter(string parameter, HiddenDigits hidden)
    {
        int equals = parameter.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : parameter[..equals].Trim().ToLowerInvariant();
        return name switch
        {
            "realm" or "algorithm" or "qop" or "stale" => $"{name}={ShownText.Opaque(parameter.AsSpan(equals + 1).Trim(), hidden)}",
            _ => $"{ShownText.Word(name, DigestNames)}={ShownText.Hidden}",
        };
    }
}
