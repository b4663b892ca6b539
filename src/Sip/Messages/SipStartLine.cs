using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>The first line of a message: Request-Line or Status-Line (RFC 3261 §7.1, §7.2).</summary>
internal readonly struct SipStartLine
{
    private static readonly SipParseError NotSip = new(SipParseFault.StartLine, 0, "Not SIP");

    /// <summary>True when the line is a request line of SIP, even a faulty one.</summary>
    public bool IsRequest { get; private init; }

    /// <summary>True when the line is a status line of SIP, even a faulty one.</summary>
    public bool IsResponse { get; private init; }

    /// <summary>First fault of the line.</summary>
    public SipParseError Error { get; private init; }

    /// <summary>Method of a request.</summary>
    public string Method { get; private init; }

    /// <summary>Request-URI; <see cref="SipUri.Unusable"/> when it cannot be read.</summary>
    public SipUri Uri { get; private init; }

    /// <summary>Status of a response.</summary>
    public int StatusCode { get; private init; }

    /// <summary>Reason phrase of a response.</summary>
    public string ReasonPhrase { get; private init; }

    /// <summary>Reads the line, without its line break. Separators are single blanks, as the grammar has it (RFC 4475 §3.1.2.9 allows to insist).</summary>
    public static SipStartLine Parse(ReadOnlySpan<byte> line)
    {
        if (IsSipVersion(line[..Math.Max(line.IndexOf((byte)' '), 0)]))
        {
            return ParseStatusLine(line);
        }

        int firstBlank = line.IndexOf((byte)' ');
        if (firstBlank <= 0)
        {
            return new SipStartLine { Error = NotSip };
        }

        ReadOnlySpan<byte> rest = line[(firstBlank + 1)..];
        ReadOnlySpan<byte> trimmed = rest.Trim(" \t"u8);
        int lastBlank = trimmed.LastIndexOf((byte)' ');
        ReadOnlySpan<byte> version = trimmed[(lastBlank + 1)..];
        string method = SipMethods.Intern(SipText.Decode(line[..firstBlank]));
        if (!IsSipVersion(version) || !SipGrammar.IsToken(method))
        {
            return new SipStartLine { Error = NotSip };
        }

        ReadOnlySpan<byte> uriText = trimmed[..Math.Max(lastBlank, 0)];
        SipParseError error = ParseUri(uriText, out SipUri uri);
        if (!IsVersion2(version))
        {
            error = new SipParseError(SipParseFault.Version, 505, "Version Not Supported");
        }
        else if (trimmed.Length != rest.Length || uriText.ContainsAny((byte)' ', (byte)'\t'))
        {
            error = new SipParseError(SipParseFault.StartLine, 400, "Bad Request Line");
        }

        return new SipStartLine { IsRequest = true, Method = method, Uri = uri, Error = error, ReasonPhrase = "" };
    }

    private static SipStartLine ParseStatusLine(ReadOnlySpan<byte> line)
    {
        int blank = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> rest = line[(blank + 1)..];
        int codeLength = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> code = codeLength < 0 ? rest : rest[..codeLength];
        bool isGood = IsVersion2(line[..blank])
            && code.Length == 3
            && code[0] is >= (byte)'1' and <= (byte)'6'
            && char.IsAsciiDigit((char)code[1])
            && char.IsAsciiDigit((char)code[2]);
        return new SipStartLine
        {
            IsResponse = true,
            Method = "",
            Uri = SipUri.Unusable,
            StatusCode = isGood ? ((code[0] - '0') * 100) + ((code[1] - '0') * 10) + (code[2] - '0') : 0,
            ReasonPhrase = codeLength < 0 ? "" : SipText.Decode(rest[(codeLength + 1)..]),
            Error = isGood ? SipParseError.None : new SipParseError(SipParseFault.StatusCode, 0, "Bad Status Line"),
        };
    }

    private static SipParseError ParseUri(ReadOnlySpan<byte> octets, out SipUri uri)
    {
        uri = SipUri.Unusable;
        if (octets.Length > SipLimits.MaxUriBytes)
        {
            return new SipParseError(SipParseFault.UriTooLong, 414, "Request-URI Too Long");
        }

        if (!SipUri.TryParse(SipText.Decode(octets), out SipUri parsed))
        {
            return new SipParseError(SipParseFault.RequestUri, 400, "Bad Request-URI");
        }

        if (parsed.Opaque is not null)
        {
            return new SipParseError(SipParseFault.UriScheme, 416, "Unsupported URI Scheme");
        }

        uri = parsed;

        // RFC 4475 §3.1.2.11: headers are not allowed in a Request-URI.
        return parsed.Headers is null
            ? SipParseError.None
            : new SipParseError(SipParseFault.RequestUri, 400, "Headers In Request-URI");
    }

    // "SIP/" digits "." digits, without case (§7.1); anything else, such as HTTP/1.1, is not ours to answer.
    private static bool IsSipVersion(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 7 or > 16 || !Ascii.EqualsIgnoreCase(text[..4], "SIP/"u8))
        {
            return false;
        }

        foreach (byte c in text[4..])
        {
            if (!char.IsAsciiDigit((char)c) && c != '.')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVersion2(ReadOnlySpan<byte> text) => text.Length == 7 && text[4..].SequenceEqual("2.0"u8);
}
