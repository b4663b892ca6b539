namespace PhoneBridge.Sip.Messages;

/// <summary>Cuts the head of a message into its start line and unfolded header lines (RFC 3261 §7.3.1).</summary>
internal ref struct SipHeadReader(ReadOnlySpan<byte> input)
{
    private static readonly SipParseError BadLine = new(SipParseFault.Header, 400, "Bad Header Line");
    private static readonly SipParseError NoEnd = new(SipParseFault.Header, 400, "Headers Not Ended");

    private readonly ReadOnlySpan<byte> _input = input;
    private int _position;

    /// <summary>What follows the empty line; empty when the head never ended.</summary>
    public readonly ReadOnlySpan<byte> Rest => _input[_position..];

    /// <summary>The first line without its line break.</summary>
    public ReadOnlySpan<byte> ReadStartLine(out SipParseError error)
    {
        error = SipParseError.None;
        if (!TryReadLine(out ReadOnlySpan<byte> line))
        {
            line = _input;
            _position = _input.Length;
            error = NoEnd;
        }

        if (line.Length > SipLimits.MaxLineBytes)
        {
            error = SipParser.TooLarge("Start Line Too Long");
        }
        else if (line.Contains((byte)'\r'))
        {
            error = BadLine;
        }

        return line;
    }

    /// <summary>Reads up to and with the empty line; goes on behind a fault, so that the error can be answered.</summary>
    /// <returns>The first fault.</returns>
    public SipParseError ReadHeaders(SipHeaders headers)
    {
        SipParseError error = SipParseError.None;
        while (true)
        {
            if (!TryReadLine(out ReadOnlySpan<byte> line))
            {
                _position = _input.Length;
                return error.Fault == SipParseFault.None ? NoEnd : error;
            }

            if (line.IsEmpty)
            {
                return error;
            }

            byte[]? unfolded = IsFoldNext() ? Unfold(line) : null;
            SipParseError lineError = headers.Count == SipLimits.MaxHeaders
                ? SipParser.TooLarge("Too Many Headers")
                : AddLine(unfolded ?? line, headers);
            if (error.Fault == SipParseFault.None)
            {
                error = lineError;
            }

            if (headers.Count == SipLimits.MaxHeaders && lineError.Fault == SipParseFault.TooLarge)
            {
                _position = _input.Length;
                return error;
            }
        }
    }

    private static SipParseError AddLine(ReadOnlySpan<byte> line, SipHeaders headers)
    {
        if (line.Length > SipLimits.MaxLineBytes)
        {
            return SipParser.TooLarge("Header Too Long");
        }

        // A bare CR would end the line for some readers and not for others.
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line.Contains((byte)'\r'))
        {
            return BadLine;
        }

        ReadOnlySpan<byte> name = line[..colon].TrimEnd(" \t"u8);
        if (name.Length > 256)
        {
            return BadLine;
        }

        Span<char> nameText = stackalloc char[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            nameText[i] = (char)name[i];
        }

        if (!SipGrammar.IsToken(nameText))
        {
            return BadLine;
        }

        string value = SipText.Decode(line[(colon + 1)..].Trim(" \t"u8));
        headers.AddUnchecked(SipHeaderNames.Canonical(nameText), value);
        return SipParseError.None;
    }

    // CRLF and the blanks around it become one SP (§7.3.1, MSG1). Rare, so it may allocate.
    private byte[] Unfold(ReadOnlySpan<byte> first)
    {
        using MemoryStream joined = new(first.Length * 2);
        joined.Write(first.TrimEnd(" \t"u8));
        while (IsFoldNext() && TryReadLine(out ReadOnlySpan<byte> line))
        {
            joined.WriteByte((byte)' ');
            joined.Write(line.Trim(" \t"u8));
        }

        return joined.ToArray();
    }

    private readonly bool IsFoldNext() => _position < _input.Length && _input[_position] is (byte)' ' or (byte)'\t';

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = _input[_position..];
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        _position += end + 1;
        line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
        return true;
    }
}
