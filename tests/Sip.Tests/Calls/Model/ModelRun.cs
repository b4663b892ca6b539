using System.Globalization;
using System.Net;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Model;

/// <summary>One random sequence of events, given to the real core and to the model, which must agree after each of them.</summary>
internal sealed class ModelRun
{
    private static readonly SipFlow Flow =
        new(SipTransportKind.Udp, SimulatedBridge.Address, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 5060), Channel: 0);

    private static readonly SipUri Us = ReadUri("sip:bridge@192.0.2.1");
    private static readonly SipNameAddress From = new(Us);
    private static readonly SipUri Them = ReadUri("sip:callee@192.0.2.7");
    private static readonly byte[] Theirs = System.Text.Encoding.ASCII.GetBytes(Descriptions.Theirs);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4);

    private readonly Random _random;
    private readonly bool _isOurs;
    private readonly SimulatedApp _app = new() { Network = new SimulatedNetwork(0), OnCall = static _ => { } };
    private readonly SipCounters _counters = new();
    private readonly SipUserAgent _agent;
    private readonly CallModel _model;
    private readonly AppCall _call;
    private readonly HashSet<(string?, string, int)> _known = [];
    private readonly List<string> _sent = [];
    private readonly List<SipRequest> _open = [];
    private readonly List<(TimeSpan At, SipMessage Message)> _given = [];
    private readonly Dictionary<string, uint> _rseqs = [];
    private readonly SipRequest _invite;
    private readonly List<string> _log = [];
    private TimeSpan _now = TimeSpan.FromHours(1);
    private TimeSpan _inviteSentAt;
    private string? _ourTag;
    private uint _cseq = 1;
    private int _branch;
    private int _heard;

    public ModelRun(int seed)
    {
        _random = new Random(seed);
        _isOurs = seed % 2 == 0;
        _agent = new SipUserAgent(new SipUserAgentOptions(), _app, _counters, _app, new SipTokens(new Random(seed)), static () => { });
        _model = new CallModel(_isOurs, _now);
        if (_isOurs)
        {
            _call = new AppCall(_app);
            _call.Call = _agent.Call(
                new SipOutgoingCallOptions { Target = Them, From = From, Flow = Flow, Offer = Descriptions.Ours }, _call);
            _app.Calls.Add(_call);
            Flush();
            _invite = _open[0];
            _ourTag = _invite.From.Tag;
            _open.Clear();
        }
        else
        {
            _invite = Request("INVITE", "p", sequence: 1, toTag: null);
            Give(_invite);
            _call = _app.Only;
        }

        Compare("begin");
    }

    /// <summary>What happened, for a failure.</summary>
    public string Log => string.Join('\n', _log);

    public void Play()
    {
        for (int steps = _random.Next(30); steps > 0; steps--)
        {
            Step();
        }

        Command("hang up");
        Pass(TimeSpan.FromSeconds(200));
        Command("hang up");
        Pass(TimeSpan.FromSeconds(200));
        Assert.NotNull(_call.End);
        Assert.Equal(TimeSpan.MaxValue, _agent.Deadline);
        Assert.Equal(
            (0L, 0L, 0L, 0L, 0L),
            (_counters.ServerTransactions, _counters.ClientTransactions, _counters.Dialogs, _counters.Timers, _counters.Faults));
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case 0 or 1 when _isOurs:
                Provisional();
                break;
            case 2 when _isOurs:
                Success();
                break;
            case 3 when _isOurs && _random.Next(3) == 0:
                _model.Refusal("a", _now);
                GiveAnswer(_invite, 486, "a", null);
                Compare("486");
                break;
            case 0 or 1 when _random.Next(3) == 0:
                Cancel();
                break;
            case 2 or 3 when _model.Up is { } leg && leg.Unacknowledged.Any():
                Ack(_random.Next(5) == 0 ? 77 : leg.Unacknowledged.First());
                break;
            case 4 or 5:
                AskWithin();
                break;
            case 6 or 7 when _open.Count > 0:
                AnswerOne();
                break;
            case 8 when _given.Count > 0:
                Repeat();
                break;
            case 9 or 10:
                Command(((string[])["hang up", "offer", "offer", "probe", "ring", "accept", "accept", "reject", "answer"])[_random.Next(9)]);
                break;
            default:
                Pass(TimeSpan.FromSeconds(((double[])[0, 0.4, 3 * _random.NextDouble(), 12 * _random.NextDouble(), 40 * _random.NextDouble()])[_random.Next(5)]));
                break;
        }
    }

    private void Provisional()
    {
        int status = ((int[])[100, 180, 180, 183])[_random.Next(4)];
        string tag = Tag();
        bool hasSound = status > 100 && _random.Next(3) == 0;
        uint? rseq = status > 100 && _random.Next(3) == 0
            ? _rseqs[tag] = _rseqs.GetValueOrDefault(tag, 10u) + (uint)((int[])[0, 1, 1, 1, 2])[_random.Next(5)]
            : null;
        _model.Provisional(status, tag, rseq, hasSound, _now);
        GiveAnswer(_invite, status, status == 100 ? null : tag, hasSound ? Theirs : null, rseq);
        Compare($"{status} {tag} rseq {rseq}");
    }

    private void Success()
    {
        string tag = Tag();
        bool hasSdp = _random.Next(6) != 0;
        _model.Success(tag, hasSdp, _now);
        GiveAnswer(_invite, 200, tag, hasSdp ? Theirs : null);
        Compare($"200 {tag}");
    }

    private void Cancel()
    {
        SipRequest cancel = CancelRequest.Build(_invite);
        if (_known.Contains((_invite.TopVia.Branch, "CANCEL", 200)))
        {
            return;     // absorbed as a repeat, or a new one for which nothing is there any more
        }

        if (_known.Contains((_invite.TopVia.Branch, "INVITE", 200)) || _call.End is not null)
        {
            // The INVITE's transaction lives 32 s longer; after that 481. Both are right, so it is asked only while it rings.
            return;
        }

        _model.Output.Send("200 CANCEL");
        _model.Up!.Refuse(487, SipCallEndOf.Cancelled);
        Give(cancel);
        Compare("CANCEL");
    }

    private void Ack(uint cseq)
    {
        _model.Up!.Ack(cseq, _now);
        SipRequest ack = Request("ACK", _model.Up.Tag, cseq, _ourTag);
        Give(ack);
        Compare($"ACK {cseq}");
    }

    private void AskWithin()
    {
        string method = ((string[])["BYE", "INVITE", "INVITE", "INFO", "OPTIONS", "UPDATE", "PRACK", "REFER", "NOTIFY"])[_random.Next(9)];
        if ((method == "BYE" && _random.Next(3) != 0) || _ourTag is null)
        {
            return;
        }

        string tag = _isOurs ? Tag() : "p";
        bool isOld = method != "INVITE" && _random.Next(12) == 0;
        uint sequence = isOld ? 1 : ++_cseq;
        SipRequest request = Request(method, tag, sequence, _ourTag);
        if (_model.Leg(tag) is { Exists: true } leg)
        {
            leg.Request(method, sequence, _now);
        }
        else
        {
            _model.Output.Send($"481 {method}");
        }

        Give(request);
        Compare($"{method} {tag}");
        if (method == "INVITE" && _model.Up is { } up && up.Unacknowledged.Contains(sequence) && _random.Next(3) != 0)
        {
            Ack(sequence);
        }
    }

    private void AnswerOne()
    {
        SipRequest request = _open[_random.Next(_open.Count)];
        string tag = request.To.Tag ?? "";
        LegModel? leg = _model.Leg(tag);
        int status = request.Method switch
        {
            "INVITE" => ((int[])[200, 200, 488, 491, 481])[_random.Next(5)],
            "OPTIONS" => ((int[])[200, 200, 404, 408, 481])[_random.Next(5)],
            _ => ((int[])[200, 481])[_random.Next(2)],
        };

        // What falls into the wait after a 491 could come before or after our next try.
        if (status == 491 && _model.NextDeadline < _now + TimeSpan.FromSeconds(5))
        {
            return;
        }

        _open.Remove(request);
        switch (request.Method)
        {
            case "INVITE":
                leg?.InviteAnswered(status, _now);
                break;
            case "OPTIONS":
                leg?.ProbeAnswered(status, _now);
                break;
            case "BYE":
                leg?.ByeAnswered();
                break;
        }

        GiveAnswer(request, status, null, request.Method == "INVITE" && status == 200 ? Theirs : null, isRepeatable: false);
        Compare($"{status} to {request.Method} {tag}");
        if (leg is { IsGlare: true })
        {
            Pass(TimeSpan.FromSeconds(4.1), leg);
        }
    }

    // What an unreliable network may do with a message that is not older than T4.
    private void Repeat()
    {
        (TimeSpan at, SipMessage message) = _given[_random.Next(_given.Count)];
        if (_now - at > Fresh)
        {
            return;
        }

        switch (message)
        {
            case SipResponse { StatusCode: >= 300 }:
                _model.Refusal("a", _now);
                break;
            case SipResponse { StatusCode: >= 200 } ok:
                _model.Success(ok.To.Tag!, !ok.Body.IsEmpty, _now);
                break;
            case SipResponse provisional:
                uint? rseq = SipRAck.RSeqOf(provisional);
                _model.Provisional(provisional.StatusCode, provisional.To.Tag ?? "", rseq, !provisional.Body.IsEmpty, _now);
                break;
            case SipRequest { Method: "ACK" } ack:
                _model.Up!.Ack(ack.CSeq.Number, _now);
                break;
        }

        _log.Add($"again: {message}");
        Arrive(message);
        Compare($"repeated {message}");
    }

    private void Command(string what)
    {
        switch (what)
        {
            case "hang up":
                _model.HangUp(_now);
                _call.Call.HangUp(SipHangUp.Normal);
                break;
            case "offer":
                _model.Up?.WantOffer(_now);
                _call.Call.SendOffer(Descriptions.Ours);
                break;
            case "probe":
                _model.Up?.Probe(_now);
                _call.Call.Probe();
                break;
            case "ring":
                if (_model.Up?.State == LegState.Incoming && !_known.Contains((_invite.TopVia.Branch, "INVITE", 180)))
                {
                    _model.Output.Send("180 INVITE");
                }

                _call.Call.Ring();
                break;
            case "accept":
                _model.Up?.Accept(1, _now);
                _call.Call.Accept(Descriptions.Ours);
                break;
            case "reject":
                _model.Up?.Refuse(486, SipCallEndOf.Rejected);
                _call.Call.Reject(486);
                break;
            default:
                _call.Call.AnswerOffer(Descriptions.Ours);      // to nothing that was asked
                break;
        }

        Flush();
        Compare(what);
    }

    private void Pass(TimeSpan time, LegModel? waiting = null)
    {
        TimeSpan end = _now + time;
        while (_agent.Deadline <= end)
        {
            _now = _agent.Deadline;
            _agent.OnTime(_now);
            Flush();
        }

        _now = end;
        waiting?.GlareOver(_inviteSentAt);
        _model.AdvanceTo(end);
        Compare($"{time.TotalSeconds:0.###} s pass");
    }

    private string Tag() => ((string[])["a", "a", "a", "b", "c"])[_random.Next(5)];

    private void Give(SipRequest request)
    {
        _given.Add((_now, request));
        Arrive(request);
    }

    private void GiveAnswer(SipRequest to, int status, string? tag, byte[]? sdp, uint? rseq = null, bool isRepeatable = true)
    {
        SipResponse response = SipResponse.For(to, status, toTag: tag);
        response.Headers.Add("Contact", "<sip:callee@192.0.2.7>");
        if (rseq is { } number)
        {
            response.Headers.Add("Require", "100rel");
            response.Headers.Add("RSeq", number.ToString(CultureInfo.InvariantCulture));
        }

        if (sdp is not null)
        {
            response.SetBody(SdpSession.ContentType, sdp);
        }

        if (isRepeatable)
        {
            _given.Add((_now, response));
        }

        Arrive(response);
    }

    private void Arrive(SipMessage message)
    {
        _agent.OnMessage(new SipParseResult(message, SipParseError.None, null), Flow, _now);
        Flush();
    }

    private SipRequest Request(string method, string tag, uint sequence, string? toTag)
    {
        SipRequest request = new(method, Us);
        request.Headers.Add("Via", string.Create(CultureInfo.InvariantCulture, $"SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK{++_branch}"));
        request.Headers.Add("From", $"<sip:callee@192.0.2.7>;tag={tag}");
        request.Headers.Add("To", toTag is null ? "<sip:bridge@192.0.2.1>" : $"<sip:bridge@192.0.2.1>;tag={toTag}");
        request.Headers.Add("Call-ID", _isOurs ? _invite.CallId : "theirs");
        request.Headers.Add("CSeq", string.Create(CultureInfo.InvariantCulture, $"{sequence} {method}"));
        request.Headers.Add("Contact", "<sip:callee@192.0.2.7>");
        if (method == "INVITE")
        {
            request.SetBody(SdpSession.ContentType, Theirs);
        }

        return request;
    }

    // Keeps what goes out for the first time; an ACK counts each time, for it is repeated on demand only.
    private void Flush()
    {
        _agent.RunCommands(_now);
        while (_agent.Outbox.TryTake(out SipOutgoing outgoing))
        {
            switch (outgoing.Message)
            {
                case SipRequest request when request.Method == "ACK" || _known.Add((request.TopVia.Branch, request.Method, 0)):
                    _sent.Add($"{request.Method} {request.To.Tag}");
                    if (request.Method != "ACK")
                    {
                        _open.Add(request);
                        _inviteSentAt = request.Method == "INVITE" ? _now : _inviteSentAt;
                    }

                    break;
                case SipResponse response when _known.Add((response.TopVia.Branch, response.CSeq.Method, response.StatusCode)):
                    _sent.Add($"{response.StatusCode} {response.CSeq.Method}");
                    _ourTag ??= response.To.Tag;
                    break;
            }
        }
    }

    private void Compare(string step)
    {
        _log.Add($"{(_now - TimeSpan.FromHours(1)).TotalSeconds:0.###}: {step} → {string.Join(", ", _sent)} | {string.Join(", ", _call.Heard.Skip(_heard))}");
        Assert.Equal(_model.Output.Sent.Order(), _sent.Order());
        Assert.Equal(_model.Output.Told, _call.Heard.Skip(_heard).Select(what => what == "ended" ? $"ended {_call.End!.Value.Kind}" : what));
        Assert.Equal(_model.Dialogs, _counters.Dialogs);
        _heard = _call.Heard.Count;
        _sent.Clear();
        _model.Output.Clear();
    }

    private static SipUri ReadUri(string text)
    {
        Assert.True(SipUri.TryParse(text, out SipUri uri));
        return uri;
    }
}
