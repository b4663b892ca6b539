using PhoneBridge.Media.Rtp;

namespace PhoneBridge.Media.Streams;

/// <summary>
/// Keeps foreign packets out of a leg ("RTP bleed"): one source, the signalled one or a learnt one, then locked.
/// </summary>
/// <remarks>
/// The rules. From the SDP's address and port: believed at once. From the SDP's address but another port, or from where the
/// signalling comes from: believed after 4 packets in sequence of one SSRC, when the SDP's address is private or the trunk
/// says so (the SDP's own address always). From anywhere else, when learning is allowed: the same within 5 s of the answer,
/// lasting 200 ms, and only while no better source is heard. Once locked: until <see cref="Configure"/> brings another
/// remote address, or the source was silent for 2 s and 4 packets in sequence come from the network of the signalled
/// addresses. After a change the old source is heard for 1 s more, or until the new one is locked.
/// Sans-IO and not thread safe: owned by the leg's loop. Allocates nothing after it was made.
/// </remarks>
public sealed class SourceLatch
{
    /// <summary>Packets in sequence that make a source believed.</summary>
    public const int PacketsToLearn = 4;

    /// <summary>How long after the answer a source with no relation to the signalling can be learnt.</summary>
    public static readonly TimeSpan LearningPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Silence of the locked source after which another one may take over.</summary>
    public static readonly TimeSpan SilenceBeforeRelatch = TimeSpan.FromSeconds(2);

    /// <summary>How long the old source is still heard after a change by re-INVITE.</summary>
    public static readonly TimeSpan OldSourceGrace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan StrangerPersistence = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetterSourceMemory = TimeSpan.FromMilliseconds(500);

    private readonly Candidate[] _candidates = new Candidate[4];
    private SourceLatchPolicy? _policy;
    private TimeSpan _configuredAt;
    private SourceAddress? _locked;
    private TimeSpan _lastAccepted;
    private SourceAddress? _old;
    private TimeSpan? _betterHeardAt;

    /// <summary>Where to send: the locked source, before that the SDP's address; null before <see cref="Configure"/>.</summary>
    public SourceAddress? Target => _locked ?? _policy?.Remote;

    /// <summary>The locked source; null while none is.</summary>
    public SourceAddress? Locked => _locked;

    /// <summary>Packets dropped because of their source, those while learning not counted.</summary>
    public long ForeignPackets { get; private set; }

    /// <summary>Sets the signalled addresses: at the answer and at each answer to a re-INVITE. The same remote again changes nothing.</summary>
    public void Configure(in SourceLatchPolicy policy, TimeSpan now)
    {
        bool isSameRemote = _policy?.Remote == policy.Remote;
        _policy = policy;
        if (isSameRemote)
        {
            return;
        }

        _old = _locked;
        _locked = null;
        _configuredAt = now;
        _betterHeardAt = null;
        Array.Clear(_candidates);
    }

    /// <summary>True when the socket may be connected to <see cref="Locked"/>; false when it must hear others: not locked, or silent for too long, or the old source still counts.</summary>
    public bool MayConnect(TimeSpan now) => _locked is not null && now - _lastAccepted < SilenceBeforeRelatch;

    /// <summary>Whether the source alone rules a packet out, so that it need not be looked into: another one is locked and heard.</summary>
    public bool IsRuledOut(SourceAddress from, TimeSpan now) => from != _locked && MayConnect(now);

    /// <summary>Judges one RTP packet by its source.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="header">Its header.</param>
    /// <param name="isNegotiatedType">Whether its payload type was negotiated; others never teach a source.</param>
    /// <param name="now">Monotonic time.</param>
    public LatchVerdict OnPacket(SourceAddress from, in RtpHeader header, bool isNegotiatedType, TimeSpan now)
    {
        if (from == _locked)
        {
            _lastAccepted = now;
            return LatchVerdict.Accepted;
        }

        LatchVerdict verdict = Judge(from, header, isNegotiatedType, now);
        switch (verdict)
        {
            case LatchVerdict.Latched:
                _locked = from;
                _old = null;
                _lastAccepted = now;
                Array.Clear(_candidates);
                break;
            case LatchVerdict.Foreign:
                ForeignPackets++;
                break;
        }

        return verdict;
    }

    /// <summary>Whether RTCP from here is believed: the address must be the locked or the signalled one, the port may differ.</summary>
    public bool AcceptsRtcp(SourceAddress from) =>
        from.Address == _locked?.Address || (_locked is null && from.Address == _policy?.Remote.Address);

    private LatchVerdict Judge(SourceAddress from, in RtpHeader header, bool isNegotiatedType, TimeSpan now)
    {
        if (_policy is not { } policy || !isNegotiatedType)
        {
            return LatchVerdict.Foreign;
        }

        if (_locked is not null)
        {
            bool mayTakeOver = now - _lastAccepted >= SilenceBeforeRelatch
                && (from.SharesPrefix(policy.Remote) || (policy.Signalling is { } origin && from.SharesPrefix(origin)));
            return mayTakeOver ? Learn(from, header, now, TimeSpan.Zero) : LatchVerdict.Foreign;
        }

        if (from == policy.Remote)
        {
            return LatchVerdict.Latched;
        }

        LatchVerdict verdict = JudgeUnlocked(from, header, now, policy);
        if (verdict != LatchVerdict.Latched && from == _old && now - _configuredAt <= OldSourceGrace)
        {
            return LatchVerdict.Accepted; // RFC 3264 §8.3: packets of before the change are still on their way
        }

        return verdict;
    }

    private LatchVerdict JudgeUnlocked(SourceAddress from, in RtpHeader header, TimeSpan now, in SourceLatchPolicy policy)
    {
        bool learnsAny = policy.LearnsAnySource || policy.Remote.IsPrivate;
        // A phone on this machine that dials 127.0.0.1 may name the machine's outer address in its SDP and still send from loopback.
        if (from.Address == policy.Remote.Address
            || ((learnsAny || from.IsLoopback) && from.Address == policy.Signalling?.Address))
        {
            _betterHeardAt = now;
            return Learn(from, header, now, TimeSpan.Zero);
        }

        bool betterIsHeard = _betterHeardAt is { } heard && now - heard < BetterSourceMemory;
        return learnsAny && !betterIsHeard && now - _configuredAt <= LearningPeriod
            ? Learn(from, header, now, StrangerPersistence)
            : LatchVerdict.Foreign;
    }

    private LatchVerdict Learn(SourceAddress from, in RtpHeader header, TimeSpan now, TimeSpan persistence)
    {
        ref Candidate candidate = ref Find(from);
        bool follows = candidate.Count > 0 && candidate.From == from
            && candidate.Ssrc == header.Ssrc && candidate.Expected == header.Sequence;
        if (!follows)
        {
            candidate = new Candidate { From = from, Ssrc = header.Ssrc, Since = now };
        }

        candidate.Count++;
        candidate.Expected = header.Sequence.Next;
        candidate.LastHeard = now;
        return candidate.Count >= PacketsToLearn && now - candidate.Since >= persistence
            ? LatchVerdict.Latched
            : LatchVerdict.Learning;
    }

    /// <summary>The candidate's own place, else the place of the one unheard for longest.</summary>
    private ref Candidate Find(SourceAddress from)
    {
        int oldest = 0;
        for (int i = 0; i < _candidates.Length; i++)
        {
            if (_candidates[i].Count > 0 && _candidates[i].From == from)
            {
                return ref _candidates[i];
            }

            if (_candidates[i].LastHeard < _candidates[oldest].LastHeard)
            {
                oldest = i;
            }
        }

        return ref _candidates[oldest];
    }

    private struct Candidate
    {
        public SourceAddress From;
        public uint Ssrc;
        public SequenceNumber Expected;
        public int Count;
        public TimeSpan Since;
        public TimeSpan LastHeard;
    }
}
