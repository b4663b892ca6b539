using PhoneBridge.Media;
using PhoneBridge.Media.Rtcp;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Legs;

/// <summary>The two ports of a leg and where they lead: takes in what comes from the right place, sends to it, counts the rest (RTP7).</summary>
/// <remarks>
/// With keys, packets are opened before anything is believed of them, so that no source is learnt from a packet that is not authentic, and
/// protected as the last thing before they leave.
/// Owned by the leg's loop, but for <see cref="Dispose"/>, which is called when no loop has the leg any more.
/// </remarks>
internal sealed class LegTransport(IPacketPort rtp, IPacketPort rtcp) : IDisposable
{
    // A flood may not hold up the other legs of the loop: what is more than this in 20 ms waits, until the kernel's buffer drops it.
    private const int DatagramsPerTick = 32;

    // RTCP comes every few seconds; a look costs a system call. 16 ticks are 320 ms.
    private const int TicksPerRtcpLook = 16;

    private static readonly TimeSpan ShortestPtime = TimeSpan.FromMilliseconds(9);
    private static readonly TimeSpan LongestInQueue = TimeSpan.FromMilliseconds(500);

    private readonly SourceLatch _latch = new();
    private StreamSetup? _setup;
    private SrtpSession? _srtp;
    private long _refusedBefore;        // by sessions that were replaced
    private SourceAddress? _rtcpSource;
    private int _ticksToRtcpLook;
    private bool _isConnected, _hasStarted, _hasToldStart;

    /// <summary>Packets that SRTP refused since the leg was opened.</summary>
    public long PacketsRefused => _refusedBefore + (_srtp?.Refused ?? 0);

    /// <summary>Sets where packets go and come from. The source is learnt anew when the remote address changes.</summary>
    public void Configure(StreamSetup setup, TimeSpan now)
    {
        if (_setup?.RemoteRtcp != setup.RemoteRtcp)
        {
            _rtcpSource = null;
        }

        _setup = setup;
        Protect(setup);
        _latch.Configure(setup.Latch, now);
        FollowLatch(now);
    }

    /// <summary>True once, after the first accepted RTP packet.</summary>
    public bool TryTakeStart()
    {
        bool isNew = _hasStarted && !_hasToldStart;
        _hasToldStart = _hasStarted;
        return isNew;
    }

    /// <summary>Asks the processor for the memory of the next <see cref="Drain"/>.</summary>
    public void FetchParts()
    {
        CacheLines.Fetch(rtp, 2);
        CacheLines.Fetch(_latch, 5);
        CacheLines.Fetch(_srtp, 1);
    }

    /// <summary>Takes in everything that has arrived.</summary>
    public void Drain(InboundAudio inbound, RtcpSession session, TimeSpan now, LoopCore loop)
    {
        Span<byte> buffer = loop.Scratch.Datagram;
        for (int i = 0; i < DatagramsPerTick && rtp.Receive(buffer, out SourceAddress source, out TimeSpan arrival) is >= 0 and int length; i++)
        {
            loop.Counters.PacketsIn++;
            TakeRtp(buffer[..length], source, inbound, session, Believable(arrival, now), loop.Counters);
            if (arrival <= now && now - arrival < ShortestPtime)
            {
                break;      // the next is not due yet: no system call to hear so; of a burst the rest is taken in the next tick
            }
        }

        FollowLatch(now);
        if (--_ticksToRtcpLook < 0)
        {
            _ticksToRtcpLook = TicksPerRtcpLook;
            for (int i = 0; i < DatagramsPerTick && rtcp.Receive(buffer, out SourceAddress source, out _) is >= 0 and int length; i++)
            {
                loop.Counters.PacketsIn++;
                TakeRtcp(buffer[..length], source, session, now, loop.Counters);
            }
        }
    }

    /// <summary>Sends an RTP packet to where the peer's come from.</summary>
    /// <param name="room">The packet, with room for a trailer behind it; protected in place.</param>
    /// <param name="length">Length of the packet [bytes].</param>
    /// <param name="counters">The loop's.</param>
    public void SendRtp(Span<byte> room, int length, LoopCounters counters)
    {
        if (_latch.Target is { } target && IsReachable(target))
        {
            bool isReady = _srtp is not { } srtp || srtp.TryProtectRtp(room, ref length);
            Count(isReady && rtp.Send(room[..length], target), counters);
        }
    }

    /// <summary>Sends an RTCP packet: on the RTP port when both share it, else to where the peer's RTCP comes from. Parameters as of <see cref="SendRtp"/>.</summary>
    public void SendRtcp(Span<byte> room, int length, LoopCounters counters)
    {
        if (_setup is not { } setup || _latch.Target is not { } target || !IsReachable(target))
        {
            return;
        }

        if (_srtp is { } srtp && !srtp.TryProtectRtcp(room, ref length))
        {
            Count(false, counters);
            return;
        }

        ReadOnlySpan<byte> packet = room[..length];
        if (setup.RtcpMux)
        {
            Count(rtp.Send(packet, target), counters);
            return;
        }

        // Behind NAT neither of the signalled addresses is right; until its RTCP is heard the port above is the best guess.
        SourceAddress guess = target == setup.Latch.Remote ? setup.RemoteRtcp : target with { Port = (ushort)(target.Port + 1) };
        Count(rtcp.Send(packet, _rtcpSource ?? guess), counters);
    }

    /// <summary>Closes both ports, frees what protects them.</summary>
    public void Dispose()
    {
        rtp.Dispose();
        rtcp.Dispose();
        _srtp?.Dispose();
    }

    private void Protect(StreamSetup setup)
    {
        if (setup.Srtp is null && setup.IsProtected)
        {
            return;     // the same keys: roll-over counters and replay window go on
        }

        _refusedBefore = PacketsRefused;
        _srtp?.Retire();
        _srtp = setup.Srtp;
    }

    private void TakeRtp(
        Span<byte> datagram, SourceAddress source, InboundAudio inbound, RtcpSession session, TimeSpan arrival, LoopCounters counters)
    {
        if (_setup is not { } setup)
        {
            counters.DroppedUnconfigured++;
        }
        else if (setup.RtcpMux && PacketKinds.Classify(datagram) == PacketKind.Rtcp)
        {
            TakeRtcp(datagram, source, session, arrival, counters);
        }
        else if (PacketKinds.Classify(datagram) != PacketKind.Rtp)
        {
            counters.DroppedMalformed++;
        }
        else if (_srtp is not null && _latch.IsRuledOut(source, arrival))
        {
            counters.DroppedForeignSource++;        // a copy that somebody else sends must not make the true packet a replayed one
        }
        else if (TryOpen(ref datagram, isRtcp: false, counters))
        {
            TakeClear(datagram, source, setup, inbound, arrival, counters);
        }
    }

    private void TakeClear(
        ReadOnlySpan<byte> datagram, SourceAddress source, StreamSetup setup, InboundAudio inbound, TimeSpan arrival, LoopCounters counters)
    {
        if (!RtpPacket.TryRead(datagram, out RtpPacket packet))
        {
            counters.DroppedMalformed++;
        }
        else if (_latch.OnPacket(source, packet.Header, setup.Knows(packet.Header.PayloadType), arrival) is not (LatchVerdict.Accepted or LatchVerdict.Latched))
        {
            counters.DroppedForeignSource++;
        }
        else
        {
            InboundOutcome outcome = inbound.OnPacket(datagram, arrival);
            _hasStarted |= outcome < InboundOutcome.NotRtp;
            counters.DroppedMalformed += outcome is InboundOutcome.Malformed or InboundOutcome.UnknownPayloadType ? 1 : 0;
        }
    }

    private void TakeRtcp(Span<byte> datagram, SourceAddress source, RtcpSession session, TimeSpan now, LoopCounters counters)
    {
        if (_setup is null)
        {
            counters.DroppedUnconfigured++;
        }
        else if (!_latch.AcceptsRtcp(source))
        {
            counters.DroppedForeignSource++;
        }
        else if (TryOpen(ref datagram, isRtcp: true, counters))
        {
            long broken = session.BrokenPackets;
            session.OnPacket(datagram, now);
            if (session.BrokenPackets == broken)
            {
                _rtcpSource = source;
            }
            else
            {
                counters.DroppedMalformed++;
            }
        }
    }

    /// <summary>Opens a datagram in place where the leg has keys. One that is refused is counted, and that is all.</summary>
    private bool TryOpen(ref Span<byte> datagram, bool isRtcp, LoopCounters counters)
    {
        if (_srtp is not { } srtp)
        {
            return true;
        }

        SrtpOutcome outcome = isRtcp ? srtp.UnprotectRtcp(datagram, out int length) : srtp.UnprotectRtp(datagram, out length);
        datagram = datagram[..length];
        counters.DroppedReplayed += outcome == SrtpOutcome.Replayed ? 1 : 0;
        counters.DroppedNotAuthentic += outcome is SrtpOutcome.NotAuthentic or SrtpOutcome.TooManySources ? 1 : 0;
        return outcome == SrtpOutcome.Accepted;
    }

    /// <summary>Has the kernel hold the RTP port to the locked source, or open it again when another may be learnt.</summary>
    private void FollowLatch(TimeSpan now)
    {
        bool mayConnect = _latch.MayConnect(now);
        if (mayConnect && !_isConnected)
        {
            rtp.Connect(_latch.Locked!.Value);
        }
        else if (!mayConnect && _isConnected)
        {
            rtp.Disconnect();
        }

        _isConnected = mayConnect;
    }

    // A step of the wall clock, which the kernel's time stamps are of, must not look like jitter of minutes.
    private static TimeSpan Believable(TimeSpan arrival, TimeSpan now) => arrival <= now && now - arrival < LongestInQueue ? arrival : now;

    // Port 0 or 0.0.0.0 in an SDP means "nowhere" (RFC 3264 §8.4); the kernel would take the latter for this machine.
    private static bool IsReachable(SourceAddress target) =>
        target.Port != 0 && (target.IsIPv4 ? (uint)target.Address != 0 : target.Address != UInt128.Zero);

    private static void Count(bool isSent, LoopCounters counters)
    {
        counters.PacketsOut += isSent ? 1 : 0;
        counters.SendFailures += isSent ? 0 : 1;
    }
}
