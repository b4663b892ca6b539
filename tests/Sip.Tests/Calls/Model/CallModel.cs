namespace PhoneBridge.Sip.Tests.Calls.Model;

/// <summary>A call, of ours or of the peer, and all the dialogs that it makes.</summary>
internal sealed class CallModel
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(3);

    private readonly List<LegModel> _legs = [];
    private readonly HashSet<string> _answered = [];
    private readonly TimeSpan _start;
    private bool _isOpen;               // our INVITE has no final answer
    private bool _isProceeding;
    private bool _isGivenUp;
    private TimeSpan? _cancel;
    private TimeSpan? _succeeded;       // the first 2xx came
    private TimeSpan? _refused;
    private LegModel? _up;

    public CallModel(bool isOurs, TimeSpan now)
    {
        _isOpen = isOurs;
        _start = now;
        Output.Send(isOurs ? "INVITE " : "100 INVITE");
        if (!isOurs)
        {
            _legs.Add(_up = new LegModel(Output, "p", LegState.Incoming) { AnswerBy = now + AnswerWithin });
        }
    }

    public ModelOutput Output { get; } = new();

    /// <summary>What the core counts as dialogs.</summary>
    public int Dialogs => _legs.Count(static leg => leg.Exists) + (_isOpen ? 1 : 0);

    /// <summary>The dialog that the application's commands are for.</summary>
    public LegModel? Up => _up;

    public LegModel? Leg(string tag) => _legs.LastOrDefault(leg => leg.Tag == tag);

    public void Provisional(int status, string tag, uint? rseq, bool hasSound, TimeSpan now)
    {
        if (!_isOpen)
        {
            return;
        }

        _isProceeding = true;
        if (_isGivenUp)
        {
            Cancel(now);
        }
        else if (status > 100)
        {
            LegModel leg = Fork(tag);
            if (rseq is { } number)
            {
                if (leg.LastRSeq is { } last && number != last + 1)
                {
                    return;
                }

                leg.LastRSeq = number;
                Output.Send($"PRACK {tag}");
            }

            leg.HasHeardSound |= hasSound;
            Output.Tell(hasSound ? "progress with sound" : "progress");
        }
    }

    public void Success(string tag, bool hasSdp, TimeSpan now)
    {
        bool isLate = !_isOpen && (_succeeded is null || now >= _succeeded + LegModel.GiveUp);
        if (isLate)
        {
            return;
        }

        Output.Send($"ACK {tag}");
        if (!_answered.Add(tag))
        {
            return;
        }

        _succeeded ??= now;
        bool isFirst = _isOpen && !_isGivenUp;
        LegModel leg = Fork(tag);
        leg.IsSilent = !isFirst;
        leg.Confirm();
        _isOpen = false;
        CloseEarly();
        if (!isFirst)
        {
            leg.HangUp(SipCallEndOf.LocalHangUp, now);
            return;
        }

        _up = leg;
        if (hasSdp || leg.HasHeardSound)
        {
            Output.Tell("answer");
            Output.Tell("confirmed");
        }
        else
        {
            leg.HangUp(SipCallEndOf.AnswerMissing, now);
        }
    }

    public void Refusal(string tag, TimeSpan now)
    {
        if (_isOpen)
        {
            _refused = now;
            Output.Send($"ACK {tag}");
            Finish();
            TellEnd(SipCallEndOf.Refused);
        }
        else if (_refused is { } since && now < since + LegModel.GiveUp)
        {
            Output.Send("ACK a");       // the same as the first time
        }
    }

    public void HangUp(TimeSpan now) => HangUp(SipCallEndOf.LocalHangUp, now);

    public TimeSpan NextDeadline
    {
        get
        {
            TimeSpan own = !_isOpen ? TimeSpan.MaxValue
                : !_isProceeding ? _start + LegModel.GiveUp
                : _cancel is { } since ? since + LegModel.GiveUp
                : _isGivenUp ? TimeSpan.MaxValue
                : _start + AnswerWithin;
            return _legs.Select(static leg => leg.NextDeadline).Append(own).Min();
        }
    }

    public void AdvanceTo(TimeSpan end)
    {
        while (NextDeadline is var now && now <= end)
        {
            foreach (LegModel leg in _legs.ToArray())
            {
                leg.OnTime(now);
            }

            OnTime(now);
        }
    }

    private void OnTime(TimeSpan now)
    {
        if (!_isOpen)
        {
            return;
        }

        if (!_isProceeding && now >= _start + LegModel.GiveUp)
        {
            Finish();
            TellEnd(SipCallEndOf.PeerGone);
        }
        else if (_cancel + LegModel.GiveUp <= now)
        {
            Finish();
        }
        else if (!_isGivenUp && now >= _start + AnswerWithin)
        {
            HangUp(SipCallEndOf.NotAnswered, now);
        }
    }

    private void HangUp(SipCallEndOf kind, TimeSpan now)
    {
        if (_up is not null)
        {
            _up.HangUp(kind, now);
        }
        else if (_isOpen && !_isGivenUp)
        {
            TellEnd(kind);
            if (_isProceeding)
            {
                Cancel(now);
            }
        }
    }

    private void TellEnd(SipCallEndOf kind)
    {
        Output.TellEnd(kind);
        _isGivenUp = true;
    }

    private void Cancel(TimeSpan now)
    {
        if (_cancel is null)
        {
            _cancel = now;
            Output.Send("CANCEL ");
        }
    }

    private void Finish()
    {
        _isOpen = false;
        CloseEarly();
    }

    private void CloseEarly()
    {
        foreach (LegModel leg in _legs.Where(static leg => leg.State == LegState.Early))
        {
            leg.Close();
        }
    }

    private LegModel Fork(string tag)
    {
        if (Leg(tag) is { State: LegState.Early } known)
        {
            return known;
        }

        LegModel leg = new(Output, tag, LegState.Early);
        _legs.Add(leg);
        return leg;
    }
}
