namespace PhoneBridge.Sip.Messages;

/// <summary>One part of a multipart body.</summary>
/// <param name="Headers">Headers of the part; MIME has no compact forms, one would be read as in SIP all the same.</param>
/// <param name="Body">Content as it came, no transfer encoding resolved.</param>
public sealed record SipBodyPart(SipHeaders Headers, ReadOnlyMemory<byte> Body);

/// <summary>Cuts multipart bodies (RFC 2046 §5.1, RFC 5621). Nested ones stay whole: their outer part is one part.</summary>
public static class SipMultipart
{
    /// <summary>Parts that are looked at; a body with more is refused.</summary>
    public const int MaxParts = 16;

    /// <summary>Longest boundary [characters] (RFC 2046 §5.1.1).</summary>
    private const int MaxBoundary = 70;

    /// <summary>Reads the parts. Never throws, linear in the body's length: false when the body is not framed as it says or over a limit.</summary>
    /// <param name="body">The body.</param>
    /// <param name="boundary">The boundary parameter, without the leading dashes.</param>
    /// <param name="parts">The parts in order; slices of <paramref name="body"/>.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, string? boundary, out IReadOnlyList<SipBodyPart> parts)
    {
        List<SipBodyPart> read = [];
        parts = read;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundary || !System.Text.Ascii.IsValid(boundary))
        {
            return false;
        }

        byte[] delimiter = System.Text.Encoding.ASCII.GetBytes("--" + boundary);
        int position = 0;
        int partStart = -1;
        while (TryFindDelimiter(body.Span, delimiter, ref position, out int lineStart, out bool isLast))
        {
            if (partStart >= 0)
            {
                if (read.Count == MaxParts || !TryReadPart(body[partStart..lineStart], out SipBodyPart part))
                {
                    return false;
                }

                read.Add(part);
            }

            if (isLast)
            {
                return read.Count > 0;
            }

            partStart = position;
        }

        // The closing delimiter is missing: the message was cut, nothing of it may be used.
        return false;
    }

    // A delimiter stands at the start of a line, only blanks may follow it there. Position moves behind its line.
    private static bool TryFindDelimiter(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter, ref int position, out int lineStart, out bool isLast)
    {
        isLast = false;
        lineStart = position;
        while (lineStart < body.Length)
        {
            int lineFeed = body[lineStart..].IndexOf((byte)'\n');
            int next = lineFeed < 0 ? body.Length : lineStart + lineFeed + 1;
            ReadOnlySpan<byte> line = body[lineStart..next].TrimEnd("\r\n \t"u8);
            if (line.StartsWith(delimiter))
            {
                ReadOnlySpan<byte> rest = line[delimiter.Length..];
                isLast = rest.SequenceEqual("--"u8);
                if (rest.IsEmpty || isLast)
                {
                    position = next;
                    return true;
                }
            }

            lineStart = next;
        }

        return false;
    }

    private static bool TryReadPart(ReadOnlyMemory<byte> content, out SipBodyPart part)
    {
        SipHeaders headers = new();
        SipHeadReader reader = new(content.Span);
        bool isGood = reader.ReadHeaders(headers).Fault == SipParseFault.None;
        ReadOnlyMemory<byte> body = content[^reader.Rest.Length..];

        // The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
        body = body.Span.EndsWith("\n"u8) ? body[..^1] : body;
        body = body.Span.EndsWith("\r"u8) ? body[..^1] : body;
        part = new SipBodyPart(headers, body);
        return isGood;
    }
}
