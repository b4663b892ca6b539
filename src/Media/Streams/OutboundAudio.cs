using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Streams;

/// <summary>The send side of one leg: encoded frames in at the loop's pace, RTP packets of the peer's ptime out.</summary>
/// <remarks>
/// One SSRC for the whole call; the timestamp runs on through everything, also while nothing may be sent (RTP5).
/// For each tick: <see cref="Append"/> the frame, then <see cref="WritePacket"/> until it returns 0.
/// Sans-IO and not thread safe: owned by the leg's loop. Allocates nothing after it was made.
/// </remarks>
public sealed class OutboundAudio
{
    /// <summary>Room that a datagram needs at most [bytes]: header and 60 ms plus one frame of 60 ms of G.711.</summary>
    public const int MaxDatagramLength = RtpHeader.Length + MaxPending;

    private const int MaxPending = 960;

    private readonly byte[] _pending = new byte[MaxPending];
    private int _pendingCount;
    private int _packetBytes = 160;
    private byte _payloadType;
    private bool _marksNext = true;
    private SequenceNumber _sequence;
    private RtpTimestamp _timestamp;

    /// <summary>Makes a send side. The three start values come from a random source (RFC 3550 §5.1).</summary>
    public OutboundAudio(uint ssrc, SequenceNumber firstSequence, RtpTimestamp firstTimestamp)
    {
        Ssrc = ssrc;
        _sequence = firstSequence;
        _timestamp = firstTimestamp;
    }

    /// <summary>Our synchronisation source.</summary>
    public uint Ssrc { get; }

    /// <summary>Packets written.</summary>
    public long PacketsSent { get; private set; }

    /// <summary>Payload bytes written, without headers (RFC 3550 §6.4.1).</summary>
    public long OctetsSent { get; private set; }

    /// <summary>Timestamp that the next appended sample will have: "now" for a sender report.</summary>
    public RtpTimestamp NextTimestamp => _timestamp + _pendingCount;

    /// <summary>Sets payload type and packet length, at the start and after a re-INVITE.</summary>
    /// <param name="payloadType">0 to 127.</param>
    /// <param name="ptimeMs">Packet length, 10 to 60 and a multiple of 10 [ms]; anything else gives 20 (RTP1).</param>
    /// <param name="bytesPerMs">Bytes and timestamp units per ms of the codec: 8 for G.711.</param>
    public void Configure(byte payloadType, int ptimeMs, int bytesPerMs = 8)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytesPerMs, 8);
        _payloadType = payloadType;
        _packetBytes = (ptimeMs is >= 10 and <= 60 && ptimeMs % 10 == 0 ? ptimeMs : 20) * bytesPerMs;
    }

    /// <summary>Says that a talk-spurt begins with the next frame: its packet gets the marker bit (RFC 3551 §4.1).</summary>
    public void MarkTalkSpurt() => _marksNext = true;

    /// <summary>Takes one encoded frame.</summary>
    /// <param name="encodedFrame">One byte a sample, at most 60 ms.</param>
    /// <exception cref="ArgumentException">Packets of earlier frames were not fetched.</exception>
    public void Append(ReadOnlySpan<byte> encodedFrame)
    {
        if (_pendingCount + encodedFrame.Length > MaxPending)
        {
            throw new ArgumentException("Packets of earlier frames must be fetched first.", nameof(encodedFrame));
        }

        encodedFrame.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += encodedFrame.Length;
    }

    /// <summary>Writes the next packet when enough audio for it is there.</summary>
    /// <param name="datagram">Room of <see cref="MaxDatagramLength"/>.</param>
    /// <returns>Its length [bytes]; 0 when there is none.</returns>
    public int WritePacket(Span<byte> datagram)
    {
        if (_pendingCount < _packetBytes)
        {
            return 0;
        }

        new RtpHeader(_marksNext, _payloadType, _sequence, _timestamp, Ssrc).Write(datagram);
        _pending.AsSpan(0, _packetBytes).CopyTo(datagram[RtpHeader.Length..]);
        _marksNext = false;
        _sequence = _sequence.Next;
        _timestamp += _packetBytes;
        _pendingCount -= _packetBytes;
        if (_pendingCount > 0)
        {
            _pending.AsSpan(_packetBytes, _pendingCount).CopyTo(_pending);
        }

        PacketsSent++;
        OctetsSent += _packetBytes;
        return RtpHeader.Length + _packetBytes;
    }

    /// <summary>Lets a frame's time pass without sending: the direction forbids it. What was appended is dropped.</summary>
    /// <param name="samples">Length of the frame [timestamp units].</param>
    public void Skip(int samples)
    {
        _timestamp += _pendingCount + samples;
        _pendingCount = 0;
        _marksNext = true;
    }
}
