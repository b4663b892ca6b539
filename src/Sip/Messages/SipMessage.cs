namespace PhoneBridge.Sip.Messages;

/// <summary>What requests and responses have in common: headers, typed views of them, and the body.</summary>
/// <remarks>
/// Typed members are read from <see cref="Headers"/> when first asked for and kept until a header changes. On a message that
/// <see cref="SipParser"/> gave out, Call-ID, CSeq, From, To and Via are there and valid; on one that is being built, asking
/// for a missing or malformed one throws <see cref="InvalidOperationException"/>, which is a mistake of the builder.
/// Not thread safe while headers are being changed.
/// </remarks>
public abstract class SipMessage
{
    private int _cachedVersion = -1;
    private SipCSeq? _cseq;
    private SipNameAddress? _from;
    private SipNameAddress? _to;
    private SipNameAddress? _contact;
    private IReadOnlyList<SipVia>? _vias;
    private IReadOnlyList<SipNameAddress>? _recordRoutes;
    private IReadOnlyList<SipNameAddress>? _routes;
    private IReadOnlyList<string>? _require;
    private IReadOnlyList<string>? _supported;
    private IReadOnlyList<string>? _allow;

    private protected SipMessage(SipHeaders headers) => Headers = headers;

    /// <summary>All headers in order.</summary>
    public SipHeaders Headers { get; }

    /// <summary>The body as it came; empty when there is none. <see cref="SipWriter"/> derives Content-Length from it.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>Call-ID (RFC 3261 §20.8).</summary>
    public string CallId => Headers[SipHeaderNames.CallId] ?? throw Missing(SipHeaderNames.CallId);

    /// <summary>CSeq (RFC 3261 §20.16).</summary>
    public SipCSeq CSeq
    {
        get
        {
            DropStaleViews();
            return _cseq ??= SipCSeq.TryParse(Headers[SipHeaderNames.CSeq], out SipCSeq value) ? value : throw Missing(SipHeaderNames.CSeq);
        }
    }

    /// <summary>From (RFC 3261 §20.20). An RFC 2543 peer may leave out its tag.</summary>
    public SipNameAddress From
    {
        get
        {
            DropStaleViews();
            return _from ??= ReadAddress(SipHeaderNames.From) ?? throw Missing(SipHeaderNames.From);
        }
    }

    /// <summary>To (RFC 3261 §20.39).</summary>
    public SipNameAddress To
    {
        get
        {
            DropStaleViews();
            return _to ??= ReadAddress(SipHeaderNames.To) ?? throw Missing(SipHeaderNames.To);
        }
    }

    /// <summary>First Contact (RFC 3261 §20.10); null when there is none, when it is <c>*</c>, or when it cannot be read.</summary>
    public SipNameAddress? Contact
    {
        get
        {
            DropStaleViews();
            return _contact ??= Headers.GetAll(SipHeaderNames.Contact) is [string first, ..]
                && SipNameAddress.TryParse(first, out SipNameAddress address) ? address : null;
        }
    }

    /// <summary>All Via values, the newest first (RFC 3261 §20.42).</summary>
    public IReadOnlyList<SipVia> Vias
    {
        get
        {
            DropStaleViews();
            return _vias ??= ReadVias();
        }
    }

    /// <summary>The Via of the last hop. Also readable on <see cref="SipParseResult.Answerable"/>, where broken parameters are skipped.</summary>
    public SipVia TopVia
    {
        get
        {
            DropStaleViews();
            return (_vias ??= ReadVias())[0];
        }
    }

    /// <summary>Record-Route values in order (RFC 3261 §20.30); all readable on a message of the parser; else the first that is not ends the list.</summary>
    public IReadOnlyList<SipNameAddress> RecordRoutes
    {
        get
        {
            DropStaleViews();
            return _recordRoutes ??= ReadAddresses(SipHeaderNames.RecordRoute);
        }
    }

    /// <summary>Route values in order (RFC 3261 §20.34); all readable on a message of the parser; else the first that is not ends the list.</summary>
    public IReadOnlyList<SipNameAddress> Routes
    {
        get
        {
            DropStaleViews();
            return _routes ??= ReadAddresses(SipHeaderNames.Route);
        }
    }

    /// <summary>Max-Forwards, 0 to 255 (RFC 3261 §20.22); null when it is absent.</summary>
    public int? MaxForwards =>
        SipGrammar.TryParseNumber(Headers[SipHeaderNames.MaxForwards], max: 255, out uint value) ? (int)value : null;

    /// <summary>Content-Type as written, with its parameters; null when it is absent.</summary>
    public string? ContentType => Headers[SipHeaderNames.ContentType];

    /// <summary>Option tags that must be understood (RFC 3261 §20.32).</summary>
    public IReadOnlyList<string> Require
    {
        get
        {
            DropStaleViews();
            return _require ??= Headers.GetAll(SipHeaderNames.Require);
        }
    }

    /// <summary>Option tags that the sender understands (RFC 3261 §20.37).</summary>
    public IReadOnlyList<string> Supported
    {
        get
        {
            DropStaleViews();
            return _supported ??= Headers.GetAll(SipHeaderNames.Supported);
        }
    }

    /// <summary>Methods that the sender understands (RFC 3261 §20.5); empty also when it did not say.</summary>
    public IReadOnlyList<string> Allow
    {
        get
        {
            DropStaleViews();
            return _allow ??= Headers.GetAll(SipHeaderNames.Allow);
        }
    }

    /// <summary>Sets body and Content-Type together.</summary>
    /// <exception cref="ArgumentException">The content type holds a line break.</exception>
    public void SetBody(string contentType, ReadOnlyMemory<byte> body)
    {
        Headers.Set(SipHeaderNames.ContentType, contentType);
        Body = body;
    }

    private List<SipVia> ReadVias()
    {
        IReadOnlyList<string> values = Headers.GetAll(SipHeaderNames.Via);
        List<SipVia> vias = new(values.Count);
        foreach (string value in values)
        {
            if (SipVia.TryParse(value, isLenient: vias.Count == 0, out SipVia via))
            {
                vias.Add(via);
            }
            else if (vias.Count == 0)
            {
                break;
            }
        }

        return vias.Count > 0 ? vias : throw Missing(SipHeaderNames.Via);
    }

    private SipNameAddress? ReadAddress(string name) =>
        SipNameAddress.TryParse(Headers[name], out SipNameAddress address) ? address : null;

    private List<SipNameAddress> ReadAddresses(string name)
    {
        IReadOnlyList<string> values = Headers.GetAll(name);
        List<SipNameAddress> addresses = new(values.Count);
        foreach (string value in values)
        {
            if (!SipNameAddress.TryParse(value, out SipNameAddress address))
            {
                break;
            }

            addresses.Add(address);
        }

        return addresses;
    }

    private void DropStaleViews()
    {
        if (_cachedVersion == Headers.Version)
        {
            return;
        }

        _cachedVersion = Headers.Version;
        _cseq = null;
        _from = null;
        _to = null;
        _contact = null;
        _vias = null;
        _recordRoutes = null;
        _routes = null;
        _require = null;
        _supported = null;
        _allow = null;
    }

    private static InvalidOperationException Missing(string name) => new($"The message has no usable {name} header.");
}
