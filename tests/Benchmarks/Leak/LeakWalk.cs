using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;

namespace PhoneBridge.Benchmarks.Leak;

/// <summary>What a walk found.</summary>
/// <param name="Samples">Samples checked, each for the voice of every leg.</param>
/// <param name="Voices">Voices heard, one for each frame and talker in it: that the walk was not deaf.</param>
/// <param name="Leaks">Voices heard by whom they were not for.</param>
/// <param name="Blurred">Times that a voice which may be heard was spread to the place of another one, by a seam in it or because only a piece of it is in the frame.</param>
/// <param name="LateAnswers">Mutes that were not confirmed within 60 ms.</param>
/// <param name="Changes">Joins, leaves, moves, mutes, gains, calls and talk spurts.</param>
/// <param name="FirstLeak">The first leak in words; empty when there is none.</param>
internal sealed record LeakResult(long Samples, long Voices, long Leaks, long Blurred, long LateAnswers, long Changes, string FirstLeak);

/// <summary>
/// Calls, joins, leaves, moves, mutes of one and of all, gains and talk spurts at random over several loops; every sample that every leg receives
/// is checked for the voice of every other. No time passes but virtual time: the same seed makes the same walk.
/// </summary>
internal sealed class LeakWalk : IDisposable
{
    private const int Legs = 24, Conferences = 5, Loops = 3, Period = 20;

    // A leak of a whole frame is 18 dB above the threshold with the lowest gains (-28 - 6 - 6 dB), that of an eighth just at it; quantising
    // (A-law) stays 10 dB below it. Beside a voice that may be heard and has a seam it takes an eighth of a frame at full level.
    private const double ToneLevel = -28, LeakLevel = -58, SeamLevel = -48, HeardLevel = -42;
    // Skirts fall off a little unevenly: 4 dB.
    private const double SkirtMargin = 1.6;
    private const int LowestGain = -6, HighestListenGain = 0, HighestTalkGain = 3;
    private const int AnswerSlots = 60;

    private static readonly float SeamSquare = (float)Math.Pow(10, SeamLevel / 10);
    private static readonly float LeakSquare = (float)Math.Pow(10, LeakLevel / 10), HeardSquare = (float)Math.Pow(10, HeardLevel / 10);

    private readonly int _seed;
    private readonly Random _random;
    private readonly LeakRig _rig;
    private readonly ToneBank _bank = new(Legs);
    private readonly LeakPermissions _permissions = new(Legs);
    private readonly LeakPhone[] _phones = new LeakPhone[Legs];
    private readonly int[] _calls = new int[Legs];
    private readonly Dictionary<long, (int[] Legs, long Slot)> _unanswered = [];
    private readonly long[] _lastToken = new long[Legs];
    private readonly short[] _pcm = new short[ToneBank.FrameSamples];
    private readonly float[] _squares = new float[Legs];
    private long _samples, _voices, _leaks, _blurred, _lateAnswers, _changes, _token;
    private string _firstLeak = "";

    private LeakWalk(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _rig = new LeakRig(Loops, seed, OnEvent);
        for (int i = 0; i < Legs; i++)
        {
            Call(i);
            Join(i, MuteCauses.None);
        }
    }

    /// <summary>Walks until so many samples are checked.</summary>
    /// <param name="samples">How many samples.</param>
    /// <param name="seed">Same seed, same walk.</param>
    /// <param name="onProgress">Hears now and then how many are checked.</param>
    public static LeakResult Run(long samples, int seed, Action<long>? onProgress = null)
    {
        using LeakWalk walk = new(seed);
        while (walk._samples < samples)
        {
            walk.Stride();
            onProgress?.Invoke(walk._samples);
        }

        walk.CountLateAnswers();
        return new LeakResult(walk._samples, walk._voices, walk._leaks, walk._blurred, walk._lateAnswers, walk._changes, walk._firstLeak);
    }

    /// <inheritdoc/>
    public void Dispose() => _rig.Dispose();

    // Some changes, then some time.
    private void Stride()
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            Change(_random.Next(Legs));
            _changes++;
        }

        CountLateAnswers();
        for (int i = _random.Next(1, 120); i > 0; i--)
        {
            for (int leg = 0; leg < Legs; leg++)
            {
                if ((_rig.Slot + (leg * 7)) % Period == 0)
                {
                    _phones[leg].Say();
                }
            }

            _rig.Step();
        }
    }

    private void Change(int leg)
    {
        switch (_random.Next(12))
        {
            case 0:
                _rig.Send(new LeaveConference(Id(leg)));
                _permissions.Move(leg, 0, isOpen: false, _rig.Slot);
                _lastToken[leg] = 0;
                break;
            case 1:
                _rig.Send(new CloseLeg(Id(leg)));
                _permissions.Move(leg, 0, isOpen: false, _rig.Slot);
                Call(leg);
                break;
            case 2 or 3 or 4:
                Join(leg, _random.Next(3) == 0 ? MuteCauses.Moderator : MuteCauses.None);
                break;
            case 5 or 6:
                MuteCauses some = (MuteCauses)_random.Next(0, 8);
                _rig.Send(new SetMute(Id(leg), some, Expect(some, leg)));
                break;
            case 7:
                SetAll(_random.Next(1, Conferences + 1));
                break;
            case 8:
                _rig.Send(new SetGains(
                    Id(leg), _random.Next(LowestGain, HighestListenGain + 1), _random.Next(LowestGain, HighestTalkGain + 1)));
                break;
            default:
                _phones[leg].Talks = !_phones[leg].Talks;
                break;
        }
    }

    private void Join(int leg, MuteCauses causes)
    {
        int conference = _random.Next(1, Conferences + 1);
        _rig.Send(new JoinConference(Id(leg), new ConferenceId(conference), causes));
        _permissions.Move(leg, conference, causes == MuteCauses.None, _rig.Slot);
        _lastToken[leg] = 0;
    }

    private void SetAll(int conference)
    {
        MuteCauses causes = _random.Next(2) == 0 ? MuteCauses.Lock : MuteCauses.None;
        int[] members = [.. Enumerable.Range(0, Legs).Where(leg => _permissions.ConferenceOf(leg) == conference)];
        if (members.Length > 0)
        {
            _rig.Send(new SetMutes(new ConferenceId(conference), [.. members.Select(leg => new LegMute(Id(leg), causes))], Expect(causes, members)));
        }
    }

    // Open ones may be heard at once; closed ones must not be heard from the answer on.
    private long Expect(MuteCauses causes, params int[] legs)
    {
        long token = ++_token;
        foreach (int leg in legs)
        {
            _lastToken[leg] = token;
            if (causes == MuteCauses.None)
            {
                _permissions.Open(leg, _rig.Slot);
            }
        }

        if (causes != MuteCauses.None)
        {
            _unanswered[token] = (legs, _rig.Slot);
        }

        return token;
    }

    private void OnEvent(MediaEvent occurred)
    {
        long token = occurred switch { MuteApplied e => e.Token, MutesApplied e => e.Token, _ => 0 };
        if (token == 0 || !_unanswered.Remove(token, out (int[] Legs, long Slot) expected))
        {
            return;
        }

        foreach (int leg in expected.Legs)
        {
            if (_lastToken[leg] == token)
            {
                _permissions.Close(leg, _rig.Slot);
            }
        }
    }

    private void CountLateAnswers()
    {
        foreach ((long token, (int[] legs, long slot)) in _unanswered)
        {
            // Without an answer for a leg that hung up or moved on meanwhile there is nothing to wait for.
            if (_rig.Slot - slot > AnswerSlots)
            {
                _unanswered.Remove(token);
                _lateAnswers += legs.Any(leg => _lastToken[leg] == token) ? 1 : 0;
            }
        }
    }

    private void Hear(int listener, ReadOnlySpan<byte> payload)
    {
        ALaw.Decode(payload, _pcm);
        _samples += _pcm.Length;
        _bank.Measure(_pcm, _squares);
        for (int talker = 0; talker < Legs; talker++)
        {
            if (_squares[talker] < LeakSquare)
            {
                continue;
            }

            if (_permissions.MayHear(listener, talker, _rig.Slot))
            {
                _voices += _squares[talker] > HeardSquare ? 1 : 0;
            }
            else if (IsSkirt(listener, talker))
            {
                _blurred++;
            }
            else if (_leaks++ == 0)
            {
                _firstLeak = FormattableString.Invariant(
                    $"seed {_seed}, {_rig.Slot} ms: leg {listener} in conference {_permissions.ConferenceOf(listener)} heard leg {talker} in {_permissions.ConferenceOf(talker)} at {10 * Math.Log10(_squares[talker]):0.0} dB");
            }
        }
    }

    // In a frame that the jitter buffer made longer or shorter, or in which a voice that may be heard begins or ends, that voice is spread into
    // a skirt. What is low there, or not above the skirts of such voices, is theirs. A frame without a seam excuses nothing, nor one without them.
    private bool IsSkirt(int listener, int tone)
    {
        if (!ToneBank.HasSeam(_pcm))
        {
            return false;
        }

        double skirt = 0;
        bool hasVoice = false;
        for (int talker = 0; talker < Legs; talker++)
        {
            // Of a piece of some samples the place of another tone may show more than its own: 6 dB.
            if (_squares[talker] > LeakSquare / 4 && _permissions.MayHear(listener, talker, _rig.Slot))
            {
                hasVoice = true;
                skirt += ToneBank.SkirtOf(_pcm, talker, tone);
            }
        }

        return hasVoice && (_squares[tone] < SeamSquare || Math.Sqrt(_squares[tone]) <= SkirtMargin * skirt);
    }

    private void Call(int leg)
    {
        LeakPhone phone = new(leg, _calls[leg]++, ToneBank.Frame(leg, ToneLevel), Hear) { Talks = _random.Next(2) == 0 };
        _phones[leg] = phone;
        _lastToken[leg] = 0;
        _rig.Open(Id(leg), phone);
        _rig.Send(new ConfigureLeg(Id(leg), phone.Media));
    }

    private LegId Id(int leg) => new((_calls[leg] * 1000L) + leg);
}
