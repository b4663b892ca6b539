using System.Collections.Concurrent;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Registration;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>The user agent core (RFC 3261 §8.2, §12 to §15): messages, commands and the time go in; messages and events come out.</summary>
/// <remarks>
/// Sans-IO. Owned by one thread, except <see cref="Post"/> and <see cref="IsDraining"/>. After every call the owner sends what
/// is in <see cref="Outbox"/> and comes back at <see cref="Deadline"/>.
/// </remarks>
internal sealed class SipUserAgent : IServerTransactionUser
{
    private readonly RequestsOutsideDialogs _outside;
    private readonly SipCounters _counters;
    private readonly ISipTrace _trace;
    private readonly Action _wake;
    private readonly LocalIdentity _identity;
    private readonly TransactionTable _transactions;
    private readonly Dictionary<DialogId, InviteUsage> _dialogs = [];
    private readonly HashSet<OutgoingCall> _outgoing = [];
    private readonly DeadlineQueue<ICallLeg> _deadlines = new();
    private readonly ConcurrentQueue<(ICallLeg Leg, Action<ICallLeg, TimeSpan> Run)> _commands = new();
    private volatile bool _isDraining;
    private int _halfOpen;

    /// <summary>Builds the core; nothing is started.</summary>
    /// <param name="options">Surroundings.</param>
    /// <param name="handler">The application.</param>
    /// <param name="counters">Where to count.</param>
    /// <param name="trace">Who watches.</param>
    /// <param name="tokens">Source of tags and branches.</param>
    /// <param name="wake">Called, on any thread, when a command waits.</param>
    public SipUserAgent(
        SipUserAgentOptions options, ISipCallHandler handler, SipCounters counters, ISipTrace trace, SipTokens tokens, Action wake)
    {
        Options = options;
        Tokens = tokens;
        _outside = new RequestsOutsideDialogs(this, handler, counters);
        _counters = counters;
        _trace = trace;
        _wake = wake;
        _identity = new LocalIdentity(options);
        Registrations = new RegistrationTable(this);
        _transactions = new TransactionTable(options.Timers, Outbox, this, options.MaxTransactions);
    }

    /// <summary>Surroundings.</summary>
    public SipUserAgentOptions Options { get; }

    /// <summary>Tags, branches, random waits.</summary>
    public SipTokens Tokens { get; }

    /// <summary>What is to be sent.</summary>
    public SipOutbox Outbox { get; } = new();

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan usages = _deadlines.Next < Registrations.Deadline ? _deadlines.Next : Registrations.Deadline;
            return _transactions.Deadline < usages ? _transactions.Deadline : usages;
        }
    }

    /// <summary>Its registrations.</summary>
    public RegistrationTable Registrations { get; }

    /// <summary>The way that the message came that is being worked on.</summary>
    public SipFlow Arrival { get; private set; }

    /// <summary>True while no new calls are taken. Any thread.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>Takes what the parser made of one message.</summary>
    public void OnMessage(in SipParseResult parsed, SipFlow flow, TimeSpan now)
    {
        Arrival = flow;
        switch (parsed.Message)
        {
            case SipRequest request:
                _counters.CountReceived(request);
                _trace.OnRequestReceived(request, flow);
                ResponseRoute.Stamp(request, flow.Remote);
                _transactions.OnRequest(request, flow, now);
                break;
            case SipResponse response:
                _counters.CountReceived(response);
                _trace.OnResponseReceived(response, flow);
                OnResponse(response, flow, now);
                break;
            default:
                OnMalformed(parsed.Error, parsed.Answerable, flow);
                break;
        }

        PublishGauges();
    }

    /// <summary>Answers a request that is broken, as far as it can be answered, without keeping anything (RFC 3261 §8.2.7).</summary>
    public void OnMalformed(SipParseError error, SipRequest? answerable, SipFlow flow)
    {
        if (answerable is not null && error.Status > 0)
        {
            ResponseRoute.Stamp(answerable, flow.Remote);
            SipResponse response = SipResponse.For(answerable, error.Status, error.Reason, Tokens.Tag());
            Outbox.Add(new SipOutgoing(response, ResponseRoute.For(answerable, flow), null, null));
        }
        else if (error.Fault != SipParseFault.Empty)
        {
            Drop(
                error.Fault switch
                {
                    SipParseFault.StartLine => SipDropReason.NotSip,
                    SipParseFault.StatusCode => SipDropReason.MalformedResponse,
                    _ => SipDropReason.MalformedRequest,
                },
                flow);
        }
    }

    /// <summary>Runs every timer that is due.</summary>
    public void OnTime(TimeSpan now)
    {
        _transactions.OnTime(now);
        while (_deadlines.Due(now) is { } due)
        {
            RunGuarded(due, static (leg, time) => leg.OnTime(time), now);
        }

        Registrations.OnTime(now);
        PublishGauges();
    }

    /// <summary>Something could not be sent.</summary>
    public void OnTransportFailure(SipTransaction transaction, TimeSpan now)
    {
        _transactions.OnTransportFailure(transaction, now);
        PublishGauges();
    }

    /// <summary>Puts a command for one call in line. Any thread.</summary>
    public void Post(ICallLeg leg, Action<ICallLeg, TimeSpan> run)
    {
        _commands.Enqueue((leg, run));
        _wake();
    }

    /// <summary>Places a call. Any thread; the INVITE leaves with the commands that wait.</summary>
    public SipCall Call(SipOutgoingCallOptions options, ISipCallEvents events)
    {
        OutgoingCall call = new(this, options, events);
        Post(call, (_, now) =>
        {
            _outgoing.Add(call);
            call.Start(now);
        });
        return call.Call;
    }

    /// <summary>Carries out the commands that wait.</summary>
    public void RunCommands(TimeSpan now)
    {
        while (_commands.TryDequeue(out (ICallLeg Leg, Action<ICallLeg, TimeSpan> Run) command))
        {
            RunGuarded(command.Leg, command.Run, now);
        }

        PublishGauges();
    }

    /// <summary>Hangs up every call, at the end of the program.</summary>
    public void HangUpAll(SipHangUp cause, TimeSpan now)
    {
        foreach (ICallLeg leg in _dialogs.Values.Concat<ICallLeg>(_outgoing).ToArray())
        {
            RunGuarded(leg, (one, time) => one.HangUp(cause, time), now);
        }

        PublishGauges();
    }

    /// <summary>The connections that calls' signalling runs over: not to be closed for being quiet.</summary>
    public IReadOnlySet<long> ConnectionsInUse()
    {
        HashSet<long> channels = [];
        foreach (InviteUsage usage in _dialogs.Values)
        {
            if (usage.Dialog.Flow is { IsReliable: true } flow)
            {
                channels.Add(flow.Channel);
            }
        }

        return channels;
    }

    /// <inheritdoc/>
    public void OnRequest(ServerTransaction transaction, TimeSpan now)
    {
        SipRequest request = transaction.Request;
        SipRejection? refusal = RequestScreen.Check(request)
            ?? (_transactions.IsMerged(transaction) ? SipRejection.Merged : null);
        if (refusal is not null)
        {
            Reject(transaction, refusal, Tokens.Tag(), now);
        }
        else if (DialogId.Of(request) is { } id)
        {
            if (_dialogs.TryGetValue(id, out InviteUsage? usage) && IsDowngrade(usage, transaction.Source))
            {
                Reject(transaction, SipRejection.NotSecure, Tokens.Tag(), now);
            }
            else if (usage is not null)
            {
                RunGuarded(usage, (_, time) => usage.OnRequest(transaction, time), now);
            }
            else
            {
                Reject(transaction, SipRejection.NoSuchDialog, Tokens.Tag(), now);
            }
        }
        else
        {
            _outside.OnRequest(transaction, now);
        }
    }

    /// <inheritdoc/>
    public void OnAck(SipRequest ack, SipFlow flow, TimeSpan now)
    {
        if (DialogId.Of(ack) is { } id && _dialogs.TryGetValue(id, out InviteUsage? usage) && !IsDowngrade(usage, flow))
        {
            RunGuarded(usage, (_, time) => usage.OnAck(ack, flow, time), now);
        }
        else
        {
            Drop(SipDropReason.StrayAck, flow);
        }
    }

    /// <inheritdoc/>
    public void OnCancel(ServerTransaction cancel, InviteServerTransaction? invite, TimeSpan now)
    {
        if (invite is null)
        {
            Reject(cancel, SipRejection.NoSuchDialog, Tokens.Tag(), now);
            return;
        }

        // RFC 3261 §9.2: the CANCEL is answered whatever becomes of the INVITE, with the To tag of the INVITE's answers.
        string tag = invite.Owner?.LocalTag ?? invite.LastResponse?.To.Tag ?? Tokens.Tag();
        Respond(cancel, SipResponse.For(cancel.Request, 200, toTag: tag), now);
        if (invite.IsOpen && invite.Owner is InviteUsage usage)
        {
            RunGuarded(usage, (_, time) => usage.OnCancelled(invite, time), now);
        }
    }

    /// <inheritdoc/>
    public void OnOverflow(SipRequest request, SipFlow flow)
    {
        Drop(SipDropReason.Overflow, flow);
        SipResponse response = SipRejection.Unavailable(Tokens).To(request, Tokens.Tag());
        Outbox.Add(new SipOutgoing(response, ResponseRoute.For(request, flow), null, null));
    }

    /// <summary>Sends an answer in its transaction.</summary>
    public void Respond(ServerTransaction transaction, SipResponse response, TimeSpan now) =>
        _transactions.Respond(transaction, response, now);

    /// <summary>Sends a failure answer in its transaction.</summary>
    public void Reject(ServerTransaction transaction, SipRejection rejection, string toTag, TimeSpan now) =>
        Respond(transaction, rejection.To(transaction.Request, toTag), now);

    /// <summary>An answer that opens or refreshes a dialog: with To tag, Contact, Allow and Supported.</summary>
    public SipResponse NewDialogResponse(ServerTransaction transaction, int status, SipDialog dialog)
    {
        SipResponse response = SipResponse.For(transaction.Request, status, toTag: dialog.Id.LocalTag);
        response.Headers.Add(SipHeaderNames.Contact, _identity.Contact(transaction.Source, transaction.Request.Uri));
        response.Headers.Add(SipHeaderNames.Allow, SipCapabilities.Allow);
        response.Headers.Add(SipHeaderNames.Supported, SipCapabilities.Supported);
        return response;
    }

    /// <summary>Sends a request of ours within a dialog, in a transaction of its own.</summary>
    public ClientTransaction Start(SipDialog dialog, SipRequest request, IClientTransactionUser user, TimeSpan now)
    {
        (SipFlow flow, System.Net.IPEndPoint? fallback) = NextHop(dialog);
        request.Headers.AddFirst(SipHeaderNames.Via, _identity.Via(flow, Tokens.Branch()));
        if (request.Method is SipMethods.Invite or SipMethods.Update)
        {
            request.Headers.Add(SipHeaderNames.Contact, _identity.Contact(flow, request.Uri));
            request.Headers.Add(SipHeaderNames.Allow, SipCapabilities.Allow);
            request.Headers.Add(SipHeaderNames.Supported, SipCapabilities.Supported);
        }

        return _transactions.Start(request, flow, fallback, user, now);
    }

    /// <summary>Sends a request of ours outside dialogs, in a transaction of its own; all but the Via is there.</summary>
    public ClientTransaction Send(SipRequest request, SipFlow flow, IClientTransactionUser user, TimeSpan now)
    {
        request.Headers.AddFirst(SipHeaderNames.Via, _identity.Via(flow, Tokens.Branch()));
        return _transactions.Start(request, flow, flow.IsReliable ? flow.Remote : null, user, now);
    }

    /// <summary>Gives an INVITE of ours up (RFC 3261 §9.1).</summary>
    public void Cancel(ClientTransaction invite, IClientTransactionUser user, TimeSpan now) =>
        _transactions.Start(CancelRequest.Build(invite.Request), invite.Flow, invite.Fallback, user, now);

    /// <summary>Our Contact for requests over that flow.</summary>
    public SipNameAddress ContactOf(SipFlow flow, string? encodedUser) => _identity.ContactOf(flow, encodedUser);

    /// <summary>Sends the ACK to a 2xx, for the first time or again: outside transactions, with a branch of its own (TRX7).</summary>
    public void SendAck(SipDialog dialog, SipRequest ack)
    {
        (SipFlow flow, System.Net.IPEndPoint? fallback) = NextHop(dialog);
        if (!ack.Headers.Contains(SipHeaderNames.Via))
        {
            ack.Headers.AddFirst(SipHeaderNames.Via, _identity.Via(flow, Tokens.Branch()));
        }

        Outbox.Add(new SipOutgoing(ack, flow, fallback, null));
    }

    /// <summary>Forgets a request of ours.</summary>
    public void Abandon(ClientTransaction transaction) => _transactions.Abandon(transaction);

    /// <summary>The call of a dialog; null when there is none.</summary>
    public InviteUsage? Find(DialogId id) => _dialogs.GetValueOrDefault(id);

    /// <summary>Begins to keep a dialog.</summary>
    public void Add(InviteUsage usage)
    {
        _dialogs[usage.Dialog.Id] = usage;
        Schedule(usage);
    }

    /// <summary>The call's deadline changed.</summary>
    public void Schedule(ICallLeg leg)
    {
        if (!leg.IsOver)
        {
            _deadlines.Update(leg);
        }
    }

    /// <summary>The call's state changes.</summary>
    public void OnStateChanged(CallState? from, CallState to) => _halfOpen += HalfOpen(to) - HalfOpen(from);

    /// <summary>Forgets the call's dialog and timers.</summary>
    public void Forget(InviteUsage usage)
    {
        // A fork may have answered after all when its early dialog was given up: then another one has the name.
        if (_dialogs.TryGetValue(usage.Dialog.Id, out InviteUsage? known) && known == usage)
        {
            _dialogs.Remove(usage.Dialog.Id);
        }

        _deadlines.Remove(usage);
    }

    /// <summary>Forgets a call of ours that waits for no answer any more.</summary>
    public void Forget(OutgoingCall call)
    {
        _outgoing.Remove(call);
        _deadlines.Remove(call);
    }

    /// <summary>Runs foreign code. False when it threw; the exception is counted and shown to the trace.</summary>
    public bool Guard(Action action, string callId)
    {
        try
        {
            action();
            return true;
        }
#pragma warning disable CA1031 // A handler's defect must not end the calls of all others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _counters.CountFault();
            _trace.OnFault(fault, callId);
            return false;
        }
    }

    // A dialog that began over TLS stays there: what follows may hold keys, and goes back the way that the last request came.
    private static bool IsDowngrade(InviteUsage usage, SipFlow flow) => usage.Dialog.Flow.IsSecure && !flow.IsSecure;

    private (SipFlow Flow, System.Net.IPEndPoint? Fallback) NextHop(SipDialog dialog) => DialogRouting.NextHop(
        dialog, _identity.ListenerNear(dialog.Flow, SipTransportKind.Tcp), _identity.ListenerNear(dialog.Flow, SipTransportKind.Tls));

    private static int HalfOpen(CallState? state) => state is CallState.Incoming or CallState.Accepted ? 1 : 0;

    private void OnResponse(SipResponse response, SipFlow flow, TimeSpan now)
    {
        if (response.Vias.Count != 1)
        {
            Drop(SipDropReason.ForeignResponse, flow);
        }
        else if (!_transactions.OnResponse(response, now))
        {
            Drop(SipDropReason.StrayResponse, flow);
        }
    }

    // A defect that shows itself while one call is worked on ends that call and no other.
    private void RunGuarded(ICallLeg leg, Action<ICallLeg, TimeSpan> run, TimeSpan now)
    {
        string callId = leg.CallId;
        if (!Guard(() => run(leg, now), callId) && !Guard(() => leg.OnFault(now), callId))
        {
            Guard(() => leg.Abandon(now), callId);
            switch (leg)
            {
                case InviteUsage usage:
                    Forget(usage);
                    break;
                case OutgoingCall call:
                    Forget(call);
                    break;
            }
        }
    }

    private void Drop(SipDropReason reason, SipFlow flow)
    {
        _counters.CountDrop(reason);
        _trace.OnDropped(reason, flow.Remote);
    }

    private void PublishGauges()
    {
        _counters.Set(SipCounters.Gauge.ServerTransactions, _transactions.ServerCount);
        _counters.Set(SipCounters.Gauge.ClientTransactions, _transactions.ClientCount);
        _counters.Set(SipCounters.Gauge.Dialogs, _dialogs.Count + _outgoing.Count);
        _counters.Set(SipCounters.Gauge.HalfOpenCalls, _halfOpen);
        _counters.Set(SipCounters.Gauge.Timers, _transactions.TimerCount + _deadlines.Count + Registrations.Timers);
    }
}
