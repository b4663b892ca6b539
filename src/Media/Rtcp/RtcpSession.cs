using System.Buffers.Text;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Media.Rtcp;

/// <summary>One leg's RTCP: when to report, what to say, and what the peer says of us (RFC 3550 §6).</summary>
/// <remarks>
/// Sans-IO and not thread safe: owned by the leg's loop. A call has two members, so the interval is the least one of §6.2:
/// 5 s, half of it for the first report, times 0.5 to 1.5, divided by e - 3/2 (§6.3.1). The peer's BYE changes nothing: SIP ends calls.
/// </remarks>
public sealed class RtcpSession
{
    /// <summary>Room that a report needs at most [bytes].</summary>
    public const int MaxDatagramLength = 128;

    private const double IntervalSeconds = 5;
    private const double Compensation = Math.E - 1.5;
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromSeconds(10);

    private readonly uint _ssrc;
    private readonly NtpClock _clock;
    private readonly byte[] _canonicalName;
    private ulong _random;
    private long _packetsAtLastReport;
    private uint _peerSsrc;
    private uint _peerReport;
    private TimeSpan _peerReportAt;

    /// <summary>Makes the session of one leg.</summary>
    /// <param name="ssrc">Our synchronisation source.</param>
    /// <param name="seed">From a random source: makes the CNAME (RFC 7022 §4.2: it must not tell who or where we are) and spreads the reports.</param>
    /// <param name="clock">Wall clock of the reports.</param>
    /// <param name="now">Monotonic time.</param>
    public RtcpSession(uint ssrc, UInt128 seed, NtpClock clock, TimeSpan now)
    {
        _ssrc = ssrc;
        _clock = clock;
        _random = (ulong)seed | 1;
        Span<byte> name = stackalloc byte[12];
        BitConverter.TryWriteBytes(name, (ulong)(seed >> 64));
        BitConverter.TryWriteBytes(name[8..], (uint)(seed >> 32));
        _canonicalName = new byte[16];
        Base64.EncodeToUtf8(name, _canonicalName, out _, out _);
        NextReportAt = now + (NextInterval() / 2);
    }

    /// <summary>When <see cref="WriteReport"/> is due.</summary>
    public TimeSpan NextReportAt { get; private set; }

    /// <summary>Round trip to the peer as its last report gave it; null before.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Share of our packets that the peer lost between its last two reports, 0 to 1; null before the first.</summary>
    public double? PeerFractionLost { get; private set; }

    /// <summary>Jitter of our packets at the peer [timestamp units]; null before its first report.</summary>
    public uint? PeerJitter { get; private set; }

    /// <summary>When a whole datagram of the peer last came: a sign of life of callers that send no RTP (RTP13).</summary>
    public TimeSpan? LastPacketAt { get; private set; }

    /// <summary>Datagrams that were not whole RTCP.</summary>
    public long BrokenPackets { get; private set; }

    /// <summary>Takes one RTCP datagram of the right source. Network input: never throws; a broken one is counted.</summary>
    public void OnPacket(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        if (!RtcpReader.TryCreate(datagram, out RtcpReader reader))
        {
            BrokenPackets++;
            return;
        }

        LastPacketAt = now;
        while (reader.Read())
        {
            if (reader.Type == RtcpType.SenderReport)
            {
                _peerSsrc = reader.Ssrc;
                _peerReport = (uint)(reader.ReadSender().NtpTime >> 16);
                _peerReportAt = now;
            }

            for (int i = 0; i < reader.BlockCount; i++)
            {
                RtcpReportBlock block = reader.ReadBlock(i);
                if (block.Ssrc == _ssrc)
                {
                    TakeReport(block, now);
                }
            }
        }
    }

    /// <summary>Writes the report that is due and sets when the next one is: SR when we sent since the last, else RR; then SDES.</summary>
    /// <param name="datagram">Room of <see cref="MaxDatagramLength"/>.</param>
    /// <param name="outbound">What we send.</param>
    /// <param name="inbound">What we receive.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Length [bytes].</returns>
    public int WriteReport(Span<byte> datagram, OutboundAudio outbound, InboundAudio inbound, TimeSpan now)
    {
        RtcpWriter writer = new(datagram);
        Report(ref writer, outbound, inbound, now);
        return writer.Length;
    }

    /// <summary>Writes the last datagram of the call: a report, SDES and BYE (§6.6).</summary>
    public int WriteGoodbye(Span<byte> datagram, OutboundAudio outbound, InboundAudio inbound, TimeSpan now)
    {
        RtcpWriter writer = new(datagram);
        Report(ref writer, outbound, inbound, now);
        writer.WriteGoodbye(_ssrc);
        return writer.Length;
    }

    private void Report(ref RtcpWriter writer, OutboundAudio outbound, InboundAudio inbound, TimeSpan now)
    {
        RtcpReportBlock? block = inbound.Ssrc is { } source ? MakeBlock(source, ref inbound.Reception, now) : null;
        if (outbound.PacketsSent > _packetsAtLastReport)
        {
            _packetsAtLastReport = outbound.PacketsSent;
            RtcpSenderReport sender = new(
                _clock.At(now), outbound.NextTimestamp.Value, (uint)outbound.PacketsSent, (uint)outbound.OctetsSent);
            writer.WriteSenderReport(_ssrc, sender, block);
        }
        else
        {
            writer.WriteReceiverReport(_ssrc, block);
        }

        writer.WriteCanonicalName(_ssrc, _canonicalName);
        NextReportAt = now + NextInterval();
    }

    private RtcpReportBlock MakeBlock(uint source, ref RtpReceptionStatistics reception, TimeSpan now)
    {
        bool hasReport = _peerSsrc == source && _peerReport != 0;
        return new RtcpReportBlock(
            source,
            reception.TakeFractionLost(),
            (int)Math.Clamp(reception.PacketsLost, int.MinValue, int.MaxValue),
            reception.ExtendedHighestSequence,
            reception.Jitter,
            hasReport ? _peerReport : 0,
            hasReport ? (uint)((now - _peerReportAt).TotalSeconds * 65536) : 0);
    }

    private void TakeReport(in RtcpReportBlock block, TimeSpan now)
    {
        PeerFractionLost = block.FractionLost / 256.0;
        PeerJitter = block.Jitter;
        if (block.LastSenderReport == 0)
        {
            return;
        }

        // §6.4.1: A - LSR - DLSR. What cannot be is no measurement: clocks of peers are seen to run wild.
        int units = (int)(_clock.MiddleAt(now) - block.LastSenderReport - block.DelaySinceLastSenderReport);
        TimeSpan roundTrip = TimeSpan.FromSeconds(units / 65536.0);
        if (units >= 0 && roundTrip <= LongestRoundTrip)
        {
            RoundTrip = roundTrip;
        }
    }

    private TimeSpan NextInterval()
    {
        // xorshift64: spreads reports of many legs, no secret in it.
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        double factor = 0.5 + ((_random >> 11) * (1.0 / (1UL << 53)));
        return TimeSpan.FromSeconds(IntervalSeconds * factor / Compensation);
    }
}
