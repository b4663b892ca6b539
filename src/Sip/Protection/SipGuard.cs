using System.Net;
using PhoneBridge.Sip.Calls;

namespace PhoneBridge.Sip.Protection;

/// <summary>The first look at everything that comes in: who sends it, and whether there is room for it.</summary>
/// <remarks>
/// Runs on the receiving threads, before anything is copied, parsed or allocated, and keeps to memory of a fixed size, whoever
/// sends whatever. Known peers are never banned, since their addresses can be forged. Any thread; the lock is held for a
/// fraction of a microsecond.
/// </remarks>
public sealed class SipGuard
{
    // An INVITE's retransmissions end 64·T1 after the first (RFC 3261 §17.1.1.2).
    private static readonly TimeSpan InviteLifetime = TimeSpan.FromSeconds(32);

    // Longer than any call lasts.
    private static readonly TimeSpan CorrespondentLifetime = TimeSpan.FromHours(25);

    private const int Correspondents = 4096;
    private const int Invites = 16_384;
    private const int RefusalsPerSecond = 5, RefusalBurst = 10;

    // What is told of them is bounded: forged addresses must not fill the disk.
    private const double StrangersToldPerSecond = 0.2, BansToldPerSecond = 1;
    private const int StrangersToldAtOnce = 10, BansToldAtOnce = 30;

    private volatile SipGuardOptions _options;
    private readonly SipCounters _counters;
    private readonly ISipTrace _trace;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly SourceTable _strangers = new();
    private readonly RecentKeys _correspondents = new(Correspondents, CorrespondentLifetime);
    private readonly RecentKeys _admitted = new(Invites, InviteLifetime);
    private readonly RecentKeys _shed = new(Invites, InviteLifetime);
    private readonly OverloadControl _overload;
    private TokenBucket[] _peers = [];
    private TokenBucket _strangersTold;
    private TokenBucket _bansTold;
    private volatile SipSources _sources = SipSources.None;

    internal SipGuard(SipGuardOptions options, SipCounters counters, ISipTrace trace, TimeProvider time, QueueDelay loop)
    {
        _options = options;
        _counters = counters;
        _trace = trace;
        _time = time;
        _origin = time.GetTimestamp();
        _overload = new OverloadControl(options.Overload, counters, loop);
    }

    /// <summary>What is done about strangers and scanners. The limits against overload stay as they were at the start.</summary>
    public SipGuardOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>The peers that are known by their addresses. When they are others than before, their rates begin anew.</summary>
    public SipSources Sources
    {
        get => _sources;
        set
        {
            lock (_gate)
            {
                if (!value.Peers.Select(static peer => peer.Name).SequenceEqual(_sources.Peers.Select(static peer => peer.Name)))
                {
                    _peers = new TokenBucket[value.Peers.Count];
                    _overload.SetPeers(value.Peers.Count);
                }

                _sources = value;
            }
        }
    }

    /// <summary>The sources that are banned now.</summary>
    public IReadOnlyList<SipBan> Bans
    {
        get
        {
            lock (_gate)
            {
                TimeSpan now = Now;
                return
                [
                    .. _strangers.Banned(now).Select(record => new SipBan(
                        NetworkOf(record.Group), now - record.BannedAt, record.BannedUntil - now, record.Dropped)),
                ];
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Lifts the ban of a source. False when there is none.</summary>
    /// <param name="address">Its address, or any one of its IPv6 network of 64 bits.</param>
    public bool Lift(IPAddress address)
    {
        lock (_gate)
        {
            if (!_strangers.TryFind(SourceAddress.Of(address).Group, out int place) || _strangers.At(place).BannedUntil <= Now)
            {
                return false;
            }

            ref SourceRecord record = ref _strangers.At(place);
            record.BannedUntil = TimeSpan.Zero;
            record.Strikes = 0;
            return true;
        }
    }

    /// <summary>Lets messages of an address in although it is no known peer's: requests of ours go there, or a call of a known peer comes from there.</summary>
    public void Expect(IPAddress address)
    {
        if (_options.Strangers != SipStrangers.Accept)
        {
            lock (_gate)
            {
                _correspondents.Add(KeyedHash.Of(SourceAddress.Of(address)), Now);
            }
        }
    }

    /// <summary>Whether a connection of that address is taken.</summary>
    /// <param name="address">The peer's.</param>
    /// <param name="mayProveItself">True where strangers may still show who they are, by a certificate.</param>
    internal bool AdmitsConnection(IPAddress address, bool mayProveItself = false)
    {
        SourceAddress source = SourceAddress.Of(address);
        if (_sources.Find(source) >= 0)
        {
            return true;
        }

        lock (_gate)
        {
            TimeSpan now = Now;
            if (_correspondents.Contains(KeyedHash.Of(source), now))
            {
                return true;
            }

            if (IsBanned(source.Group, now))
            {
                _counters.CountDrop(SipDropReason.Banned);
                return false;
            }

            if (_options.Strangers != SipStrangers.Silent || mayProveItself)
            {
                return true;
            }

            TakeStranger(source, now);
            return false;
        }
    }

    /// <summary>Looks at a message.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="port">Its port.</param>
    /// <param name="message">The message.</param>
    /// <param name="buffer">Room for an answer.</param>
    /// <param name="answer">How much of the room the answer takes, and where it goes.</param>
    /// <param name="peer">The peer's place in <see cref="Sources"/> where a connection has proved it otherwise than by its address; else -1.</param>
    internal GuardVerdict Look(
        SourceAddress source, int port, ReadOnlySpan<byte> message, Span<byte> buffer, out StatelessAnswer answer, int peer = -1)
    {
        answer = default;
        try
        {
            return Judge(source, port, message, buffer, ref answer, peer >= 0 ? peer : _sources.Find(source));
        }
#pragma warning disable CA1031 // A defect that one message shows must not end the thread that receives all of them.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _counters.CountFault();
            _trace.OnFault(fault, callId: null);
            return GuardVerdict.Drop;
        }
    }

    /// <summary>A request of that source was refused in a way that scanning is, or could not be read.</summary>
    internal void OnAttempt(IPAddress address)
    {
        SourceAddress source = SourceAddress.Of(address);
        if (_options.BanAttempts > 0 && _sources.Find(source) < 0)
        {
            lock (_gate)
            {
                TimeSpan now = Now;
                if (!_correspondents.Contains(KeyedHash.Of(source), now))
                {
                    Strike(ref _strangers.Take(source.Group, now), now);
                }
            }
        }
    }

    /// <summary>Whether a refusal with that status is what scanners for numbers and services get.</summary>
    internal static bool IsAttempt(int status) => status is 403 or 404 or 405 or 416 or 420 or 481 or 489 or 501;

    private static bool IsAck(in RequestGlance glance) => glance.Method.SequenceEqual("ACK"u8);

    private static IPNetwork NetworkOf(SourceGroup group) => new(group.ToAddress(), group.PrefixLength);

    private GuardVerdict Judge(
        SourceAddress source, int port, ReadOnlySpan<byte> message, Span<byte> buffer, ref StatelessAnswer answer, int peer)
    {
        bool isStranger = peer < 0;
        TimeSpan now = Now;
        if (isStranger && LookAtStranger(source, now) is { } verdict && verdict != GuardVerdict.Answer)
        {
            return verdict;
        }

        RequestGlance glance = RequestGlance.At(message);
        if (isStranger && _options.Strangers == SipStrangers.Refuse)
        {
            // The same for every method, number and user, and never more than was sent: nothing to learn, nothing to amplify.
            return glance.IsRequest && !IsAck(glance) && StatelessAnswer.TryWrite(glance, 403, source, port, buffer, out answer)
                ? Send(403, ref answer, message.Length)
                : GuardVerdict.Drop;
        }

        if (!glance.IsRequest)
        {
            return GuardVerdict.Pass;   // an answer, or the parser's affair
        }

        if (IsAck(glance))
        {
            return LookAtAck(glance.Identity, now);
        }

        if (glance.HasToTag || !glance.Method.SequenceEqual("INVITE"u8) || !IsShed(glance.Identity, peer, source.Group, now))
        {
            return GuardVerdict.Pass;
        }

        return StatelessAnswer.TryWrite(glance, 503, source, port, buffer, out answer)
            ? Send(503, ref answer, isStranger ? message.Length : buffer.Length)
            : GuardVerdict.Drop;
    }

    private GuardVerdict Send(int status, ref StatelessAnswer answer, int most)
    {
        if (answer.Length > most)
        {
            answer = default;
            return GuardVerdict.Drop;
        }

        _counters.CountStatelessAnswer(status);
        return GuardVerdict.Answer;
    }

    // Pass: nothing of it is looked at. Null: it is served within its limits. Answer: it gets a refusal.
    private GuardVerdict? LookAtStranger(SourceAddress source, TimeSpan now)
    {
        lock (_gate)
        {
            if (_options.Strangers != SipStrangers.Accept && _correspondents.Contains(KeyedHash.Of(source), now))
            {
                return GuardVerdict.Pass;
            }

            if (IsBanned(source.Group, now))
            {
                _counters.CountDrop(SipDropReason.Banned);
                return GuardVerdict.Drop;
            }

            if (_options.Strangers == SipStrangers.Accept)
            {
                return null;
            }

            ref SourceRecord record = ref TakeStranger(source, now);
            return _options.Strangers == SipStrangers.Refuse && record.Allowance.TryTake(RefusalsPerSecond, RefusalBurst, now)
                ? GuardVerdict.Answer
                : GuardVerdict.Drop;
        }
    }

    // Under the lock. Counts, and tells of it the first time: a trunk whose address was forgotten is looked for in the log.
    private ref SourceRecord TakeStranger(SourceAddress source, TimeSpan now)
    {
        _counters.CountDrop(SipDropReason.Stranger);
        ref SourceRecord record = ref _strangers.Take(source.Group, now);
        if (!record.IsTold && _strangersTold.TryTake(StrangersToldPerSecond, StrangersToldAtOnce, now))
        {
            record.IsTold = true;
            _trace.OnStranger(source.ToAddress());
        }

        Strike(ref record, now);
        return ref record;
    }

    private GuardVerdict LookAtAck(ulong invite, TimeSpan now)
    {
        lock (_gate)
        {
            if (!_shed.Contains(invite, now))
            {
                return GuardVerdict.Pass;
            }
        }

        _counters.CountDrop(SipDropReason.StatelessAck);
        return GuardVerdict.Drop;
    }

    private bool IsShed(ulong invite, int peer, SourceGroup group, TimeSpan now)
    {
        lock (_gate)
        {
            if (_admitted.Contains(invite, now))
            {
                return false;
            }

            if (_shed.Contains(invite, now))
            {
                return true;
            }

            if (WhyShed(peer, group, now) is not { } reason)
            {
                _admitted.Add(invite, now);
                return false;
            }

            _counters.CountShed(reason);
            _shed.Add(invite, now);
            return true;
        }
    }

    // Under the lock. A peer that was found before the peers became others may be one too many.
    private SipShedReason? WhyShed(int peer, SourceGroup group, TimeSpan now)
    {
        peer = Math.Min(peer, _peers.Length - 1);
        if (peer >= 0)
        {
            SipPeer known = _sources.Peers[peer];
            if (known.CallsPerSecond > 0 && !_peers[peer].TryTake(known.CallsPerSecond, known.Burst, now))
            {
                return SipShedReason.SourceRate;
            }
        }
        else if (_options.StrangerCallsPerSecond > 0)
        {
            ref SourceRecord record = ref _strangers.Take(group, now);
            if (!record.Allowance.TryTake(_options.StrangerCallsPerSecond, _options.StrangerBurst, now))
            {
                Strike(ref record, now);
                return SipShedReason.SourceRate;
            }
        }

        return _overload.Check(peer, now);
    }

    // Under the lock.
    private bool IsBanned(SourceGroup group, TimeSpan now)
    {
        if (!_strangers.TryFind(group, out int place) || _strangers.At(place).BannedUntil <= now)
        {
            return false;
        }

        _strangers.At(place).Dropped++;
        return true;
    }

    // Under the lock.
    private void Strike(ref SourceRecord record, TimeSpan now)
    {
        if (_options.BanAttempts == 0)
        {
            return;
        }

        if (now - record.WindowStart > _options.BanWindow)
        {
            record.WindowStart = now;
            record.Strikes = 0;
        }

        if (++record.Strikes < _options.BanAttempts)
        {
            return;
        }

        record.Strikes = 0;
        record.Dropped = 0;
        record.BannedAt = now;
        record.BannedUntil = now + _options.BanTime;
        _counters.CountBan();

        if (_bansTold.TryTake(BansToldPerSecond, BansToldAtOnce, now))
        {
            _trace.OnBanned(new SipBan(NetworkOf(record.Group), TimeSpan.Zero, _options.BanTime, 0));
        }
    }
}
