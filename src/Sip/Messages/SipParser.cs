namespace PhoneBridge.Sip.Messages;

/// <summary>Reads SIP messages (RFC 3261 §7) from hostile input.</summary>
/// <remarks>
/// Stateless, any thread. Never throws, takes time linear in the length of the input, keeps no reference to it.
/// Strict where a wrong guess would change what is done (start line, separators, quotes, lengths, repeated headers), liberal
/// where nothing depends on it (line ends by LF alone, unknown headers, display names).
/// </remarks>
public static class SipParser
{
    /// <summary>Reads one datagram, or one frame of a stream; bytes after Content-Length are ignored, without it the body goes to the end (MSG5).</summary>
    public static SipParseResult Parse(ReadOnlyMemory<byte> datagram) => Parse(datagram.Span);

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static SipParseResult Parse(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> input = datagram.TrimStart("\r\n"u8);
        if (input.IsEmpty)
        {
            return new SipParseResult(null, new SipParseError(SipParseFault.Empty, 0, "Empty"), null);
        }

        // Cut, not refused here: the header block of a message that is too large still tells whom to answer.
        bool isTooLarge = input.Length > SipLimits.MaxMessageBytes;
        SipHeadReader reader = new(isTooLarge ? input[..SipLimits.MaxMessageBytes] : input);
        SipParseError error = isTooLarge ? TooLarge("Message Too Large") : SipParseError.None;

        SipStartLine start = SipStartLine.Parse(reader.ReadStartLine(out SipParseError lineError));
        if (!start.IsRequest && !start.IsResponse)
        {
            return new SipParseResult(null, start.Error, null);
        }

        error = First(error, lineError, start.Error);
        SipHeaders headers = new();
        error = First(error, reader.ReadHeaders(headers));
        error = First(error, SipHeaderRules.Check(headers, start));
        ReadOnlySpan<byte> body = reader.Rest;
        error = First(error, CutBody(headers, ref body));

        if (error.Fault != SipParseFault.None)
        {
            return new SipParseResult(null, error, start.IsRequest ? Answerable(start, headers) : null);
        }

        SipMessage message = start.IsRequest
            ? new SipRequest(start.Method, start.Uri, headers)
            : new SipResponse(start.StatusCode, start.ReasonPhrase, headers);
        message.Body = body.ToArray();
        return new SipParseResult(message, SipParseError.None, null);
    }

    /// <summary>Value of Content-Length: digits only, so never negative; false when it is not that or does not fit.</summary>
    internal static bool TryParseContentLength(ReadOnlySpan<char> text, out int length)
    {
        bool isGood = SipGrammar.TryParseNumber(SipGrammar.TrimBlanks(text), int.MaxValue, out uint value);
        length = (int)value;
        return isGood;
    }

    internal static SipParseError TooLarge(string reason) => new(SipParseFault.TooLarge, 513, reason);

    private static SipParseError CutBody(SipHeaders headers, ref ReadOnlySpan<byte> body)
    {
        if (headers[SipHeaderNames.ContentLength] is not { } text)
        {
            return SipParseError.None;
        }

        if (!TryParseContentLength(text, out int length))
        {
            return new SipParseError(SipParseFault.ContentLength, 400, "Bad Content-Length");
        }

        if (length > body.Length)
        {
            return new SipParseError(SipParseFault.ContentLength, 400, "Content-Length Exceeds Message");
        }

        body = body[..length];
        return SipParseError.None;
    }

    private static SipRequest? Answerable(in SipStartLine start, SipHeaders headers)
    {
        bool canBeAnswered = start.Method != SipMethods.Ack
            && headers[SipHeaderNames.Via] is { } via
            && SipVia.TryParse(FirstElement(via), isLenient: true, out _);
        return canBeAnswered ? new SipRequest(start.Method, start.Uri, headers) : null;
    }

    private static ReadOnlySpan<char> FirstElement(string list)
    {
        int comma = SipGrammar.IndexOfSeparator(list, ',');
        return comma < 0 ? list : list.AsSpan(0, comma);
    }

    private static SipParseError First(SipParseError a, SipParseError b) => a.Fault != SipParseFault.None ? a : b;

    private static SipParseError First(SipParseError a, SipParseError b, SipParseError c) => First(First(a, b), c);
}
