using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Protection;

/// <summary>What a first look sees of a message: its kind, and of a request the few lines that an answer repeats.</summary>
/// <remarks>
/// Allocates nothing and checks little: what it cannot make out is left to the parser. Spans point into the message; values of
/// headers hold folds as they came.
/// </remarks>
internal ref struct RequestGlance
{
    private const int MaxLines = SipLimits.MaxHeaders;
    private const int MaxViaLines = 8;

    private readonly ReadOnlySpan<byte> _message;
    private ViaLines _vias;

    private RequestGlance(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>True for a response.</summary>
    public bool IsResponse { get; private set; }

    /// <summary>True when it is a request with all that an answer needs.</summary>
    public bool IsRequest { get; private set; }

    /// <summary>Method of the request line.</summary>
    public ReadOnlySpan<byte> Method { get; private set; }

    /// <summary>How many Via lines there are.</summary>
    public int ViaCount { get; private set; }

    /// <summary>First value of the first Via line.</summary>
    public ReadOnlySpan<byte> TopVia { get; private set; }

    /// <summary>From.</summary>
    public ReadOnlySpan<byte> From { get; private set; }

    /// <summary>To.</summary>
    public ReadOnlySpan<byte> To { get; private set; }

    /// <summary>Call-ID.</summary>
    public ReadOnlySpan<byte> CallId { get; private set; }

    /// <summary>CSeq.</summary>
    public ReadOnlySpan<byte> CSeq { get; private set; }

    /// <summary>True when To has a tag: the request belongs to a dialog.</summary>
    public readonly bool HasToTag => Parameter(AfterAddress(To), "tag"u8, out _, out _);

    /// <summary>What an INVITE, its retransmissions and the ACK to its refusal have in common (RFC 3261 §17.1.1.3).</summary>
    public readonly ulong Identity =>
        KeyedHash.Of(CallId, Parameter(TopVia, "branch"u8, out ReadOnlySpan<byte> branch, out _) ? branch : TopVia);

    /// <summary>The values of one Via line.</summary>
    public readonly ReadOnlySpan<byte> Via(int line) => _message.Slice(_vias[line].Start, _vias[line].Length);

    /// <summary>Looks at a message.</summary>
    public static RequestGlance At(ReadOnlySpan<byte> message)
    {
        RequestGlance glance = new(message);
        glance.Read();
        return glance;
    }

    /// <summary>Finds a parameter in what follows the first semicolon.</summary>
    /// <param name="text">A header value.</param>
    /// <param name="name">Name in lower case.</param>
    /// <param name="value">Its value; empty without one.</param>
    /// <param name="place">Where it stands in <paramref name="text"/>, behind its semicolon.</param>
    public static bool Parameter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out Range place)
    {
        int at = 0;
        while (text[at..].IndexOf((byte)';') is >= 0 and int semicolon)
        {
            int start = at + semicolon + 1;
            int next = text[start..].IndexOf((byte)';');
            int end = next < 0 ? text.Length : start + next;
            ReadOnlySpan<byte> parameter = text[start..end];
            int equals = parameter.IndexOf((byte)'=');
            if (Ascii.EqualsIgnoreCase(Trim(equals < 0 ? parameter : parameter[..equals]), name))
            {
                value = equals < 0 ? [] : Trim(parameter[(equals + 1)..]);
                place = start..end;
                return true;
            }

            at = end;
        }

        value = [];
        place = default;
        return false;
    }

    /// <summary>The port that answers go to when the peer does not ask for the one it sent from (RFC 3261 §18.2.2); 0 when it is none.</summary>
    public readonly int SentByPort()
    {
        int semicolon = TopVia.IndexOf((byte)';');
        ReadOnlySpan<byte> sentBy = Trim(semicolon < 0 ? TopVia : TopVia[..semicolon]);
        int colon = sentBy.LastIndexOf((byte)':');
        if (colon <= sentBy.LastIndexOf((byte)']') || colon <= sentBy.LastIndexOf((byte)' '))
        {
            return 5060;
        }

        ReadOnlySpan<byte> digits = Trim(sentBy[(colon + 1)..]);
        return Utf8Parser.TryParse(digits, out int port, out int read) && read == digits.Length && port is > 0 and < 65_536 ? port : 0;
    }

    private static ReadOnlySpan<byte> AfterAddress(ReadOnlySpan<byte> value) => value[(value.LastIndexOf((byte)'>') + 1)..];

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    private void Read()
    {
        ReadOnlySpan<byte> rest = _message.TrimStart("\r\n"u8);
        int offset = _message.Length - rest.Length;
        int lineEnd = rest.IndexOf((byte)'\n');
        if (lineEnd < 0 || lineEnd > SipLimits.MaxLineBytes)
        {
            return;
        }

        ReadOnlySpan<byte> start = rest[..lineEnd].TrimEnd((byte)'\r');
        if (start.StartsWith("SIP/"u8))
        {
            IsResponse = true;
            return;
        }

        int blank = start.IndexOf((byte)' ');
        if (blank <= 0 || !start.EndsWith(" SIP/2.0"u8))
        {
            return;
        }

        Method = start[..blank];
        IsRequest = ReadHeaders(offset + lineEnd + 1) && !TopVia.IsEmpty && !From.IsEmpty && !To.IsEmpty && !CallId.IsEmpty && !CSeq.IsEmpty;
    }

    // False when the head does not end, or says something twice.
    private bool ReadHeaders(int at)
    {
        for (int count = 0; count < MaxLines; count++)
        {
            int end = EndOfLine(at);
            if (end < 0)
            {
                return false;
            }

            ReadOnlySpan<byte> line = _message[at..end].TrimEnd("\r\n"u8);
            if (line.IsEmpty)
            {
                return true;
            }

            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || !Take(Trim(line[..colon]), Trim(line[(colon + 1)..])))
            {
                return false;
            }

            at = end;
        }

        return false;
    }

    // Behind the line feed that no fold follows.
    private readonly int EndOfLine(int at)
    {
        while (true)
        {
            int feed = _message[at..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                return -1;
            }

            at += feed + 1;
            bool isEmpty = feed == 0 || (feed == 1 && _message[at - 2] == '\r');
            if (isEmpty || at == _message.Length || _message[at] is not ((byte)' ' or (byte)'\t'))
            {
                return at;
            }
        }
    }

    private bool Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "via"u8, (byte)'v'))
        {
            if (ViaCount == MaxViaLines)
            {
                return false;
            }

            TopVia = ViaCount == 0 ? FirstOf(value) : TopVia;
            _vias[ViaCount++] = (value.IsEmpty ? 0 : OffsetOf(value), value.Length);
            return true;
        }

        if (Is(name, "from"u8, (byte)'f'))
        {
            bool isFirst = From.IsEmpty;
            From = value;
            return isFirst;
        }

        if (Is(name, "to"u8, (byte)'t'))
        {
            bool isFirst = To.IsEmpty;
            To = value;
            return isFirst;
        }

        if (Is(name, "call-id"u8, (byte)'i'))
        {
            bool isFirst = CallId.IsEmpty;
            CallId = value;
            return isFirst;
        }

        if (Is(name, "cseq"u8, 0))
        {
            bool isFirst = CSeq.IsEmpty;
            CSeq = value;
            return isFirst;
        }

        return true;
    }

    private readonly int OffsetOf(ReadOnlySpan<byte> part) => (int)Unsafe.ByteOffset(
        ref MemoryMarshal.GetReference(_message), ref MemoryMarshal.GetReference(part));

    // Quoted text in a Via is rare enough to leave to the parser.
    private static ReadOnlySpan<byte> FirstOf(ReadOnlySpan<byte> vias)
    {
        int comma = vias.IndexOf((byte)',');
        ReadOnlySpan<byte> first = comma < 0 ? vias : vias[..comma];
        return first.Contains((byte)'"') ? [] : first;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> full, byte compact) =>
        name.Length == 1 ? (name[0] | 0x20) == compact : Ascii.EqualsIgnoreCase(name, full);

    [InlineArray(MaxViaLines)]
    private struct ViaLines
    {
        private (int Start, int Length) _first;
    }
}
