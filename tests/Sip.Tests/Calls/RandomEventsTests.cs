using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Random legal and illegal sequences of events on both sides, held against what must be true of every call.</summary>
public sealed class RandomEventsTests
{
    private const int Sequences = 4000;

    [Fact]
    [Trait("Req", "TRX4")]
    [Trait("Req", "DLG3")]
    [Trait("Req", "DLG4")]
    [Trait("Req", "DLG5")]
    [Trait("Req", "DLG8")]
    [Trait("Req", "DLG9")]
    public void Nothing_leaks_nothing_throws_and_each_INVITE_has_one_final_answer()
    {
        for (int seed = 0; seed < Sequences; seed++)
        {
            try
            {
                new Run(seed).Play();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        }
    }

    private sealed class Run
    {
        private readonly SimulatedNetwork _network;
        private readonly SimulatedApp _app = new();
        private readonly SimulatedBridge _bridge;
        private readonly SimulatedPhone _phone;
        private readonly Random _random;
        private readonly List<(TimeSpan At, SipRequest Request)> _sent = [];
        private readonly bool _isStream;
        private bool _hasOwnOffers;
        private ClientTransaction? _reinvite;

        public Run(int seed)
        {
            LinkQuality quality = (seed % 3) switch
            {
                0 => default,
                1 => new LinkQuality(0.1, 0.1, 300),
                _ => new LinkQuality(0.3, 0.3, 2000),
            };
            _network = new SimulatedNetwork(seed, quality);
            _random = _network.Random;
            _bridge = new SimulatedBridge(_network, _app);
            _app.OnCall = _random.Next(3) == 0 ? static _ => { } : static call => call.Call.Accept(Descriptions.Ours, TimeSpan.FromSeconds(90));
            _app.OnOffer = _random.Next(2) == 0 ? static (_, _) => { } : static (call, _) => call.Call.AnswerOffer(Descriptions.Ours);
            _isStream = seed % 5 == 0;
            _phone = new SimulatedPhone(_network, _isStream ? SipTransportKind.Tcp : SipTransportKind.Udp)
            {
                IgnoredOks = _random.Next(4) == 0 ? _random.Next(20) : 0,
                AckBody = _random.Next(2) == 0 ? Descriptions.Theirs : null,
            };
        }

        public void Play()
        {
            bool isLate = _random.Next(4) == 0;
            _hasOwnOffers = isLate;
            _phone.Invite(isLate ? null : Descriptions.Theirs, invite =>
            {
                AskForTimer(invite);
                if (_random.Next(4) == 0)
                {
                    invite.Headers.Add("Require", "100rel");
                }
            });
            _sent.Add((_network.Now, _phone.Invitation!.Request));
            for (int steps = _random.Next(25); steps > 0; steps--)
            {
                _network.Run(_random.Next(4) switch { 0 => 0, 1 => 0.015, 2 => 1, _ => 8 * _random.NextDouble() });
                Step();
            }

            int rest = ((int[])[0, 40, 300])[_random.Next(3)];
            _hasOwnOffers |= rest > 45;     // a refresh of ours may be a re-INVITE
            _network.Run(rest);
            HangUpAll();
            _network.Run(40);
            HangUpAll();    // a call whose INVITE was still on its way
            _network.RunToEnd();
            Judge();
        }

        private void HangUpAll()
        {
            foreach (AppCall call in _app.Calls)
            {
                call.Call.HangUp(SipHangUp.Normal);
            }

            _bridge.Flush();
        }

        private void Step()
        {
            switch (_random.Next(20))
            {
                case 0:
                    _phone.Cancel();
                    break;
                case 1 when _reinvite is not null:
                    _phone.Cancel(_reinvite);
                    break;
                case 2:
                    InDialog("BYE");
                    break;
                case 3 or 4:
                    _hasOwnOffers |= _random.Next(4) == 0;
                    InDialog("INVITE", _hasOwnOffers ? null : Descriptions.Hold, change: AskForTimer);
                    break;
                case 5:
                    InDialog("UPDATE", _random.Next(2) == 0 ? null : Descriptions.Theirs, change: AskForTimer);
                    break;
                case 6:
                    InDialog("INFO", "5", "application/dtmf");
                    break;
                case 7:
                    InDialog(((string[])["OPTIONS", "PRACK", "REFER", "NOTIFY", "MESSAGE", "WEIRD"])[_random.Next(6)]);
                    break;
                case 8:
                    Repeat(_sent[_random.Next(_sent.Count)]);
                    break;
                case 9 when _phone.Dialog is not null:
                    _phone.Ack((uint)_random.Next(1, 5));
                    break;
                case 10:
                    InDialog("INFO", change: static info => info.Headers.Set("CSeq", "0 INFO"));
                    break;
                case 11:
                    _phone.SendRaw("INVITE sip:x SIP/2.0\r\nVia: nonsense\r\n\r\n");
                    break;
                case 12:
                    _network.IsCut = _random.Next(3) == 0;
                    break;
                default:
                    Command();
                    break;
            }
        }

        private void Command()
        {
            if (_app.Calls.Count == 0)
            {
                return;
            }

            SipCall call = _app.Calls[_random.Next(_app.Calls.Count)].Call;
            switch (_random.Next(9))
            {
                case 0:
                    call.Ring();
                    break;
                case 1 or 2:
                    call.Accept(Descriptions.Ours);
                    break;
                case 3:
                    call.Reject(_random.Next(300, 700));
                    break;
                case 4:
                    call.AnswerOffer(Descriptions.Ours);
                    break;
                case 5:
                    call.RefuseOffer(488, null);
                    break;
                case 6:
                    call.Probe();
                    break;
                case 7:
                    _hasOwnOffers = true;
                    _phone.Answers.Enqueue(((int[])[200, 491, 488, 481, 0])[_random.Next(5)]);
                    call.SendOffer(Descriptions.Ours);
                    break;
                default:
                    call.HangUp((SipHangUp)_random.Next(4));
                    break;
            }

            _bridge.Flush();
        }

        private void InDialog(string method, string? body = null, string type = "application/sdp", Action<SipRequest>? change = null)
        {
            if (_phone.Dialog is null)
            {
                _phone.Send(method == "INVITE" ? "OPTIONS" : method);
                return;
            }

            ClientTransaction transaction = _phone.SendInDialog(method, body, type, change);
            _reinvite = method == "INVITE" ? transaction : _reinvite;
            _sent.Add((_network.Now, transaction.Request));
        }

        private void AskForTimer(SipRequest request)
        {
            if (_random.Next(3) != 0)
            {
                request.Headers.Add("Supported", "timer");
            }

            if (_random.Next(3) != 0)
            {
                request.Headers.Add("Session-Expires", ((string[])["90", "90;refresher=uac", "91;refresher=uas", "9"])[_random.Next(4)]);
            }

            if (_random.Next(2) != 0)
            {
                request.Headers.Add("Allow", "INVITE, UPDATE");
            }
        }

        // A stream repeats nothing, and no network keeps a datagram for longer than T4 (5 s): later it would rightly be a new request.
        private void Repeat((TimeSpan At, SipRequest Request) sent)
        {
            if (!_isStream && _network.Now - sent.At < TimeSpan.FromSeconds(2))
            {
                _phone.SendRaw(sent.Request);
            }
        }

        private void Judge()
        {
            _bridge.AssertEmpty();
            Assert.All(_app.Calls, static call => Assert.NotNull(call.End));
            foreach (IGrouping<(string CallId, string? Branch), SipResponse> answers in _phone.Arrived
                .Select(static item => item.Message).OfType<SipResponse>()
                .Where(static response => response.CSeq.Method == "INVITE" && response.StatusCode >= 200)
                .GroupBy(static response => (response.CallId, response.TopVia.Branch)))
            {
                Assert.Single(answers.Select(static response => (response.StatusCode, response.To.Tag)).Distinct());
            }

            // DLG4: 491 only when an offer of ours was open.
            Assert.True(_hasOwnOffers || !_phone.Responses(491).Any());
        }
    }
}
