namespace PhoneBridge.Sip.Messages;

/// <summary>A SIP response (RFC 3261 §7.2).</summary>
public sealed class SipResponse : SipMessage
{
    /// <summary>A response without headers, to be built.</summary>
    /// <param name="statusCode">100 to 699.</param>
    /// <param name="reasonPhrase">May be empty; null takes the usual phrase of the status.</param>
    /// <exception cref="ArgumentException">The status is out of range or the phrase holds a line break.</exception>
    public SipResponse(int statusCode, string? reasonPhrase = null)
        : this(statusCode, reasonPhrase ?? SipReasonPhrases.For(statusCode), new SipHeaders())
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 699);
        SipGrammar.ThrowIfLineBreak(reasonPhrase, nameof(reasonPhrase));
    }

    internal SipResponse(int statusCode, string reasonPhrase, SipHeaders headers)
        : base(headers)
    {
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
    }

    /// <summary>100 to 699.</summary>
    public int StatusCode { get; }

    /// <summary>Text for people; may be empty.</summary>
    public string ReasonPhrase { get; }

    /// <summary>
    /// The response to a request (RFC 3261 §8.2.6): Via, From, To, Call-ID and CSeq copied as they were written, Record-Route
    /// for 101 to 299 (§12.1.1), Timestamp for 100.
    /// </summary>
    /// <param name="request">Also a partial one (<see cref="SipParseResult.Answerable"/>): what it lacks is left out.</param>
    /// <param name="status">100 to 699.</param>
    /// <param name="reason">Reason phrase; null takes the usual one.</param>
    /// <param name="toTag">Tag added to To unless it already has one; never added to a 100.</param>
    public static SipResponse For(SipRequest request, int status, string? reason = null, string? toTag = null)
    {
        SipResponse response = new(status, reason);
        CopyLines(request, response, SipHeaderNames.Via);
        if (status is > 100 and < 300)
        {
            CopyLines(request, response, SipHeaderNames.RecordRoute);
        }

        CopyFirst(request, response, SipHeaderNames.From);
        CopyFirst(request, response, SipHeaderNames.To);
        CopyFirst(request, response, SipHeaderNames.CallId);
        CopyFirst(request, response, SipHeaderNames.CSeq);
        if (status == 100)
        {
            CopyFirst(request, response, SipHeaderNames.Timestamp);
        }
        else if (toTag is not null
            && response.Headers[SipHeaderNames.To] is { } to
            && (!SipNameAddress.TryParse(to, out SipNameAddress address) || address.Tag is null))
        {
            response.Headers.Set(SipHeaderNames.To, $"{to};tag={toTag}");
        }

        return response;
    }

    /// <summary>Status and transaction only: nothing of a caller, so that it may be logged.</summary>
    public override string ToString() => $"{StatusCode} {Headers[SipHeaderNames.CSeq]}";

    private static void CopyLines(SipRequest request, SipResponse response, string name)
    {
        foreach (string value in request.Headers.GetLines(name))
        {
            response.Headers.AddUnchecked(name, value);
        }
    }

    private static void CopyFirst(SipRequest request, SipResponse response, string name)
    {
        if (request.Headers[name] is { } value)
        {
            response.Headers.AddUnchecked(name, value);
        }
    }
}
