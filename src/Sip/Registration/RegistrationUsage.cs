using System.Globalization;
using System.Net;
using PhoneBridge.Sip.Authentication;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Registration;

/// <summary>Keeps one registration: refreshes it in time, tries again after failures for ever, takes it back at the end.</summary>
/// <remarks>Sans-IO, run by the owner of the agent. One request at a time is on its way (RFC 3261 §10.2).</remarks>
internal sealed class RegistrationUsage : IClientTransactionUser, IDeadline
{
    // A refresh that is lost takes 64·T1 to be known as such; so much before the end there is time for another.
    private static readonly TimeSpan SpareTime = TimeSpan.FromSeconds(40);

    private readonly SipUserAgent _agent;
    private readonly SipRegistrationOptions _options;
    private readonly Func<SipTransportKind, IPEndPoint, SipFlow?> _route;
    private readonly Action<SipRegistrationStatus> _onChange;
    private readonly string _callId;
    private readonly string _fromTag;
    private readonly SipUri _domain;
    private readonly SipUri _address;
    private IReadOnlyList<IPEndPoint> _registrars;
    private int _turn;
    private int _failedInTurn;
    private DigestClient _digest;
    private ClientTransaction? _transaction;
    private SipUri _contact = SipUri.Unusable;
    private uint _cseq;
    private TimeSpan _expires;
    private TimeSpan _boundUntil = TimeSpan.MinValue;
    private TimeSpan _deadline = TimeSpan.MaxValue;
    private int _failures;
    private bool _isExpiresRaised;
    private bool _isStopping;
    private bool _isLeaveSent;
    private volatile SipRegistrationRoutes _routes = SipRegistrationRoutes.None;

    /// <summary>Prepares the registration; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="agent">Whose transactions, tokens and guard are used.</param>
    /// <param name="options">What to register, and where.</param>
    /// <param name="route">The way to an address; null when there is none now.</param>
    /// <param name="onChange">Told each new status, on the agent's thread.</param>
    /// <param name="now">The time.</param>
    public RegistrationUsage(
        SipUserAgent agent, SipRegistrationOptions options, Func<SipTransportKind, IPEndPoint, SipFlow?> route,
        Action<SipRegistrationStatus> onChange, TimeSpan now)
    {
        _agent = agent;
        _options = options;
        _route = route;
        _onChange = onChange;
        _registrars = options.Registrars;
        _expires = options.Expires;
        _callId = agent.Tokens.Tag() + agent.Tokens.Tag();
        _fromTag = agent.Tokens.Tag();
        _domain = new SipUri { Scheme = "sip", Host = options.Domain };
        _address = _domain with { EncodedUser = options.User };
        _digest = new DigestClient(options.Credentials, agent.Tokens);
        Status = new SipRegistrationStatus(SipRegistrationState.Registering, SipRegistrationReason.None, 0, now);
    }

    /// <summary>How it stands.</summary>
    public SipRegistrationStatus Status { get; private set; }

    /// <summary>What the last 2xx said of the ways to and from the registrar. Any thread.</summary>
    public SipRegistrationRoutes Routes => _routes;

    /// <summary>How requests go.</summary>
    public SipTransportKind Transport => _options.Transport;

    /// <summary>Where requests go now.</summary>
    public IPEndPoint Registrar => _registrars[_turn % _registrars.Count];

    /// <inheritdoc/>
    public TimeSpan Deadline => _deadline;

    /// <inheritdoc/>
    public int QueueIndex { get; set; } = -1;

    /// <summary>The way that the last request went; null before the first.</summary>
    public SipFlow? Flow { get; private set; }

    /// <summary>For the trace: which of our requests.</summary>
    public string CallId => _callId;

    /// <summary>Sends the first REGISTER.</summary>
    public void Start(TimeSpan now) => Send(now);

    /// <summary>The registrar is at these places now. The one in use stays in use when it is among them.</summary>
    public void MoveTo(IReadOnlyList<IPEndPoint> registrars)
    {
        IPEndPoint current = Registrar;
        _registrars = registrars;
        _turn = Math.Max(0, registrars.ToList().IndexOf(current));
    }

    /// <summary>Takes the registration back, after the answer to a request that is on its way.</summary>
    public void Stop(TimeSpan now)
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        WakeAt(TimeSpan.MaxValue);
        if (_transaction is null)
        {
            Leave(now);
        }
    }

    /// <summary>Sends what is due.</summary>
    public void OnTime(TimeSpan now)
    {
        if (now >= _deadline)
        {
            WakeAt(TimeSpan.MaxValue);
            Send(now);
        }
    }

    /// <summary>A defect showed itself: the registration goes on as after a failure.</summary>
    public void OnFault(TimeSpan now)
    {
        _transaction = null;
        Fail(SipRegistrationReason.TransportFailed, 0, TimeSpan.Zero, now);
    }

    /// <inheritdoc/>
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (transaction != _transaction || response.StatusCode < 200)
        {
            return;
        }

        _transaction = null;
        switch (response.StatusCode)
        {
            case < 300:
                _digest.OnAccepted();
                OnSuccess(response, now);
                break;
            case 401 or 407:
                OnChallenge(response, now);
                break;
            case 423 when !_isLeaveSent && !_isExpiresRaised && RegistrationAnswer.MinExpires(response) is { } least && least > _expires:
                _digest.OnAccepted();
                _expires = least;
                _isExpiresRaised = true;
                Proceed(now);
                break;
            case 403 or 404:
                Refuse(SipRegistrationReason.Rejected, response.StatusCode, now);
                break;
            default:
                Fail(SipRegistrationReason.Rejected, response.StatusCode, RegistrationAnswer.RetryAfter(response), now);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now)
    {
        if (transaction == _transaction)
        {
            _transaction = null;
            Fail(
                failure == TransactionEvent.TimedOut ? SipRegistrationReason.TimedOut : SipRegistrationReason.TransportFailed,
                statusCode: 0, TimeSpan.Zero, now);
        }
    }

    private void OnSuccess(SipResponse ok, TimeSpan now)
    {
        if (_isLeaveSent)
        {
            End(now);
            return;
        }

        TimeSpan granted = RegistrationAnswer.Granted(ok, _contact, _expires);
        if (granted == TimeSpan.Zero)
        {
            Fail(SipRegistrationReason.NotBound, ok.StatusCode, TimeSpan.Zero, now);
            return;
        }

        _failures = 0;
        _failedInTurn = 0;
        _isExpiresRaised = false;
        _boundUntil = now + granted;
        _routes = new SipRegistrationRoutes(
            RegistrationAnswer.Routes(ok, SipHeaderNames.ServiceRoute), RegistrationAnswer.Routes(ok, SipHeaderNames.Path));
        Change(SipRegistrationState.Registered, SipRegistrationReason.None, ok.StatusCode, now);
        if (_isStopping)
        {
            Leave(now);
            return;
        }

        // Not all trunks at the same moment, and before 90 % of the time (profile of the trunks).
        TimeSpan usual = granted * _agent.Tokens.Between(75, 85) / 100;
        TimeSpan early = granted - SpareTime;
        WakeAt(now + (early > granted / 2 && early < usual ? early : usual));
    }

    private void OnChallenge(SipResponse response, TimeSpan now)
    {
        switch (_digest.OnChallenge(response))
        {
            case DigestVerdict.Retry:
                Proceed(now);
                break;
            case DigestVerdict.Refused:
                Refuse(SipRegistrationReason.WrongCredentials, response.StatusCode, now);
                break;
            default:
                Refuse(SipRegistrationReason.UnknownChallenge, response.StatusCode, now);
                break;
        }
    }

    // The same request once more, with what was learned; or, when we are to stop meanwhile, the last one.
    private void Proceed(TimeSpan now)
    {
        if (_isStopping && !_isLeaveSent)
        {
            Leave(now);
        }
        else
        {
            Send(now);
        }
    }

    private void Refuse(SipRegistrationReason reason, int statusCode, TimeSpan now)
    {
        if (_isStopping)
        {
            End(now);
            return;
        }

        _boundUntil = TimeSpan.MinValue;
        Change(SipRegistrationState.Refused, reason, statusCode, now);
    }

    private void Fail(SipRegistrationReason reason, int statusCode, TimeSpan retryAfter, TimeSpan now)
    {
        if (_isLeaveSent)
        {
            End(now);
            return;
        }

        if (_isStopping)
        {
            Leave(now);
            return;
        }

        _digest = new DigestClient(_options.Credentials, _agent.Tokens);
        _isExpiresRaised = false;
        if (statusCode is 0 or >= 500)
        {
            _turn = (_turn + 1) % _registrars.Count;
            if (++_failedInTurn < _registrars.Count)
            {
                Send(now);      // RFC 3263 §4.3: the next place at once; how it stands is told when none is left
                return;
            }

            _failedInTurn = 0;
        }

        TimeSpan wait = NextWait();
        WakeAt(now + (retryAfter > wait ? retryAfter : wait));
        Change(SipRegistrationState.Failing, reason, statusCode, now);
    }

    // RFC 5626 §4.5: doubling up to a cap, of which a random half to the whole is waited.
    private TimeSpan NextWait()
    {
        double whole = Math.Min(
            _options.LongestWait.TotalMilliseconds, _options.FirstWait.TotalMilliseconds * Math.Pow(2, _failures));
        _failures = Math.Min(_failures + 1, 30);
        return TimeSpan.FromMilliseconds(_agent.Tokens.Between((int)(whole / 2), (int)whole));
    }

    private void Leave(TimeSpan now)
    {
        if (now >= _boundUntil)
        {
            End(now);
            return;
        }

        _isLeaveSent = true;
        Change(SipRegistrationState.Leaving, SipRegistrationReason.None, Status.StatusCode, now);
        Send(now);
    }

    private void End(TimeSpan now)
    {
        WakeAt(TimeSpan.MaxValue);
        _agent.Registrations.Forget(this);
        Change(SipRegistrationState.Ended, SipRegistrationReason.None, Status.StatusCode, now);
    }

    private void Send(TimeSpan now)
    {
        if (_route(_options.Transport, Registrar) is not { } flow)
        {
            Fail(SipRegistrationReason.TransportFailed, statusCode: 0, TimeSpan.Zero, now);
            return;
        }

        Flow = flow;
        SipNameAddress address = new(_address);
        SipNameAddress contact = _agent.ContactOf(flow, _options.User);
        _contact = contact.Uri;
        string seconds = ((int)(_isLeaveSent ? TimeSpan.Zero : _expires).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        SipRequest request = new(SipMethods.Register, _domain);
        request.Headers.Add(SipHeaderNames.MaxForwards, "70");
        if (_options.OutboundProxy is { } proxy)
        {
            request.Headers.Add(SipHeaderNames.Route, new SipNameAddress(proxy with { Parameters = proxy.Parameters.With("lr", null) }).ToString());
        }

        request.Headers.Add(SipHeaderNames.From, address.WithTag(_fromTag).ToString());
        request.Headers.Add(SipHeaderNames.To, address.ToString());
        request.Headers.Add(SipHeaderNames.CallId, _callId);
        request.Headers.Add(SipHeaderNames.CSeq, new SipCSeq(++_cseq, SipMethods.Register).ToString());
        request.Headers.Add(SipHeaderNames.Contact, (contact with { Parameters = contact.Parameters.With("expires", seconds) }).ToString());
        request.Headers.Add(SipHeaderNames.Expires, seconds);
        request.Headers.Add(SipHeaderNames.Supported, "path");
        request.Headers.Add(SipHeaderNames.Allow, SipCapabilities.Allow);
        _digest.Authorize(request);
        _transaction = _agent.Send(request, flow, this, now);
    }

    private void WakeAt(TimeSpan deadline)
    {
        _deadline = deadline;
        _agent.Registrations.Schedule(this);
    }

    private void Change(SipRegistrationState state, SipRegistrationReason reason, int statusCode, TimeSpan now)
    {
        if ((state, reason, statusCode) != (Status.State, Status.Reason, Status.StatusCode))
        {
            Status = new SipRegistrationStatus(state, reason, statusCode, now);
            _agent.Guard(() => _onChange(Status), _callId);
        }
    }
}
