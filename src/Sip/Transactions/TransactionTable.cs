using System.Net;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Transactions;

/// <summary>What the transaction user hears of the peer's requests. Called inside calls into the table.</summary>
internal interface IServerTransactionUser
{
    /// <summary>A new request, neither ACK nor CANCEL; the user answers by <see cref="TransactionTable.Respond"/>.</summary>
    void OnRequest(ServerTransaction transaction, TimeSpan now);

    /// <summary>An ACK that no transaction absorbed: it belongs to a 2xx.</summary>
    void OnAck(SipRequest ack, SipFlow flow, TimeSpan now);

    /// <summary>A CANCEL, with the INVITE that it is about; null when there is none.</summary>
    void OnCancel(ServerTransaction cancel, InviteServerTransaction? invite, TimeSpan now);

    /// <summary>A new request for which there is no room: answer it without state, or drop it.</summary>
    void OnOverflow(SipRequest request, SipFlow flow);
}

/// <summary>All live transactions: finds the one that a message belongs to, runs timers, forgets what is over.</summary>
/// <remarks>Sans-IO and not thread safe: what is to be sent lands in the outbox.</remarks>
/// <param name="timers">Timer values.</param>
/// <param name="outbox">Where messages go.</param>
/// <param name="user">Who answers.</param>
/// <param name="capacity">Most server transactions at one time; beyond it requests are handed to the user without one.</param>
internal sealed class TransactionTable(SipTimers timers, SipOutbox outbox, IServerTransactionUser user, int capacity)
{
    private readonly Dictionary<ServerTransactionKey, ServerTransaction> _servers = [];
    private readonly Dictionary<ClientTransactionKey, ClientTransaction> _clients = [];
    private readonly Dictionary<MergeKey, ServerTransaction> _merges = [];
    private readonly DeadlineQueue<SipTransaction> _deadlines = new();

    /// <summary>Live server transactions.</summary>
    public int ServerCount => _servers.Count;

    /// <summary>Live client transactions.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>Transactions that wait for a timer.</summary>
    public int TimerCount => _deadlines.Count;

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _deadlines.Next;

    /// <summary>Takes a request whose topmost Via was already completed with received and rport.</summary>
    public void OnRequest(SipRequest request, SipFlow flow, TimeSpan now)
    {
        ServerTransactionKey key = ServerTransactionKey.Of(request);
        if (_servers.TryGetValue(key, out ServerTransaction? known))
        {
            if (request.Method != SipMethods.Ack)
            {
                Apply(known, known.OnRepeat(), now);
                return;
            }

            // A server transaction under an INVITE key can only be an INVITE.
            InviteServerTransaction invite = (InviteServerTransaction)known;
            if (ServerTransactionKey.HasCookie(request) || request.To.Tag == invite.LastResponse?.To.Tag)
            {
                TransactionStep step = invite.OnAck(now);
                Apply(invite, step, now);
                if (step.Event == TransactionEvent.Deliver)
                {
                    user.OnAck(request, flow, now);
                }

                return;
            }
        }

        if (request.Method == SipMethods.Ack)
        {
            user.OnAck(request, flow, now);
            return;
        }

        if (_servers.Count >= capacity)
        {
            user.OnOverflow(request, flow);
            return;
        }

        ServerTransaction created = request.Method == SipMethods.Invite
            ? new InviteServerTransaction(request, flow, timers)
            : new NonInviteServerTransaction(request, flow, timers);
        _servers.Add(key, created);
        if (MergeKey.Of(request) is { } merge)
        {
            _merges.TryAdd(merge, created);
        }

        if (request.Method == SipMethods.Cancel)
        {
            _servers.TryGetValue(ServerTransactionKey.OfCancelled(request), out ServerTransaction? cancelled);
            user.OnCancel(created, cancelled as InviteServerTransaction, now);
            return;
        }

        user.OnRequest(created, now);
    }

    /// <summary>True when the request came before by another way and is being worked on (TRX5).</summary>
    public bool IsMerged(ServerTransaction transaction) =>
        MergeKey.Of(transaction.Request) is { } key
        && _merges.TryGetValue(key, out ServerTransaction? first)
        && first != transaction;

    /// <summary>Takes an answer. False when no request of ours matches it.</summary>
    public bool OnResponse(SipResponse response, TimeSpan now)
    {
        if (response.TopVia.Branch is not { } branch
            || !_clients.TryGetValue(new ClientTransactionKey(branch, response.CSeq.Method), out ClientTransaction? client))
        {
            return false;
        }

        TransactionStep step = client.OnResponse(response, now);
        Apply(client, step, now);
        if (step.Event == TransactionEvent.Deliver)
        {
            client.User.OnResponse(client, response, now);
        }

        return true;
    }

    /// <summary>Sends an answer within its transaction.</summary>
    public void Respond(ServerTransaction transaction, SipResponse response, TimeSpan now) =>
        Apply(transaction, transaction.Respond(response, now), now);

    /// <summary>Sends a request of ours in a new transaction. The branch of its topmost Via must be new.</summary>
    public ClientTransaction Start(
        SipRequest request, SipFlow flow, IPEndPoint? fallback, IClientTransactionUser client, TimeSpan now)
    {
        ClientTransaction transaction = request.Method == SipMethods.Invite
            ? new InviteClientTransaction(request, flow, timers, client) { Fallback = fallback }
            : new NonInviteClientTransaction(request, flow, timers, client) { Fallback = fallback };
        _clients.Add(KeyOf(transaction), transaction);
        Apply(transaction, transaction.Start(now), now);
        return transaction;
    }

    /// <summary>The shell could not send something of this transaction.</summary>
    public void OnTransportFailure(SipTransaction transaction, TimeSpan now)
    {
        // A message may fail long after its transaction ended, when a successor may already have the same key.
        if (transaction.State != TransactionState.Terminated)
        {
            Apply(transaction, transaction.OnTransportFailure(), now);
        }
    }

    /// <summary>Forgets a request of ours whose answer nobody wants any more; its user hears nothing.</summary>
    public void Abandon(ClientTransaction transaction)
    {
        if (transaction.State != TransactionState.Terminated)
        {
            transaction.OnTransportFailure();
            Forget(transaction);
        }
    }

    /// <summary>Runs every timer that is due.</summary>
    public void OnTime(TimeSpan now)
    {
        while (_deadlines.Due(now) is { } due)
        {
            Apply(due, due.OnTime(now), now);
        }
    }

    private void Apply(SipTransaction transaction, TransactionStep step, TimeSpan now)
    {
        if (step.Send is { } message)
        {
            outbox.Add(new SipOutgoing(message, transaction.Flow, transaction.Fallback, transaction));
        }

        if (transaction.State == TransactionState.Terminated)
        {
            Forget(transaction);
        }
        else
        {
            _deadlines.Update(transaction);
        }

        if (step.Event is TransactionEvent.TimedOut or TransactionEvent.TransportFailed)
        {
            switch (transaction)
            {
                case ClientTransaction client:
                    client.User.OnFailure(client, step.Event, now);
                    break;
                case ServerTransaction server:
                    server.Owner?.OnServerFailure(server, step.Event, now);
                    break;
            }
        }
    }

    private void Forget(SipTransaction transaction)
    {
        _deadlines.Remove(transaction);
        switch (transaction)
        {
            case ClientTransaction client:
                _clients.Remove(KeyOf(client));
                break;
            case ServerTransaction server:
                _servers.Remove(server.Key);
                if (MergeKey.Of(server.Request) is { } merge
                    && _merges.TryGetValue(merge, out ServerTransaction? first) && first == server)
                {
                    _merges.Remove(merge);
                }

                break;
        }
    }

    private static ClientTransactionKey KeyOf(ClientTransaction transaction) =>
        new(transaction.Request.TopVia.Branch!, transaction.Request.Method);
}
