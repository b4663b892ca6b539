using System.Buffers.Text;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Protection;

/// <summary>An answer written straight from the bytes of a request, without keeping anything (RFC 3261 §8.2.7).</summary>
/// <remarks>
/// The To tag and Retry-After come from the request's identity: a retransmission gets the same answer again, bit by bit. Nothing in
/// it tells anything of us or of what was asked for.
/// </remarks>
/// <param name="Length">Bytes written.</param>
/// <param name="Port">The port that a datagram with it goes to (RFC 3581 §4).</param>
internal readonly record struct StatelessAnswer(int Length, int Port)
{
    private const int ShortestWait = 5;
    private const int WaitSpan = 11;        // 5 to 15 s: those who were sent away together do not come back together

    /// <summary>Writes an answer. False when it cannot be written or has no room.</summary>
    /// <param name="request">The request; must be one.</param>
    /// <param name="status">403, or 503 with Retry-After.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="port">The port it came from.</param>
    /// <param name="buffer">Where to write to.</param>
    /// <param name="answer">What was written.</param>
    public static bool TryWrite(
        in RequestGlance request, int status, SourceAddress source, int port, Span<byte> buffer, out StatelessAnswer answer)
    {
        ulong identity = request.Identity;
        Writer writer = new(buffer);
        writer.Add(status == 403 ? "SIP/2.0 403 Forbidden\r\nVia: "u8 : "SIP/2.0 503 Service Unavailable\r\nVia: "u8);
        int replyPort = AddTopVia(ref writer, request, source, port);
        writer.Add(request.Via(0)[request.TopVia.Length..]);
        for (int line = 1; line < request.ViaCount; line++)
        {
            writer.Add("\r\nVia: "u8);
            writer.Add(request.Via(line));
        }

        writer.Add("\r\nFrom: "u8);
        writer.Add(request.From);
        writer.Add("\r\nTo: "u8);
        writer.Add(request.To);
        if (!request.HasToTag)
        {
            writer.Add(";tag="u8);
            writer.AddHex(identity);
        }

        writer.Add("\r\nCall-ID: "u8);
        writer.Add(request.CallId);
        writer.Add("\r\nCSeq: "u8);
        writer.Add(request.CSeq);
        if (status == 503)
        {
            writer.Add("\r\nRetry-After: "u8);
            writer.Add((int)(ShortestWait + (identity % WaitSpan)));
        }

        writer.Add("\r\nContent-Length: 0\r\n\r\n"u8);
        answer = new StatelessAnswer(writer.Length, replyPort);
        return replyPort != 0 && writer.Length != 0;
    }

    // received is always added, as RFC 3581 §4 wants where rport is asked for; a peer that wrote one itself is not served.
    private static int AddTopVia(ref Writer writer, in RequestGlance request, SourceAddress source, int port)
    {
        ReadOnlySpan<byte> via = request.TopVia;
        if (RequestGlance.Parameter(via, "received"u8, out _, out _))
        {
            return 0;
        }

        bool isRPort = RequestGlance.Parameter(via, "rport"u8, out _, out Range place);
        if (isRPort)
        {
            writer.Add(via[..place.Start]);
            writer.Add("rport="u8);
            writer.Add(port);
            writer.Add(via[place.End..]);
        }
        else
        {
            writer.Add(via);
        }

        writer.Add(";received="u8);
        writer.Add(source);
        return isRPort ? port : request.SentByPort();
    }

    private ref struct Writer(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;
        private bool _isFull;

        /// <summary>What was written; 0 when it did not fit.</summary>
        public readonly int Length => _isFull ? 0 : _length;

        public void Add(scoped ReadOnlySpan<byte> text) => Advance(text.TryCopyTo(_buffer[_length..]), text.Length);

        public void Add(int number) => Advance(Utf8Formatter.TryFormat(number, _buffer[_length..], out int digits), digits);

        public void Add(SourceAddress address) => Advance(address.TryFormat(_buffer[_length..], out int letters), letters);

        public void AddHex(ulong number) =>
            Advance(Utf8Formatter.TryFormat(number, _buffer[_length..], out int digits, new System.Buffers.StandardFormat('x', 16)), digits);

        private void Advance(bool isWritten, int count)
        {
            _isFull |= !isWritten;
            _length += _isFull ? 0 : count;
        }
    }
}
