using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Streams;

/// <summary>The send side of one leg: encoded frames in at the loop's pace, RTP packets of the peer's ptime out.</summary>
/// <remarks>
/// One SSRC for the whole call; the timestamp runs on through everything, also while nothing may be sent (RTP5).
/// For each tick: <see cref="Append"/> the frame, then <see cref="WritePacket"/> until it returns 0.
/// G.711 and G.722 are runs of bytes that may be joined and cut anywhere; Opus comes in frames of 20 ms, of which several go
/// into one packet unchanged (<see cref="OpusFrames"/>). Sans-IO and not thread safe: owned by the leg's loop. Allocates
/// nothing after it was made.
/// </remarks>
public sealed class OutboundAudio
{
    /// <summary>Room that a datagram needs at most [bytes].</summary>
    public const int MaxDatagramLength = RtpHeader.Length + MaxPayload;

    // What an Ethernet frame carries with IPv6, UDP and RTP headers before it and an SRTP tag behind; more would be sent in fragments, which get lost.
    private const int MaxPayload = 1424;

    // 60 ms of G.711 or G.722 and one frame of 60 ms.
    private const int MaxPendingBytes = 960;

    // Three frames of Opus at 128 kbit/s with what they vary.
    private const int MaxPending = 2048;
    private const int MaxOpusFrame = OpusPacket.MaxFrameLength + 1;
    private const int OpusFrameMs = 20;
    private const int MaxOpusFrames = 3;

    private readonly byte[] _pending = new byte[MaxPending];
    private readonly int[] _frameLengths = new int[MaxOpusFrames];
    private AudioFormat _format = AudioFormat.Pcma;
    private int _pendingCount;
    private int _frameCount;
    private int _framesToSendSingly;
    private int _packetMs = 20;
    private byte _payloadType;
    private bool _marksNext = true;
    private SequenceNumber _sequence;
    private RtpTimestamp _timestamp;

    /// <summary>Makes a send side of G.711 in packets of 20 ms. The three start values come from a random source (RFC 3550 §5.1).</summary>
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
    public RtpTimestamp NextTimestamp => _timestamp + PendingUnits;

    private bool IsOpus => _format.Codec == AudioCodec.Opus;

    private int UnitsPerMs => _format.ClockRateHz / 1000;

    // One byte is one unit of the clock for G.711 and for G.722 (RFC 3551 §4.5.2).
    private int PendingUnits => IsOpus ? _frameCount * OpusFrameMs * UnitsPerMs : _pendingCount;

    /// <summary>Sets payload type, packet length and codec, at the start and after a re-INVITE. What waits of another codec is dropped.</summary>
    /// <param name="payloadType">0 to 127.</param>
    /// <param name="ptimeMs">
    /// Packet length, 10 to 60 and a multiple of 10 [ms]; anything else gives 20 (RTP1). Opus has packets of 20, 40 and 60: the
    /// nearest, the shorter one of two, so that nobody gets longer packets than asked for but who asked for 10.
    /// </param>
    /// <param name="format">What the frames are encoded with.</param>
    public void Configure(byte payloadType, int ptimeMs, AudioFormat format)
    {
        if (format.Codec != _format.Codec)
        {
            Skip(0);
            _format = format;
        }

        _payloadType = payloadType;
        _packetMs = ptimeMs is >= 10 and <= 60 && ptimeMs % 10 == 0 ? ptimeMs : 20;
        if (IsOpus)
        {
            _packetMs = Math.Max(1, _packetMs / OpusFrameMs) * OpusFrameMs;
        }
    }

    /// <summary>Says that a talk-spurt begins with the next frame: its packet gets the marker bit (RFC 3551 §4.1).</summary>
    public void MarkTalkSpurt() => _marksNext = true;

    /// <summary>Writes a frame that is a packet by itself straight away; the ordinary case, without the way through <see cref="Append"/>.</summary>
    /// <param name="encodedFrame">As for <see cref="Append"/>.</param>
    /// <param name="datagram">Room of <see cref="MaxDatagramLength"/>.</param>
    /// <returns>Length of the packet [bytes]; 0 when the frame does not make one alone, or others wait: then it is to be appended.</returns>
    public int WriteAlone(ReadOnlySpan<byte> encodedFrame, Span<byte> datagram)
    {
        int units = IsOpus ? OpusFrameMs * UnitsPerMs : encodedFrame.Length;
        if (_pendingCount > 0 || _framesToSendSingly > 0 || units != _packetMs * UnitsPerMs || encodedFrame.Length > MaxOpusFrame)
        {
            return 0;
        }

        encodedFrame.CopyTo(datagram[RtpHeader.Length..]);
        return WriteHeader(datagram, encodedFrame.Length, units);
    }

    /// <summary>Takes one encoded frame.</summary>
    /// <param name="encodedFrame">At most 60 ms of G.711 or G.722, or one frame of 20 ms of Opus.</param>
    /// <exception cref="ArgumentException">Packets of earlier frames were not fetched, or the frame is longer than any may be.</exception>
    public void Append(ReadOnlySpan<byte> encodedFrame)
    {
        bool hasRoom = IsOpus
            ? _frameCount < MaxOpusFrames && encodedFrame.Length <= Math.Min(MaxOpusFrame, MaxPending - _pendingCount)
            : _pendingCount + encodedFrame.Length <= MaxPendingBytes;
        if (!hasRoom)
        {
            throw new ArgumentException("Packets of earlier frames must be fetched first.", nameof(encodedFrame));
        }

        encodedFrame.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += encodedFrame.Length;
        if (IsOpus)
        {
            _frameLengths[_frameCount++] = encodedFrame.Length;
        }
    }

    /// <summary>Writes the next packet when enough audio for it is there.</summary>
    /// <param name="datagram">Room of <see cref="MaxDatagramLength"/>.</param>
    /// <returns>Its length [bytes]; 0 when there is none.</returns>
    public int WritePacket(Span<byte> datagram)
    {
        Span<byte> payload = datagram[RtpHeader.Length..];
        int units;
        int length = IsOpus ? TakeOpus(payload, out units) : TakeBytes(payload, out units);
        return length == 0 ? 0 : WriteHeader(datagram, length, units);
    }

    /// <summary>Lets time pass without sending: the direction forbids it. What was appended is dropped.</summary>
    /// <param name="milliseconds">How long [ms].</param>
    public void Skip(int milliseconds)
    {
        _timestamp += PendingUnits + (milliseconds * UnitsPerMs);
        _pendingCount = 0;
        _frameCount = 0;
        _framesToSendSingly = 0;
        _marksNext = true;
    }

    private int WriteHeader(Span<byte> datagram, int length, int units)
    {
        new RtpHeader(_marksNext, _payloadType, _sequence, _timestamp, Ssrc).Write(datagram);
        _marksNext = false;
        _sequence = _sequence.Next;
        _timestamp += units;
        PacketsSent++;
        OctetsSent += length;
        return RtpHeader.Length + length;
    }

    private int TakeBytes(Span<byte> payload, out int units)
    {
        units = _packetMs * UnitsPerMs;
        if (_pendingCount < units)
        {
            return 0;
        }

        _pending.AsSpan(0, units).CopyTo(payload);
        Drop(units);
        return units;
    }

    private int TakeOpus(Span<byte> payload, out int units)
    {
        int frames = _packetMs / OpusFrameMs;
        bool hasRoom = MaxPending - _pendingCount >= MaxOpusFrame;
        if (_framesToSendSingly == 0 && _frameCount < frames && (hasRoom || _frameCount == 0))
        {
            units = 0;
            return 0;
        }

        frames = _framesToSendSingly > 0 ? 1 : Math.Min(frames, _frameCount);
        int length = 0;
        if (frames > 1)
        {
            ReadOnlySpan<int> lengths = _frameLengths.AsSpan(0, frames);
            if (OpusFrames.Combine(_pending.AsSpan(0, Sum(lengths)), lengths, payload[..MaxPayload], out length) != OpusCombining.Done)
            {
                // The encoder went over to another mode between them, or they are too large together.
                _framesToSendSingly = frames;
                frames = 1;
            }
        }

        if (frames == 1)
        {
            length = _frameLengths[0];
            _pending.AsSpan(0, length).CopyTo(payload);
            _framesToSendSingly = Math.Max(0, _framesToSendSingly - 1);
        }

        units = frames * OpusFrameMs * UnitsPerMs;
        Drop(Sum(_frameLengths.AsSpan(0, frames)));
        _frameLengths.AsSpan(frames).CopyTo(_frameLengths);
        _frameCount -= frames;
        return length;
    }

    private void Drop(int bytes)
    {
        _pending.AsSpan(bytes, _pendingCount - bytes).CopyTo(_pending);
        _pendingCount -= bytes;
    }

    private static int Sum(ReadOnlySpan<int> lengths)
    {
        int sum = 0;
        foreach (int length in lengths)
        {
            sum += length;
        }

        return sum;
    }
}
