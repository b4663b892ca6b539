using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>What a stream yielded.</summary>
public enum SipFrameKind
{
    /// <summary>One complete message, to be given to <see cref="SipParser"/>.</summary>
    Message,

    /// <summary>A keep-alive <c>CRLFCRLF</c>, to be answered by <c>CRLF</c> (RFC 5626 §4.4.1).</summary>
    Ping,

    /// <summary>Framing is lost: answer when there is someone to answer, then close the connection (MSG6).</summary>
    Error,
}

/// <summary>One frame of a stream.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The message, valid until the next <see cref="SipStreamFramer.Append"/>; empty for the other kinds.</param>
/// <param name="Error">The fault of an <see cref="SipFrameKind.Error"/>.</param>
/// <param name="Answerable">With an <see cref="SipFrameKind.Error"/>: the request to be answered before closing, or null.</param>
public readonly record struct SipFrame(SipFrameKind Kind, ReadOnlyMemory<byte> Bytes, SipParseError Error, SipRequest? Answerable);

/// <summary>Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3, MSG6).</summary>
/// <remarks>
/// Sans-IO and not thread safe: owned by its connection, holds no clock. Call <see cref="TryRead"/> until it gives nothing
/// after each <see cref="Append"/>, so that never more than one unfinished message is kept. After an error it is dead.
/// Each byte is looked at once, however finely the stream is cut.
/// </remarks>
public sealed class SipStreamFramer
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private int _scanned;
    private int _lineBreaks;
    private int _headLength;
    private int _frameLength;
    private bool _isDead;

    /// <summary>True while a message has begun and not ended: the shell limits how long that may last.</summary>
    public bool HasPartialMessage => !_isDead && _end > _start;

    /// <summary>Takes what was received.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isDead)
        {
            return;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end + bytes.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_end + bytes.Length, _buffer.Length * 2));
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Gives the next frame. False: more bytes are needed, or the stream is dead.</summary>
    public bool TryRead(out SipFrame frame)
    {
        frame = default;
        if (_isDead)
        {
            return false;
        }

        if (_frameLength == 0)
        {
            if (TrySkipLineBreaks())
            {
                frame = new SipFrame(SipFrameKind.Ping, default, SipParseError.None, null);
                return true;
            }

            if (!TryFindHeadEnd())
            {
                return _end - _start > SipLimits.MaxMessageBytes && Fail(SipParser.TooLarge("Headers Too Large"), out frame);
            }

            SipParseError error = ReadContentLength(out int contentLength);
            if (error.Fault != SipParseFault.None)
            {
                return Fail(error, out frame);
            }

            _frameLength = _headLength + contentLength;
        }

        if (_end - _start < _frameLength)
        {
            return false;
        }

        frame = new SipFrame(SipFrameKind.Message, _buffer.AsMemory(_start, _frameLength), SipParseError.None, null);
        _start += _frameLength;
        _frameLength = 0;
        _headLength = 0;
        _scanned = 0;
        _lineBreaks = 0;
        return true;
    }

    // Line breaks before a start line are no part of the message; two in a row are a ping. One that is left over stays
    // counted, so that a ping may be cut anywhere.
    private bool TrySkipLineBreaks()
    {
        while (_scanned == 0 && _end > _start)
        {
            byte c = _buffer[_start];
            if (c == '\n')
            {
                _lineBreaks++;
            }
            else if (c != '\r')
            {
                _lineBreaks = 0;
                return false;
            }

            _start++;
            if (_lineBreaks == 2)
            {
                _lineBreaks = 0;
                return true;
            }
        }

        return false;
    }

    // The head ends with an empty line; LF alone ends a line too, as in the parser.
    private bool TryFindHeadEnd()
    {
        ReadOnlySpan<byte> pending = _buffer.AsSpan(_start, _end - _start);
        while (_scanned < pending.Length)
        {
            int lineFeed = pending[_scanned..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                _scanned = pending.Length;
                return false;
            }

            int end = _scanned + lineFeed;
            bool isEmptyLine = end > 0 && (pending[end - 1] == '\n' || (pending[end - 1] == '\r' && end > 1 && pending[end - 2] == '\n'));
            _scanned = end + 1;
            if (isEmptyLine)
            {
                _headLength = _scanned;
                return _headLength <= SipLimits.MaxMessageBytes;
            }
        }

        return false;
    }

    private SipParseError ReadContentLength(out int length)
    {
        length = 0;
        SipHeadReader reader = new(_buffer.AsSpan(_start, _headLength));
        reader.ReadStartLine(out SipParseError error);
        SipHeaders headers = new();
        SipParseError headerError = reader.ReadHeaders(headers);
        if (error.Fault == SipParseFault.TooLarge || headerError.Fault == SipParseFault.TooLarge)
        {
            return SipParser.TooLarge("Headers Too Large");
        }

        string? text = null;
        foreach (string value in headers.GetLines(SipHeaderNames.ContentLength))
        {
            if (text is not null && text != value)
            {
                return new SipParseError(SipParseFault.RepeatedHeader, 400, "Conflicting Content-Length");
            }

            text = value;
        }

        if (!SipParser.TryParseContentLength(text, out length))
        {
            return new SipParseError(SipParseFault.ContentLength, 400, text is null ? "Missing Content-Length" : "Bad Content-Length");
        }

        return length > SipLimits.MaxMessageBytes - _headLength ? SipParser.TooLarge("Message Too Large") : SipParseError.None;
    }

    private bool Fail(SipParseError error, out SipFrame frame)
    {
        // Read as a datagram the head still tells whom to answer; a good result there (no Content-Length) is not good here.
        SipParseResult head = SipParser.Parse(_buffer.AsSpan(_start, _headLength == 0 ? _end - _start : _headLength));
        SipRequest? answerable = head.Answerable ?? (head.Message is SipRequest { Method: not SipMethods.Ack } request ? request : null);
        frame = new SipFrame(SipFrameKind.Error, default, error, answerable);
        _isDead = true;
        _buffer = [];
        _start = 0;
        _end = 0;
        return true;
    }
}
