using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Calls;

/// <summary>One OPTIONS of ours outside calls, and what became of it (RFC 3261 §11.1).</summary>
/// <remarks>Owned by the agent's thread; <see cref="Answer"/> may be awaited anywhere.</remarks>
/// <param name="agent">Whose transactions and tokens are used.</param>
/// <param name="uri">The Request-URI.</param>
internal sealed class OptionsQuery(SipUserAgent agent, SipUri uri) : IClientTransactionUser
{
    private readonly TaskCompletionSource<int> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClientTransaction? _transaction;
    private bool _isOver;

    /// <summary>Status of the final answer; 0: none.</summary>
    public Task<int> Answer => _answer.Task;

    /// <summary>Sends it.</summary>
    /// <param name="flow">The way; null when there is none now.</param>
    /// <param name="now">The time.</param>
    public void Start(SipFlow? flow, TimeSpan now)
    {
        if (_isOver || flow is not { } way)
        {
            End(0);
            return;
        }

        SipNameAddress contact = agent.ContactOf(way, encodedUser: null);
        SipNameAddress us = new(new SipUri { Scheme = "sip", Host = contact.Uri.Host });
        SipRequest request = new(SipMethods.Options, uri);
        request.Headers.Add(SipHeaderNames.MaxForwards, "70");
        request.Headers.Add(SipHeaderNames.From, us.WithTag(agent.Tokens.Tag()).ToString());
        request.Headers.Add(SipHeaderNames.To, new SipNameAddress(uri).ToString());
        request.Headers.Add(SipHeaderNames.CallId, agent.Tokens.Tag() + agent.Tokens.Tag());
        request.Headers.Add(SipHeaderNames.CSeq, new SipCSeq(1, SipMethods.Options).ToString());
        request.Headers.Add(SipHeaderNames.Contact, contact.ToString());
        request.Headers.Add(SipHeaderNames.Accept, "application/sdp");
        _transaction = agent.Send(request, way, this, now);
    }

    /// <summary>Waits no longer.</summary>
    public void GiveUp()
    {
        if (_transaction is { } waiting)
        {
            agent.Abandon(waiting);
        }

        End(0);
    }

    /// <inheritdoc/>
    public void OnResponse(ClientTransaction transaction, SipResponse response, TimeSpan now)
    {
        if (response.StatusCode >= 200)
        {
            End(response.StatusCode);
        }
    }

    /// <inheritdoc/>
    public void OnFailure(ClientTransaction transaction, TransactionEvent failure, TimeSpan now) => End(0);

    private void End(int status)
    {
        _isOver = true;
        _transaction = null;
        _answer.TrySetResult(status);
    }
}
