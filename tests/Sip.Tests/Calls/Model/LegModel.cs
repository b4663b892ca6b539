namespace PhoneBridge.Sip.Tests.Calls.Model;

internal enum LegState
{
    Early,
    Incoming,
    Accepted,
    Confirmed,
    Closing,
    Closed,
}

/// <summary>
/// One dialog as RFC 3261 §12 to §15 and RFC 6026 have it, told in facts and not in machines: what is open since when. It shares
/// nothing with the code that it is held against.
/// </summary>
internal sealed class LegModel(ModelOutput output, string tag, LegState state)
{
    public static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(32);

    private readonly Dictionary<uint, TimeSpan> _unacknowledged = [];
    private TimeSpan? _invite;      // our re-INVITE is out
    private TimeSpan? _probe;
    private TimeSpan? _bye;
    private bool _isOfferWanted;
    private uint _lastCSeq;

    public string Tag => tag;

    public LegState State { get; private set; } = state;

    /// <summary>The application hears nothing of this one.</summary>
    public bool IsSilent { get; set; }

    /// <summary>When the application must have answered, for a call that came in.</summary>
    public TimeSpan? AnswerBy { get; init; }

    /// <summary>Ours met the peer's and waits.</summary>
    public bool IsGlare { get; private set; }

    public uint? LastRSeq { get; set; }

    public bool HasHeardSound { get; set; }

    public bool Exists => State != LegState.Closed || _unacknowledged.Count > 0;

    public IEnumerable<uint> Unacknowledged => _unacknowledged.Keys;

    public TimeSpan NextDeadline
    {
        get
        {
            IEnumerable<TimeSpan> all = _unacknowledged.Values
                .Concat(((TimeSpan?[])[_invite, _probe, _bye]).OfType<TimeSpan>()).Select(static since => since + GiveUp);
            return (State == LegState.Incoming ? all.Append(AnswerBy!.Value) : all).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        }
    }

    public void Request(string method, uint cseq, TimeSpan now)
    {
        if (cseq < _lastCSeq)
        {
            output.Send($"500 {method}");
            return;
        }

        _lastCSeq = cseq;
        switch (method)
        {
            case "BYE" when State != LegState.Closed:
                output.Send("200 BYE");
                OnBye();
                break;
            case var _ when State is LegState.Closing or LegState.Closed:
                output.Send($"481 {method}");
                break;
            case "INVITE" when _invite is not null || State == LegState.Early:
                output.Send("491 INVITE");
                break;
            case "INVITE" when State == LegState.Incoming:
                output.Send("500 INVITE");
                break;
            case "INVITE":
                output.Send("100 INVITE");
                output.Tell("offer");
                output.Send("200 INVITE");
                _unacknowledged[cseq] = now;
                break;
            case "INFO":
                output.Send("200 INFO");
                Tell("info");
                break;
            case "UPDATE" or "OPTIONS":
                output.Send($"200 {method}");
                break;
            default:
                output.Send(method switch { "PRACK" => "481 PRACK", "REFER" => "603 REFER", _ => $"489 {method}" });
                break;
        }
    }

    public void Accept(uint cseq, TimeSpan now)
    {
        if (State == LegState.Incoming)
        {
            State = LegState.Accepted;
            output.Send("200 INVITE");
            _unacknowledged[cseq] = now;
        }
    }

    public void Refuse(int status, SipCallEndOf kind)
    {
        if (State == LegState.Incoming)
        {
            State = LegState.Closed;
            output.Send($"{status} INVITE");
            End(kind);
        }
    }

    public void Ack(uint cseq, TimeSpan now)
    {
        if (!_unacknowledged.Remove(cseq))
        {
            return;
        }

        switch (State)
        {
            case LegState.Closing when _bye is null:
                Bye(now);
                break;
            case LegState.Accepted:
                State = LegState.Confirmed;
                Tell("confirmed");
                break;
        }

        SendOffer(now);
    }

    /// <summary>A fork of ours answered.</summary>
    public void Confirm() => State = LegState.Confirmed;

    public void WantOffer(TimeSpan now)
    {
        if (State is not (LegState.Closing or LegState.Closed) && _invite is null)
        {
            _isOfferWanted = true;
            SendOffer(now);
        }
    }

    public void InviteAnswered(int status, TimeSpan now)
    {
        if (_invite is null)
        {
            return;
        }

        _invite = null;
        output.Send($"ACK {tag}");
        switch (status)
        {
            case 200:
                _isOfferWanted = false;
                Tell("answer");
                break;
            case 491:
                IsGlare = true;
                break;
            case 481:
                HangUp(SipCallEndOf.PeerGone, now);
                break;
            default:
                _isOfferWanted = false;
                Tell("offer failed");
                break;
        }
    }

    /// <summary>The wait after 491 is over; our INVITE went out again at that moment, if it could.</summary>
    public void GlareOver(TimeSpan at)
    {
        IsGlare = false;
        SendOffer(at);
    }

    public void Probe(TimeSpan now)
    {
        if (State == LegState.Confirmed && _probe is null)
        {
            _probe = now;
            output.Send($"OPTIONS {tag}");
        }
    }

    public void ProbeAnswered(int status, TimeSpan now)
    {
        if (_probe is null)
        {
            return;
        }

        _probe = null;
        if (State != LegState.Confirmed)
        {
            return;
        }

        if (status is 408 or 481)
        {
            HangUp(SipCallEndOf.PeerGone, now);
        }
        else
        {
            Tell("alive");
        }
    }

    public void ByeAnswered()
    {
        if (_bye is not null)
        {
            Close();
        }
    }

    public void HangUp(SipCallEndOf kind, TimeSpan now)
    {
        switch (State)
        {
            case LegState.Incoming:
                Refuse(480, kind);
                break;
            case LegState.Accepted:
                State = LegState.Closing;
                End(kind);
                break;
            case LegState.Confirmed:
                Bye(now);
                End(kind);
                break;
        }
    }

    public void Close()
    {
        State = LegState.Closed;
        _invite = _probe = _bye = null;
        _isOfferWanted = IsGlare = false;
    }

    /// <summary>Acts on what is due at that moment; transactions come first.</summary>
    public void OnTime(TimeSpan now)
    {
        if (_bye + GiveUp <= now)
        {
            Close();
        }

        if (_probe + GiveUp <= now || _invite + GiveUp <= now)
        {
            _probe = null;
            HangUp(SipCallEndOf.PeerGone, now);
        }

        if (State == LegState.Incoming && AnswerBy <= now)
        {
            HangUp(SipCallEndOf.NotAnswered, now);
        }

        if (_unacknowledged.Values.Any(since => since + GiveUp <= now))
        {
            _unacknowledged.Clear();
            if (State != LegState.Closed && _bye is null)
            {
                Bye(now);
                End(SipCallEndOf.NoAck);
            }
        }
    }

    private void OnBye()
    {
        switch (State)
        {
            case LegState.Incoming:
                Refuse(487, SipCallEndOf.Cancelled);
                break;
            case LegState.Early:
                Close();
                break;
            default:
                Close();
                End(SipCallEndOf.RemoteHangUp);
                break;
        }
    }

    private void SendOffer(TimeSpan now)
    {
        if (_isOfferWanted && _invite is null && !IsGlare && State == LegState.Confirmed && _unacknowledged.Count == 0)
        {
            _invite = now;
            output.Send($"INVITE {tag}");
        }
    }

    private void Bye(TimeSpan now)
    {
        State = LegState.Closing;
        _invite = null;
        _isOfferWanted = IsGlare = false;
        _bye = now;
        output.Send($"BYE {tag}");
    }

    private void Tell(string what)
    {
        if (!IsSilent)
        {
            output.Tell(what);
        }
    }

    private void End(SipCallEndOf kind)
    {
        if (!IsSilent)
        {
            output.TellEnd(kind);
        }
    }
}
