namespace PhoneBridge.Sip.Messages;

/// <summary>Why a message was not accepted: a closed set, fit for counters.</summary>
public enum SipParseFault
{
    /// <summary>The message is good.</summary>
    None,

    /// <summary>Nothing but line breaks: a keep-alive (RFC 5626 §4.4.1), to be dropped without answer on UDP.</summary>
    Empty,

    /// <summary>The first line is neither a SIP request line nor a status line.</summary>
    StartLine,

    /// <summary>SIP, but not version 2.0.</summary>
    Version,

    /// <summary>The Request-URI cannot be read.</summary>
    RequestUri,

    /// <summary>The Request-URI has a scheme that we do not serve.</summary>
    UriScheme,

    /// <summary>The Request-URI is too long.</summary>
    UriTooLong,

    /// <summary>Message, line or number of headers over the limit.</summary>
    TooLarge,

    /// <summary>A header line or a mandatory header's value cannot be read.</summary>
    Header,

    /// <summary>A mandatory header is missing.</summary>
    MissingHeader,

    /// <summary>A header that may have one value has two different ones (MSG3).</summary>
    RepeatedHeader,

    /// <summary>Content-Length is no number, larger than what came, or missing on a stream.</summary>
    ContentLength,

    /// <summary>CSeq names another method than the request line.</summary>
    MethodMismatch,

    /// <summary>Status code outside 100 to 699.</summary>
    StatusCode,
}

/// <summary>What was wrong, and the status that a request deserves for it.</summary>
/// <param name="Fault">The reason, for counters.</param>
/// <param name="Status">400, 414, 416, 501, 505 or 513; 0 when there is no fault or nothing should be answered.</param>
/// <param name="Reason">Short fixed text for the reason phrase; never holds anything from the message.</param>
public readonly record struct SipParseError(SipParseFault Fault, int Status, string Reason)
{
    /// <summary>No fault.</summary>
    public static readonly SipParseError None = new(SipParseFault.None, 0, "");
}

/// <summary>Outcome of <see cref="SipParser"/>.</summary>
/// <param name="Message">The message; null when there is a fault.</param>
/// <param name="Error">The first fault found, or <see cref="SipParseError.None"/>.</param>
/// <param name="Answerable">
/// On a fault in a request: what could be read of it, enough to send <see cref="SipParseError.Status"/> by
/// <see cref="SipResponse.For"/>. Its <see cref="SipMessage.TopVia"/> and method are usable, its other typed members may throw.
/// Null when the message is good, a response, an ACK (never answered), or has no Via to send an answer along.
/// </param>
public readonly record struct SipParseResult(SipMessage? Message, SipParseError Error, SipRequest? Answerable);
