namespace PhoneBridge.Sip.Messages;

/// <summary>A SIP request (RFC 3261 §7.1).</summary>
public sealed class SipRequest : SipMessage
{
    /// <summary>A request without headers, to be built.</summary>
    /// <exception cref="ArgumentException">The method is no token.</exception>
    public SipRequest(string method, SipUri uri)
        : this(method, uri, new SipHeaders())
    {
        if (!SipGrammar.IsToken(method))
        {
            throw new ArgumentException("A method is a token (RFC 3261 §25.1).", nameof(method));
        }
    }

    internal SipRequest(string method, SipUri uri, SipHeaders headers)
        : base(headers)
    {
        Method = method;
        Uri = uri;
    }

    /// <summary>Case-sensitive; see <see cref="SipMethods"/>.</summary>
    public string Method { get; }

    /// <summary>Request-URI.</summary>
    public SipUri Uri { get; set; }

    /// <summary>Method and transaction only: nothing of a caller, so that it may be logged.</summary>
    public override string ToString() => $"{Method} {Headers[SipHeaderNames.CSeq]}";
}
