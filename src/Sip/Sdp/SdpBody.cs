using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Sdp;

/// <summary>What the body of a message says about the session: exactly one of three things.</summary>
/// <param name="Session">The description; null when there is none or it cannot be used.</param>
/// <param name="RefusalStatus">400 (broken) or 415 (of a kind that we do not take); 0 when there is nothing to refuse.</param>
/// <param name="RefusalHeaders">What the refusal must carry: Accept or Accept-Encoding with 415.</param>
public sealed record SdpBodyResult(SdpSession? Session, int RefusalStatus, IReadOnlyList<SipHeader> RefusalHeaders)
{
    /// <summary>True when there is no description and nothing wrong: an INVITE that wants our offer (DLG6).</summary>
    public bool IsAbsent => Session is null && RefusalStatus == 0;
}

/// <summary>Finds the session description in a message: alone, or beside other parts in a multipart body.</summary>
public static class SdpBody
{
    private static readonly SdpBodyResult Absent = new(null, 0, []);
    private static readonly SdpBodyResult Broken = new(null, 400, []);
    private static readonly SdpBodyResult UnsupportedType = new(
        null, 415, [new SipHeader(SipHeaderNames.Accept, $"{SdpSession.ContentType}, multipart/mixed")]);
    private static readonly SdpBodyResult UnsupportedEncoding = new(
        null, 415, [new SipHeader(SipHeaderNames.AcceptEncoding, "identity")]);

    /// <summary>Reads the body of an INVITE, UPDATE, ACK, PRACK or a response to one. Never throws.</summary>
    /// <remarks>
    /// In a multipart body the first SDP part counts. Other parts are ignored, unless they say <c>handling=required</c>: 415. A
    /// missing Content-Type is taken for SDP when the body begins like one.
    /// </remarks>
    public static SdpBodyResult Read(SipMessage message)
    {
        if (message.Body.IsEmpty)
        {
            return Absent;
        }

        if (!IsIdentity(message.Headers[SipHeaderNames.ContentEncoding]))
        {
            return UnsupportedEncoding;
        }

        if (message.ContentType is null)
        {
            return message.Body.Span.StartsWith("v="u8) ? ReadSdp(message.Body) : UnsupportedType;
        }

        if (!SipContentType.TryParse(message.ContentType, out SipContentType type))
        {
            return Broken;
        }

        return type.Value switch
        {
            SdpSession.ContentType => ReadSdp(message.Body),
            "multipart/mixed" or "multipart/alternative" or "multipart/related" =>
                SipMultipart.TryRead(message.Body, type.Parameters["boundary"], out IReadOnlyList<SipBodyPart> parts)
                    ? ReadParts(parts)
                    : Broken,
            _ => IsOptional(message.Headers) ? Absent : UnsupportedType,
        };
    }

    private static SdpBodyResult ReadParts(IReadOnlyList<SipBodyPart> parts)
    {
        SdpBodyResult? session = null;
        foreach (SipBodyPart part in parts)
        {
            if (IsSession(part))
            {
                session ??= ReadSdp(part.Body);
            }
            else if ("required".Equals(Disposition(part.Headers)?.Parameters["handling"], StringComparison.OrdinalIgnoreCase))
            {
                return UnsupportedType;
            }
        }

        return session ?? Absent;
    }

    private static bool IsSession(SipBodyPart part) =>
        SipContentType.TryParse(part.Headers[SipHeaderNames.ContentType], out SipContentType type)
        && type.Value == SdpSession.ContentType
        && (Disposition(part.Headers)?.Value ?? "session") == "session"
        && IsIdentity(part.Headers[SipHeaderNames.ContentEncoding])
        && IsPlain(part.Headers["Content-Transfer-Encoding"]);

    private static SipContentType? Disposition(SipHeaders headers) =>
        SipContentType.TryParse(headers[SipHeaderNames.ContentDisposition], out SipContentType disposition) ? disposition : null;

    // RFC 3261 §20.11: handling is required unless the sender says otherwise.
    private static bool IsOptional(SipHeaders headers) =>
        "optional".Equals(Disposition(headers)?.Parameters["handling"], StringComparison.OrdinalIgnoreCase);

    private static bool IsIdentity(string? encoding) =>
        string.IsNullOrEmpty(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlain(string? transferEncoding) =>
        transferEncoding is null || transferEncoding.ToUpperInvariant() is "BINARY" or "8BIT" or "7BIT";

    private static SdpBodyResult ReadSdp(ReadOnlyMemory<byte> body) =>
        SdpSession.TryParse(body.Span, out SdpSession session) ? new SdpBodyResult(session, 0, []) : Broken;
}
